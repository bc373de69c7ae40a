// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Loads, attaches and detaches the fault probes; see bpf.h. The files beside it drain them. Returns
 * messages to the caller and prints nothing.
 */
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "../../lib/i18n.h"
#include "probes.h"

#define VMLINUX_BTF	"/sys/kernel/btf/vmlinux"
#define MODULE_BTF	"/sys/kernel/btf/pgwalk"

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return getenv("PGWALK_DEBUG_LIBBPF") ? vfprintf(stderr, format, args) : 0;
}

#define LOCKDOWN	"/sys/kernel/security/lockdown"

/* "none integrity [confidentiality]", where securityfs is mounted */
static bool is_locked_down(void)
{
	FILE *file = fopen(LOCKDOWN, "re");
	char line[128] = "";
	bool locked = file && fgets(line, sizeof(line), file) &&
		      strstr(line, "[confidentiality]");

	if (file)
		fclose(file);
	return locked;
}

/*
 * Is the failure a lack of permission? The kernel returns EINVAL when it hides a helper (lockdown),
 * and libbpf when it cannot read the module's BTF, which needs CAP_SYS_ADMIN in addition to CAP_BPF
 * and CAP_PERFMON.
 */
static bool is_refused(void)
{
	__u32 id;

	return is_locked_down() || bpf_btf_get_next_id(0, &id) == -EPERM;
}

/* The kernel's own number, which is not in errno.h: it has no BPF trampolines for this architecture */
#define ENOTSUPP	524

static int explain(char *why, size_t size, int err, const char *step)
{
	if (err == -EINVAL && is_refused())
		err = -EPERM;
	switch (err) {
	case -EPERM:
		snprintf(why, size, _("%s: not permitted (run as root; lockdown \"confidentiality\" forbids BPF probes)"),
			 step);
		return -EPERM;
	case -EACCES:		/* refused by the verifier */
	case -EINVAL:
	case -ENOENT:
	case -ESRCH:
	case -ENOTSUP:
	case -ENOTSUPP:
		snprintf(why, size, _("%s: this kernel cannot (needs Linux 6.1 or later with BTF and BPF trampolines)"),
			 step);
		return -ENOTSUP;
	}
	snprintf(why, size, "%s: %s", step, strerror(-err));
	return err;
}

static int explain_totals(char *why, size_t size)
{
	struct utsname kernel;

	uname(&kernel);
	snprintf(why, size,
		 _("kernel %s: no fentry on %s: only totals of faults, from the kernel's counters (arm64 has it from Linux 6.4 on)"),
		 kernel.release, kernel.machine);
	return PROBES_TOTALS;
}

_Static_assert(PROBES_PROCESS == WATCH_PROCESS && PROBES_ALL == WATCH_ALL &&
	       PROBES_CGROUP == WATCH_CGROUP, "one list of scopes");

static bool kernel_has_func(const char *name)
{
	struct btf *btf = btf__load_vmlinux_btf();
	bool has = btf && btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;

	btf__free(btf);
	return has;
}

/* Attach to the function that moves a task between cgroups */
static int aim_at_moves(struct bpf_program *prog)
{
	if (kernel_has_func("cgroup_move_task"))
		return 0;
	if (!kernel_has_func("css_set_move_task"))
		return -ENOTSUP;
	return bpf_program__set_attach_target(prog, 0, "css_set_move_task");
}

/* Configure the programs and load only those that the scope needs */
static int scope_prepare(struct probes *p, const struct probes_cfg *cfg)
{
	__u32 slots = cfg->scope == PROBES_PROCESS ? SLOTS_ONE : SLOTS_MANY;

	p->scope = cfg->scope;
	p->skel->rodata->cfg_scope = cfg->scope;
	p->skel->rodata->cfg_cgroups = cfg->by_cgroup;
	p->skel->rodata->cfg_slots = slots;
	bpf_map__set_max_entries(p->skel->maps.task_slots,
				 cfg->scope == PROBES_PROCESS ? 1 : SLOTS_MANY);
	/* probes__watch() attaches the iterators, limited to the target */
	bpf_program__set_autoattach(p->skel->progs.on_task_watch, false);
	bpf_program__set_autoattach(p->skel->progs.on_task_settle, false);
	bpf_program__set_autoattach(p->skel->progs.on_cgroup_watch, false);
	/* with many processes a task is found at its first fault or when it moves in */
	bpf_program__set_autoload(p->skel->progs.on_task_fork,
				  cfg->scope == PROBES_PROCESS);
	bpf_program__set_autoload(p->skel->progs.on_cgroup_watch,
				  cfg->scope == PROBES_CGROUP);
	bpf_program__set_autoload(p->skel->progs.on_task_move,
				  cfg->scope == PROBES_CGROUP);
	return cfg->scope == PROBES_CGROUP ? aim_at_moves(p->skel->progs.on_task_move) : 0;
}

#define KFUNCS		"bpf_pgwalk_"
#define NO_KFUNCS	"bpf_absent_"
_Static_assert(sizeof(KFUNCS) == sizeof(NO_KFUNCS), "a name is replaced in place");

