// SPDX-License-Identifier: GPL-2.0
/*
 * Loads, attaches and drains the fault probes: the only file that knows libbpf.
 * See bpf.h. It prints nothing: why a call failed is told to its caller.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf.h"
#include "fault.skel.h"

#define DEFAULT_ROWS	8192
#define BATCH_ROWS	512
#define FALLBACK_ROWS	PGWALK_FAULT_CLASS_NR
#define VMLINUX_BTF	"/sys/kernel/btf/vmlinux"
#define MODULE_BTF	"/sys/kernel/btf/pgwalk"

/**
 * struct probes - the loaded programs and the two generations of rows
 * @rows:	the row maps; @active is the one that programs write to
 * @settle:	the iterator over the target's tasks, NULL before probes__watch()
 * @keys:	where a drained batch lands; @values: the same
 */
struct probes {
	struct fault_bpf *skel;
	int rows[2];
	int active;
	bool has_module;
	struct bpf_link *settle;
	struct pgwalk_fault_key *keys;
	struct pgwalk_fault_row *values;
};

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

/* The rows {mm 0, class} that take what finds no row of its own */
static int fallback_insert(int map)
{
	static const struct pgwalk_fault_row empty;
	struct pgwalk_fault_key key = {};

	for (key.class = 0; key.class < FALLBACK_ROWS; key.class++)
		if (bpf_map_update_elem(map, &key, &empty, BPF_ANY))
			return -errno;
	return 0;
}

static int skel_load(struct probes *p, const struct probes_cfg *cfg, bool module)
{
	__u32 rows = (cfg->max_rows ? cfg->max_rows : DEFAULT_ROWS) + FALLBACK_ROWS;
	int err;

	p->skel = fault_bpf__open();
	if (!p->skel)
		return -errno;
	p->skel->rodata->cfg_module = module;
	bpf_map__set_max_entries(p->skel->maps.rows_a, rows);
	bpf_map__set_max_entries(p->skel->maps.rows_b, rows);
	/* one iteration each, limited to the target: probes__watch() attaches them */
	bpf_program__set_autoattach(p->skel->progs.on_task_watch, false);
	bpf_program__set_autoattach(p->skel->progs.on_task_settle, false);
	err = fault_bpf__load(p->skel);
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

static int generation_publish(struct probes *p, int which)
{
	int outer = bpf_map__fd(p->skel->maps.generation);
	__u32 slot = 0;

	if (bpf_map_update_elem(outer, &slot, &p->rows[which], BPF_ANY))
		return -errno;
	p->active = which;
	return 0;
}

static int rows_prepare(struct probes *p)
{
	int err;

	p->rows[0] = bpf_map__fd(p->skel->maps.rows_a);
	p->rows[1] = bpf_map__fd(p->skel->maps.rows_b);
	p->keys = calloc(BATCH_ROWS, sizeof(*p->keys));
	p->values = calloc(BATCH_ROWS, sizeof(*p->values));
	if (!p->keys || !p->values)
		return -ENOMEM;
	err = fallback_insert(p->rows[0]);
	if (!err)
		err = fallback_insert(p->rows[1]);
	return err ? err : generation_publish(p, 0);
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
	err = rows_prepare(p);
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
	fault_bpf__destroy(p->skel);
	free(p->keys);
	free(p->values);
	free(p);
}

bool probes__has_module(const struct probes *p)
{
	return p->has_module;
}

static struct bpf_link *iterator_attach(struct bpf_program *prog, pid_t pid)
{
	union bpf_iter_link_info info = { .task.pid = pid };
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

static int batch_tell(const struct probes *p, __u32 n, probes_row_fn fn, void *ctx)
{
	int ret = 0;
	__u32 i;

	for (i = 0; i < n; i++) {
		int got = p->values[i].count ? fn(ctx, &p->keys[i], &p->values[i]) : 0;

		if (!ret)
			ret = got;
	}
	return ret;
}

/* Empty a generation that no program can reach any more */
static int rows_drain(struct probes *p, int map, probes_row_fn fn, void *ctx, int *told)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts);
	__u32 token = 0, n;
	bool first = true;
	int err, got;

	do {
		n = BATCH_ROWS;
		err = bpf_map_lookup_and_delete_batch(map, first ? NULL : &token, &token,
						      p->keys, p->values, &n, &opts);
		if (err && errno != ENOENT)
			return -errno;
		got = batch_tell(p, n, fn, ctx);
		if (!*told)
			*told = got;
		first = false;
	} while (!err);
	return 0;
}

int probes__drain(struct probes *p, probes_row_fn fn, void *ctx)
{
	int old = p->active, told = 0;
	int err = generation_publish(p, !old);

	if (!err)
		err = rows_drain(p, p->rows[old], fn, ctx, &told);
	if (!err)
		err = fallback_insert(p->rows[old]);
	return err ? err : told;
}

static __u64 missed_runs(const struct bpf_program *prog)
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
		.missed_entry_runs = missed_runs(p->skel->progs.on_fault_enter),
		.missed_exit_runs = missed_runs(p->skel->progs.on_fault_exit),
		.refused = bss->nr_refused,
		.folded = bss->nr_folded,
		.lost = bss->nr_lost,
	};
}
