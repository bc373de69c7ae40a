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
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf.h"
#include "../../bpf/row_slot.h"
#include "fault.skel.h"

#define VMLINUX_BTF	"/sys/kernel/btf/vmlinux"
#define MODULE_BTF	"/sys/kernel/btf/pgwalk"

/**
 * struct generation - one of the two arrays of rows, mapped
 * @fd:		the map
 * @slots:	its memory
 * @head:	in the place of a slot
 */
struct generation {
	int fd;
	struct row_slot *slots;
	struct generation_head *head;
};

/**
 * struct probes - the loaded programs and the two generations of rows
 * @bytes:	of each generation
 * @active:	the generation that programs write to
 * @last_number: of the generation last published
 * @folded:	faults drained from the rows "(other mappings)"
 * @settle:	the iterator over the target's tasks, NULL before probes__watch()
 */
struct probes {
	struct fault_bpf *skel;
	struct generation generations[2];
	size_t bytes;
	int active;
	__u64 last_number;
	__u64 folded;
	bool has_module;
	struct bpf_link *settle;
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

/*
 * Room for so many rows, in both generations and in the index. A third array of
 * that size shows the kernel what the outer map will hold; it can go after loading.
 *
 * Return: its descriptor, or -errno.
 */
static int rows_size(struct probes *p, __u32 rows)
{
	int fd;

	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, sizeof(__u32), sizeof(struct row_slot),
			    ROW_FIRST + rows, &opts);
	if (fd < 0)
		return -errno;
	p->skel->rodata->cfg_rows = rows;
	p->bytes = (ROW_FIRST + rows) * sizeof(struct row_slot);
	bpf_map__set_inner_map_fd(p->skel->maps.generation, fd);
	bpf_map__set_max_entries(p->skel->maps.rows_a, ROW_FIRST + rows);
	bpf_map__set_max_entries(p->skel->maps.rows_b, ROW_FIRST + rows);
	bpf_map__set_max_entries(p->skel->maps.row_index, 2 * rows);
	return fd;
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
	template = rows_size(p, rows);
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

static int generation_map(struct generation *g, const struct bpf_map *map, size_t bytes)
{
	__u32 class;

	g->fd = bpf_map__fd(map);
	g->slots = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, g->fd, 0);
	if (g->slots == MAP_FAILED) {
		g->slots = NULL;
		return -errno;
	}
	g->head = (struct generation_head *)&g->slots[ROW_HEAD];
	for (class = 0; class < PGWALK_FAULT_CLASS_NR; class++)
		g->slots[class].key.class = class;
	return 0;
}

/* Have programs write to another generation; when this returns none writes to the last */
static int generation_publish(struct probes *p, int which)
{
	int outer = bpf_map__fd(p->skel->maps.generation);
	struct generation *g = &p->generations[which];
	__u32 slot = 0;

	g->head->number = ++p->last_number;
	if (bpf_map_update_elem(outer, &slot, &g->fd, BPF_ANY))
		return -errno;
	p->active = which;
	return 0;
}

static int generations_prepare(struct probes *p)
{
	int err = generation_map(&p->generations[0], p->skel->maps.rows_a, p->bytes);

	if (!err)
		err = generation_map(&p->generations[1], p->skel->maps.rows_b, p->bytes);
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
	err = generations_prepare(p);
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

static void generation_unmap(struct generation *g, size_t bytes)
{
	if (g->slots)
		munmap(g->slots, bytes);
}

void probes__destroy(struct probes *p)
{
	if (!p)
		return;
	bpf_link__destroy(p->settle);
	generation_unmap(&p->generations[0], p->bytes);
	generation_unmap(&p->generations[1], p->bytes);
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

/* Hand over one slot and make it as new; what the index has of it goes, too */
static int slot_drain(struct probes *p, struct generation *g, __u32 i, probes_row_fn fn, void *ctx)
{
	struct row_slot *slot = &g->slots[i];
	struct row_id id = { .key = slot->key, .generation = g->head->number };
	int told = 0;

	if (slot->row.count)
		told = fn(ctx, &slot->key, &slot->row);
	if (i < PGWALK_FAULT_CLASS_NR) {
		p->folded += i ? slot->row.count : 0;
		memset(&slot->row, 0, sizeof(slot->row));
		return told;
	}
	/* refused only where another slot of the same key took the place */
	bpf_map_delete_elem(bpf_map__fd(p->skel->maps.row_index), &id);
	memset(slot, 0, sizeof(*slot));
	return told;
}

static __u32 generation_end(const struct probes *p, const struct generation *g)
{
	__u64 room = p->skel->rodata->cfg_rows;

	return ROW_FIRST + (g->head->used < room ? g->head->used : room);
}

int probes__drain(struct probes *p, probes_row_fn fn, void *ctx)
{
	struct generation *old = &p->generations[p->active];
	int err = generation_publish(p, !p->active);
	int told = 0;
	__u32 i, end;

	if (err)
		return err;
	end = generation_end(p, old);
	for (i = 0; i < end; i++) {
		int got = i == ROW_HEAD ? 0 : slot_drain(p, old, i, fn, ctx);

		if (!told)
			told = got;
	}
	old->head->used = 0;
	return told;
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
		.folded = p->folded,
		.lost = bss->nr_lost + bss->nr_lost_max,
	};
}
