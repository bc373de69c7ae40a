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

#include "probes.h"

#define VMLINUX_BTF	"/sys/kernel/btf/vmlinux"
#define MODULE_BTF	"/sys/kernel/btf/pgwalk"

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return getenv("PGWALK_DEBUG_LIBBPF") ? vfprintf(stderr, format, args) : 0;
}

static int explain(char *why, size_t size, int err, const char *step)
{
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

static int skel_load(struct probes *p, const struct probes_cfg *cfg, bool module)
{
	__u32 rows = cfg->max_rows && cfg->max_rows < ROWS_MAX ? cfg->max_rows : ROWS_MAX;
	int err, template;

	p->skel = fault_bpf__open();
	if (!p->skel)
		return -errno;
	p->skel->rodata->cfg_module = module;
	/* one iteration each, limited to the target: probes__watch() attaches them */
	bpf_program__set_autoattach(p->skel->progs.on_task_watch, false);
	bpf_program__set_autoattach(p->skel->progs.on_task_settle, false);
	probes__size_tell(p, cfg);
	template = probes__size_rows(p, rows);
	err = template < 0 ? template : fault_bpf__load(p->skel);
	if (template >= 0)
		close(template);
	if (err) {
		fault_bpf__destroy(p->skel);
		p->skel = NULL;
		return err;
	}
	p->has_module = module;
	return 0;
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
	return 0;
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
	probes__unmap_rows(p);
	probes__close_tell(p);
	fault_bpf__destroy(p->skel);
	free(p);
}

bool probes__has_module(const struct probes *p)
{
	return p->has_module;
}

static struct bpf_link *iterator_attach(struct bpf_program *prog, pid_t pid)
{
	union bpf_iter_link_info info = { .task.pid = pid };

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
	return n;
}

int probes__watch(struct probes *p, pid_t pid)
{
	struct bpf_link *watch;
	int err;

	if (p->settle)
		return -EBUSY;
	if (pid <= 0)
		return -ESRCH;
	watch = iterator_attach(p->skel->progs.on_task_watch, pid);
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
	p->settle = iterator_attach(p->skel->progs.on_task_settle, pid);
	return p->settle ? 0 : -errno;
}

int probes__settle(struct probes *p)
{
	if (!p->settle)
		return 0;
	p->skel->bss->seen_alive = 0;
	p->skel->bss->seen_dead = 0;
	return iterator_run(p->settle);
}

bool probes__ended(struct probes *p)
{
	const struct fault_bpf__bss *bss = p->skel->bss;

	return !probes__settle(p) && !bss->seen_alive &&
	       (__s64)(bss->nr_live - bss->seen_dead) <= 0;
}

/** probes__missed_runs - runs of @prog that the kernel skipped */
__u64 probes__missed_runs(const struct bpf_program *prog)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size))
		return 0;
	return info.recursion_misses;
}

void probes__counts(const struct probes *p, struct probes_counts *counts)
{
	const struct fault_bpf__bss *bss = p->skel->bss;

	*counts = (struct probes_counts) {
		.base_minor = bss->base_minor,
		.base_major = bss->base_major,
		.live_tasks = bss->nr_live,
		.freed_tasks = bss->nr_freed,
		.missed_entry_runs = probes__missed_runs(p->skel->progs.on_fault_enter),
		.missed_exit_runs = probes__missed_runs(p->skel->progs.on_fault_exit),
		.refused = bss->nr_refused,
		.folded = p->folded,
		.lost = bss->nr_lost + bss->nr_lost_max,
		.events_lost = bss->nr_events_lost,
	};
}

void probes__count_threads(struct probes *p, bool on)
{
	(void)p;
	(void)on;
}