/*
 * Give the skeleton a copy of the object in which the kfuncs of the module have names that no module has. Otherwise libbpf finds them in a
 * loaded module, and the kernel holds a reference to it also for calls that the verifier removes: rmmod would fail
 */
static int skel_hide_kfuncs(struct probes *p)
{
	struct bpf_object_skeleton *s = p->skel->skeleton;
	char *copy = malloc(s->data_sz), *at = copy;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, s->data, s->data_sz);
	while ((at = memmem(at, s->data_sz - (size_t)(at - copy), KFUNCS, sizeof(KFUNCS) - 1)))
		memcpy(at, NO_KFUNCS, sizeof(NO_KFUNCS) - 1);
	s->data = p->object = copy;
	return 0;
}

static int skel_open(struct probes *p, bool module, const struct bpf_object_open_opts *opts)
{
	int err;

	p->skel = calloc(1, sizeof(*p->skel));
	if (!p->skel)
		return -ENOMEM;
	err = fault_bpf__create_skeleton(p->skel);
	if (!err && !module)
		err = skel_hide_kfuncs(p);
	return err ? err : bpf_object__open_skeleton(p->skel->skeleton, opts);
}

static void skel_destroy(struct probes *p)
{
	fault_bpf__destroy(p->skel);
	free(p->object);
	p->skel = NULL;
	p->object = NULL;
}

/* Open the programs, with @types as the BTF of the kernel for their relocations, and fill it */
static int skel_open_with(struct probes *p, bool module, int types)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	struct kernel_type_ids ids = {};
	char path[32];
	int err;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", types);
	opts.btf_custom_path = path;
	err = skel_open(p, module, &opts);
	if (err)
		return err;
	err = kernel_types__copy(bpf_object__btf(p->skel->obj), types, &ids);
	p->skel->rodata->cfg_module = module;
	p->skel->rodata->cfg_page_shift = (__u32)__builtin_ctzl((unsigned long)sysconf(_SC_PAGESIZE));
	p->skel->rodata->cfg_type_vma = ids.vma;
	p->skel->rodata->cfg_type_task = ids.task;
	p->skel->rodata->cfg_type_rb_node = ids.rb_node;
	p->has_tlb = ids.tlb_flush;
	bpf_program__set_autoload(p->skel->progs.on_tlb_flush, p->has_tlb);
	return err;
}

static int skel_load_open(struct probes *p, const struct probes_cfg *cfg, bool module,
			  bool userfault, int types)
{
	int err = skel_open_with(p, module, types);

	if (err)
		return err;
	probes__size_events(p, cfg);
	probes__size_rows(p, cfg->max_rows);
	probes__size_instances(p, cfg->quiet_ms);
	err = scope_prepare(p, cfg);
	bpf_program__set_autoload(p->skel->progs.on_userfault, userfault);
	if (!err)
		err = fault_bpf__load(p->skel);
	return err;
}

static int skel_load_with(struct probes *p, const struct probes_cfg *cfg, bool module,
			  bool userfault)
{
	int types = memfd_create("kernel_types", MFD_CLOEXEC);
	int err = types < 0 ? -errno : skel_load_open(p, cfg, module, userfault, types);

	if (types >= 0)
		close(types);
	malloc_trim(0);		/* of the BTF of the kernel, several MiB */
	if (err) {
		skel_destroy(p);
		return err;
	}
	p->has_module = module;
	return 0;
}

/* Without CONFIG_USERFAULTFD the kernel lacks the function that on_userfault attaches to */
static int skel_load(struct probes *p, const struct probes_cfg *cfg, bool module)
{
	int err = skel_load_with(p, cfg, module, true);

	if (err && err != -EPERM && !kernel_has_func("handle_userfault"))
		err = skel_load_with(p, cfg, module, false);
	return err;
}

/* Load with the module's kfunc if it is available, else without */
static int skel_load_best(struct probes *p, const struct probes_cfg *cfg)
{
	bool module = cfg->use_module && !access(MODULE_BTF, F_OK);
	int err = skel_load(p, cfg, module);

	if (err && module && err != -EPERM)
		err = skel_load(p, cfg, false);
	return err;
}

static struct bpf_link *iterator_attach(struct bpf_program *prog,
					union bpf_iter_link_info info)
{
	/* the macro zeroes the padding, which libbpf checks */
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));

	return bpf_program__attach_iter(prog, &opts);
}

/* Reading the file runs the program; it writes no data */
static int iterator_run(struct bpf_link *link)
{
	int fd = bpf_iter_create(bpf_link__fd(link));
	char buf[64];
	ssize_t n;

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, buf, sizeof(buf));
	} while (n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)));
	n = n < 0 ? -errno : 0;
	close(fd);
	return (int)n;
}

/* The link holds a reference to the cgroup, because the programs compare its address */
static int cgroup_watch(struct probes *p, int cgroup)
{
	union bpf_iter_link_info info = {
		.cgroup = { .order = BPF_CGROUP_ITER_SELF_ONLY, .cgroup_fd = cgroup },
	};
	int err;

	p->cgroup = iterator_attach(p->skel->progs.on_cgroup_watch, info);
	if (!p->cgroup)
		return -errno;
	err = iterator_run(p->cgroup);
	return !err && !p->skel->bss->cgroup_watched ? -ENOENT : err;
}

