// SPDX-License-Identifier: GPL-2.0
/*
 * The two generations of rows: one that programs write to, one that is drained.
 * Hands rows over as they are; what they say is nothing to it.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "probes.h"

/**
 * probes__size_rows - make room for so many rows, in both generations and the index
 * @p:		opened, not loaded
 * @rows:	how many
 *
 * A third array of that size shows the kernel what the outer map will hold; the
 * caller closes it after loading.
 *
 * Return: its descriptor, or -errno.
 */
int probes__size_rows(struct probes *p, __u32 rows)
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

/* The rows that are always there: of all others of a scope */
static struct pgwalk_fault_key others_key(enum probes_scope scope, __u32 i)
{
	struct pgwalk_fault_key key = { .class = i % PGWALK_FAULT_CLASS_NR };

	if (scope != PROBES_PROCESS)
		key.scope = PGWALK_SCOPE_PROCESS;
	else if (i >= ROW_THREADS)
		key.scope = PGWALK_SCOPE_THREAD;
	return key;
}

static int generation_map(struct generation *g, const struct bpf_map *map, size_t bytes,
			  enum probes_scope scope)
{
	__u32 i;

	g->fd = bpf_map__fd(map);
	g->slots = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, g->fd, 0);
	if (g->slots == MAP_FAILED) {
		g->slots = NULL;
		return -errno;
	}
	g->head = (struct generation_head *)&g->slots[ROW_HEAD];
	for (i = 0; i < ROW_HEAD; i++)
		g->slots[i].key = others_key(scope, i);
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

/**
 * probes__map_rows - map both generations, and have programs write to the first
 * @p:		loaded
 *
 * Return: 0 or -errno.
 */
int probes__map_rows(struct probes *p)
{
	int err = generation_map(&p->generations[0], p->skel->maps.rows_a, p->bytes,
				 p->scope);

	if (!err)
		err = generation_map(&p->generations[1], p->skel->maps.rows_b, p->bytes,
				     p->scope);
	return err ? err : generation_publish(p, 0);
}

static void generation_unmap(struct generation *g, size_t bytes)
{
	if (g->slots)
		munmap(g->slots, bytes);
}

/** probes__unmap_rows - undo probes__map_rows(), as far as it came */
void probes__unmap_rows(struct probes *p)
{
	generation_unmap(&p->generations[0], p->bytes);
	generation_unmap(&p->generations[1], p->bytes);
}

/* Hand over one slot and make it as new; what the index has of it goes, too */
static int slot_drain(struct probes *p, struct generation *g, __u32 i, probes_row_fn fn, void *ctx)
{
	struct row_slot *slot = &g->slots[i];
	struct row_id id = { .key = slot->key, .generation = g->head->number };
	int told = 0;

	if (slot->row.count)
		told = fn(ctx, &slot->key, &slot->row);
	if (i < ROW_HEAD) {
		p->folded += i && i < ROW_THREADS ? slot->row.count : 0;
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
