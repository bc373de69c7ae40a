// SPDX-License-Identifier: GPL-2.0
/*
 * Loads the fault probes, attaches them and lets them go; what they have counted
 * is drained elsewhere. See bpf.h. It prints nothing: why a call failed is told to
 * its caller.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

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
 * Is it that we may not? What is not permitted comes as EINVAL where a helper is
 * hidden (lockdown), or where libbpf cannot see the module's BTF, which takes
 * CAP_SYS_ADMIN, beside the CAP_BPF and CAP_PERFMON of programs.
 */
static bool is_refused(void)
{
	__u32 id;

	return is_locked_down() || bpf_btf_get_next_id(0, &id) == -EPERM;
}

static int explain(char *why, size_t size, int err, const char *step)
{
	if (err == -EINVAL && is_refused())
		err = -EPERM;
	switch (err) {
	case -EPERM:
		snprintf(why, size, "%s: not permitted (run as root; where the kernel is locked down for confidentiality nobody may)",
			 step);
		return -EPERM;
	case -EACCES:		/* the verifier refused */
	case -EINVAL:
	case -ENOENT:
	case -ESRCH:
	case -ENOTSUP:
	case -524:		/* ENOTSUPP, the kernel's own: no trampolines */
		snprintf(why, size, "%s: this kernel cannot (needs Linux 6.1 or later with BTF and BPF trampolines)",
			 step);
		return -ENOTSUP;
	}
	snprintf(why, size, "%s: %s", step, strerror(-err));
	return err;
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

/* What tells of a task that comes into a cgroup or leaves it */
static int aim_at_moves(struct bpf_program *prog)
{
	if (kernel_has_func("cgroup_move_task"))
		return 0;
	if (!kernel_has_func("css_set_move_task"))
		return -ENOTSUP;
	return bpf_program__set_attach_target(prog, 0, "css_set_move_task");
}

/* Only what the scope needs is loaded */
static int scope_prepare(struct probes *p, const struct probes_cfg *cfg)
{
	__u32 slots = cfg->scope == PROBES_PROCESS ? SLOTS_ONE : SLOTS_MANY;

	p->scope = cfg->scope;
	p->skel->rodata->cfg_scope = cfg->scope;
	p->skel->rodata->cfg_slots = slots;
	bpf_map__set_max_entries(p->skel->maps.task_slots,
				 cfg->scope == PROBES_PROCESS ? 1 : SLOTS_MANY);
	/* one iteration each, limited to the target: probes__watch() attaches them */
	bpf_program__set_autoattach(p->skel->progs.on_task_watch, false);
	bpf_program__set_autoattach(p->skel->progs.on_task_settle, false);
	bpf_program__set_autoattach(p->skel->progs.on_cgroup_watch, false);
	/* among many a task is met when it faults first, or moves in */
	bpf_program__set_autoload(p->skel->progs.on_task_fork,
				  cfg->scope == PROBES_PROCESS);
	bpf_program__set_autoload(p->skel->progs.on_cgroup_watch,
				  cfg->scope == PROBES_CGROUP);
	bpf_program__set_autoload(p->skel->progs.on_task_move,
				  cfg->scope == PROBES_CGROUP);
	return cfg->scope == PROBES_CGROUP ? aim_at_moves(p->skel->progs.on_task_move) : 0;
}

static int skel_load_with(struct probes *p, const struct probes_cfg *cfg, bool module,
			  bool userfault)
{
	__u32 rows = cfg->max_rows && cfg->max_rows < ROWS_MAX ? cfg->max_rows : ROWS_MAX;
	int err;

	p->skel = fault_bpf__open();
	if (!p->skel)
		return -errno;
	p->skel->rodata->cfg_module = module;
	probes__size_tell(p, cfg);
	probes__size_rows(p, rows);
	probes__size_instances(p);
	err = scope_prepare(p, cfg);
	bpf_program__set_autoload(p->skel->progs.on_userfault, userfault);
	if (!err)
		err = fault_bpf__load(p->skel);
	if (err) {
		fault_bpf__destroy(p->skel);
		p->skel = NULL;
		return err;
	}
	p->has_module = module;
	return 0;
}

/* A kernel without CONFIG_USERFAULTFD has no function for on_userfault to be attached to */
static int skel_load(struct probes *p, const struct probes_cfg *cfg, bool module)
{
	int err = skel_load_with(p, cfg, module, true);

	if (err && err != -EPERM && !kernel_has_func("handle_userfault"))
		err = skel_load_with(p, cfg, module, false);
	return err;
}

/* With the module's kfunc if that can be had, else without */
static int skel_load_best(struct probes *p, const struct probes_cfg *cfg)
{
	bool module = cfg->ask_module && !access(MODULE_BTF, F_OK);
	int err = skel_load(p, cfg, module);

	if (err && module && err != -EPERM)
		err = skel_load(p, cfg, false);
	return err;
}

static struct bpf_link *iterator_attach(struct bpf_program *prog,
					union bpf_iter_link_info info)
{
	/* the macro, for libbpf refuses padding that is not zero */
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));

	return bpf_program__attach_iter(prog, &opts);
}

/* The programs write nothing to the file: reading it is what runs them */
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

/* The link keeps the cgroup from being freed: the programs know it by its address */
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
		snprintf(why, size, "fault probes: this kernel has no BTF (%s is missing: it needs CONFIG_DEBUG_INFO_BTF)",
			 VMLINUX_BTF);
		return -ENOTSUP;
	}
	err = skel_load_best(p, cfg);
	if (err)
		return explain(why, size, err, "loading the fault probes");
	err = probes__map_rows(p);
	if (!err)
		err = probes__open_tell(p);
	if (err)
		return explain(why, size, err, "preparing the fault counters");
	err = fault_bpf__attach(p->skel);
	if (err)
		return explain(why, size, err, "attaching the fault probes");
	err = cfg->scope == PROBES_CGROUP ? cgroup_watch(p, cfg->cgroup) : 0;
	if (err == -EBADF)
		snprintf(why, size, "cgroup: not a directory of the cgroup v2 tree (see mount -t cgroup2)");
	else if (err)
		return explain(why, size, err, "finding the cgroup");
	return err;
}

int probes__create(struct probes **out, const struct probes_cfg *cfg, char *why, size_t why_size)
{
	static const struct probes_cfg usual = { .ask_module = true };
	struct probes *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return explain(why, why_size, -ENOMEM, "fault probes");
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
	bpf_link__destroy(p->settle);
	bpf_link__destroy(p->cgroup);
	probes__unmap_rows(p);
	probes__close_tell(p);
	fault_bpf__destroy(p->skel);
	free(p);
}

bool probes__has_module(const struct probes *p)
{
	return p->has_module;
}

/* Who was watched before has ended, and the programs have left him: begin anew */
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
	probes__tune(p);
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
	probes__tune(p);
	probes__follow_skips(p);
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