static int probes_start(struct probes *p, const struct probes_cfg *cfg, char *why, size_t size)
{
	int err;

	if (access(VMLINUX_BTF, R_OK) && errno == ENOENT) {
		snprintf(why, size, _("fault probes: this kernel has no BTF (%s is missing: it needs CONFIG_DEBUG_INFO_BTF)"),
			 VMLINUX_BTF);
		return -ENOTSUP;
	}
	err = skel_load_best(p, cfg);
	if (err)
		return explain(why, size, err, _("loading the fault probes"));
	err = probes__map_rows(p);
	if (!err)
		err = probes__open_events(p);
	if (err)
		return explain(why, size, err, _("preparing the fault counters"));
	err = fault_bpf__attach(p->skel);
	if (err == -ENOTSUPP)
		return explain_totals(why, size);
	if (!err)
		err = probes__open_instances(p);
	if (err)
		return explain(why, size, err, _("attaching the fault probes"));
	err = cfg->scope == PROBES_CGROUP ? cgroup_watch(p, cfg->cgroup) : 0;
	if (err == -EBADF)
		snprintf(why, size, _("cgroup: not a directory of the cgroup v2 tree (see mount -t cgroup2)"));
	else if (err == -ENOENT)
		snprintf(why, size, _("cgroup: it has been removed"));
	else if (err)
		return explain(why, size, err, _("finding the cgroup"));
	return err;
}

int probes__create(struct probes **out, const struct probes_cfg *cfg, char *why, size_t why_size)
{
	static const struct probes_cfg usual = { .use_module = true };
	struct probes *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return explain(why, why_size, -ENOMEM, _("fault probes"));
	libbpf_set_print(quiet);
	err = probes_start(p, cfg ? cfg : &usual, why, why_size);
	if (err) {
		probes__destroy(p);
		return err;
	}
	*out = p;
	return 0;
}

void probes__destroy(struct probes *p)
{
	if (!p)
		return;
	probes__close_instances(p);
	bpf_link__destroy(p->settle);
	bpf_link__destroy(p->cgroup);
	probes__unmap_rows(p);
	probes__close_events(p);
	probes__close_settings(p);
	skel_destroy(p);
	free(p);
}

bool probes__has_module(const struct probes *p)
{
	return p->has_module;
}

/* After the last target has ended and the programs have released it, prepare for another one */
static int watch_again(struct probes *p)
{
	struct fault_bpf__bss *bss = p->skel->bss;

	if (!p->settle)
		return 0;
	if (p->scope != PROBES_PROCESS || bss->target)
		return -EBUSY;
	bpf_link__destroy(p->settle);
	p->settle = NULL;
	bss->base_minor = 0;
	bss->base_major = 0;
	bss->leader_freed = 0;
	return 0;
}

int probes__watch(struct probes *p, pid_t pid)
{
	union bpf_iter_link_info info = { .task.pid = pid };	/* 0: all tasks */
	struct bpf_link *watch;
	int err = watch_again(p);

	if (err)
		return err;
	if (p->scope != PROBES_PROCESS && pid)
		return -EINVAL;
	if (p->scope == PROBES_PROCESS && pid <= 0)
		return -ESRCH;
	probes__configure(p);
	watch = iterator_attach(p->skel->progs.on_task_watch, info);
	if (!watch)
		return -errno;
	err = iterator_run(watch);
	bpf_link__destroy(watch);
	if (!err)
		err = -p->skel->bss->watch_error;
	if (!err && !p->skel->bss->target)
		err = -ESRCH;
	if (err)
		return err;
	p->settle = iterator_attach(p->skel->progs.on_task_settle, info);
	return p->settle ? 0 : -errno;
}

int probes__settle(struct probes *p)
{
	if (!p->settle)
		return 0;
	probes__configure(p);
	probes__follow_missed(p);
	p->skel->bss->seen_alive = 0;
	p->skel->bss->seen_dead = 0;
	return iterator_run(p->settle);
}

bool probes__ended(struct probes *p)
{
	const struct fault_bpf__bss *bss = p->skel->bss;

	return p->scope != PROBES_ALL && !probes__settle(p) && !bss->seen_alive &&
	       (__s64)(bss->nr_live - bss->seen_dead) <= 0;
}

void probes__counts(const struct probes *p, struct probes_counts *counts)
{
	const struct fault_bpf__bss *bss = p->skel->bss;

	*counts = (struct probes_counts) {
		.base_minor = bss->base_minor,
		.base_major = bss->base_major,
		.live_tasks = bss->nr_live,
		.freed_tasks = bss->nr_freed,
		.refused = bss->nr_refused,
		.folded = p->folded,
		.lost = bss->nr_lost + bss->nr_lost_max,
		.events_lost = bss->nr_events_lost,
	};
	probes__count_skipped(p, counts);
}

void probes__count_threads(struct probes *p, bool on)
{
	p->skel->bss->count_threads = on;
}
