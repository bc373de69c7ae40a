// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The two generations of rows: programs write to one while the other is drained. The first rows of
 * a generation are in mapped memory, the further ones in a hash, where the kernel allocates each.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "probes.h"

#define ROWS_MAPPED	32	/* at first; more are mapped when they were used */

static __u32 fewer(__u32 a, __u32 b)
{
	return a < b ? a : b;
}

/**
 * probes__size_rows - reserve memory for rows, in both generations and the index
 * @p:		opened, not loaded
 * @max:	limit of rows; 0: the maximum
 */
void probes__size_rows(struct probes *p, __u32 max)
{
	__u32 limit = max ? fewer(max, ROWS_MAX) : ROWS_MAX;
	__u32 rows = fewer(ROWS_USUAL, limit);

	p->skel->rodata->cfg_rows = rows;
	p->skel->rodata->cfg_rows_max = limit;
	bpf_map__set_max_entries(p->skel->maps.rows, 2 * (ROW_FIRST + rows));
	bpf_map__set_max_entries(p->skel->maps.row_index, 2 * rows);
	bpf_map__set_max_entries(p->skel->maps.more_rows, limit > rows ? 2 * (limit - rows) : 1);
}

/* Key of a permanent row, which stands for the rest of a scope */
static struct pgwalk_fault_key others_key(enum probes_scope scope, __u32 i)
{
	struct pgwalk_fault_key key = { .class = i % PGWALK_FAULT_CLASS_NR };

	if (scope != PROBES_PROCESS)
		key.scope = PGWALK_SCOPE_PROCESS;
	else if (i >= ROW_THREADS)
		key.scope = PGWALK_SCOPE_THREAD;
	return key;
}

/*
 * Map the first @rows rows of a generation. All pages of a mapping of an array are resident, so only
 * as many rows are mapped as were used so far. A mapping begins with a page, a generation may not.
 */
static int generation_map(const struct probes *p, struct generation *g, __u32 half, __u32 rows)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE), slot = sizeof(struct row_slot);
	const size_t room = ROW_FIRST + p->skel->rodata->cfg_rows;
	const size_t start = half * room * slot, end = start + (ROW_FIRST + rows) * slot;
	const size_t from = start / page * page, bytes = (end - from + page - 1) / page * page;
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			    bpf_map__fd(p->skel->maps.rows), (off_t)from);

	if (memory == MAP_FAILED)
		return -errno;
	if (g->memory)
		munmap(g->memory, g->bytes);
	g->memory = memory;
	g->bytes = bytes;
	g->rows = rows;
	g->slots = (struct row_slot *)(memory + (start - from));
	g->head = (struct generation_head *)&g->slots[(size_t)ROW_HEAD];
	return 0;
}

static int generation_init(struct probes *p, __u32 half)
{
	struct generation *g = &p->generations[half];
	__u32 i, rows = p->skel->rodata->cfg_rows;
	int err = generation_map(p, g, half, rows < ROWS_MAPPED ? rows : ROWS_MAPPED);

	for (i = 0; !err && i < ROW_HEAD; i++)
		g->slots[i].key = others_key(p->scope, i);
	return err;
}

/*
 * Switch programs to another generation. On return no program writes to the last one. If this
 * cannot be ensured, programs return to the last one; rows written to the other generation in
 * between are found when its number comes next.
 */
static int generation_publish(struct probes *p, __u64 number)
{
	volatile __u64 *now = &p->skel->bss->rows_number;
	int empty = bpf_map__fd(p->skel->maps.empty_map);
	__u64 last = *now;
	__u32 zero = 0;

	*now = number;
	__sync_synchronize();
	if (bpf_map_update_elem(bpf_map__fd(p->skel->maps.rcu_sync), &zero, &empty, BPF_ANY)) {
		*now = last;
		return -errno;
	}
	p->number = number;
	return 0;
}

/**
 * probes__map_rows - map both generations and direct programs to the first
 * @p:		loaded
 *
 * Return: 0 or -errno.
 */
int probes__map_rows(struct probes *p)
{
	int err = generation_init(p, 0);

	if (!err)
		err = generation_init(p, 1);
	return err ? err : generation_publish(p, 1);
}

/** probes__unmap_rows - undo probes__map_rows(), also after a failure */
void probes__unmap_rows(struct probes *p)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (p->generations[i].memory)
			munmap(p->generations[i].memory, p->generations[i].bytes);
}

/* With one process, row 0 holds faults without a mapping, which are not folded */
static bool is_folded(const struct probes *p, __u32 i)
{
	return i < ROW_THREADS && (i || p->scope != PROBES_PROCESS);
}

#define BATCH	512	/* entries of a hash that one call deletes */

/* Entries of a hash that are to be deleted */
struct batch {
	__u32 nr;
	struct row_id id[BATCH];
};

/*
 * Delete entries of a hash. A call stops at an entry that does not exist, because another
 * slot of the same key replaced it, or that it could not delete. A call without memory deletes none:
 * the number is then 0, or, before commit 06e5c999f102 ("bpf: Set uattr->batch.count as zero before
 * batched update or deletion", 6.8), unchanged. The entry at which the call stopped is deleted alone.
 */
static void batch_delete(const struct bpf_map *map, struct batch *batch)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts);
	int fd = bpf_map__fd(map);
	__u32 at, done;

	for (at = 0; at < batch->nr; at += done + 1) {
		done = batch->nr - at;
		if (!bpf_map_delete_batch(fd, &batch->id[at], &done, &opts))
			break;
		if (done == batch->nr - at)
			done = 0;
		bpf_map_delete_elem(fd, &batch->id[at + done]);
	}
	batch->nr = 0;
}

/* Pass on a slot and reset it, and add its entry in the index to @batch */
static int slot_drain(struct probes *p, __u64 number, __u32 i, struct batch *batch,
		      probes_row_fn fn, void *ctx)
{
	struct row_slot *slot = &p->generations[number & 1].slots[i];
	int result = 0;

	if (slot->row.count || slot->row.remote)
		result = fn(ctx, &slot->key, &slot->row);
	if (i < ROW_HEAD) {
		if (is_folded(p, i))
			p->folded += slot->row.count;
		memset(&slot->row, 0, sizeof(slot->row));
		return result;
	}
	batch->id[batch->nr++] = (struct row_id){ .key = slot->key, .generation = number };
	if (batch->nr == BATCH)
		batch_delete(p->skel->maps.row_index, batch);
	memset(slot, 0, sizeof(*slot));
	return result;
}

/* Return the number of rows placed in a generation */
static __u32 rows_used(const struct probes *p, const struct generation *g)
{
	__u64 used = *(volatile __u64 *)&g->head->used, room = p->skel->rodata->cfg_rows;

	return (__u32)(used < room ? used : room);
}

/* Map the rows that were used, twice as many if there are more than ever */
static int generation_grow(struct probes *p, __u32 half)
{
	struct generation *g = &p->generations[half];
	__u32 room = p->skel->rodata->cfg_rows, used = rows_used(p, g);

	if (used <= g->rows)
		return 0;
	return generation_map(p, g, half, used < room / 2 ? 2 * used : room);
}

bool probes__has_faults(const struct probes *p)
{
	const struct generation *g = &p->generations[p->number & 1];
	__u32 i;

	if (*(volatile __u64 *)&g->head->used)
		return true;
	for (i = 0; i < ROW_HEAD; i++)
		if (*(volatile __u64 *)&g->slots[i].row.count ||
		    *(volatile __u32 *)&g->slots[i].row.remote)
			return true;
	return false;
}

#define MORE	32	/* rows beside the array that one call copies */

/* Rows beside the array, as the kernel copies them */
struct more {
	struct row_id id[MORE];
	struct pgwalk_fault_row row[MORE];
};

/*
 * Pass on the rows of generation @number in @more, and of older ones after a failure, and add them
 * to @batch. Rows of the next generation, which programs add meanwhile, stay.
 */
static int more_take(const struct more *more, __u32 nr, __u64 number, struct batch *batch,
		     probes_row_fn fn, void *ctx)
{
	int result = 0, got;
	__u32 i;

	for (i = 0; i < nr; i++) {
		if (more->id[i].generation > number)
			continue;
		batch->id[batch->nr++] = more->id[i];
		if (!more->row[i].count && !more->row[i].remote)
			continue;
		got = fn(ctx, &more->id[i].key, &more->row[i]);
		if (!result)
			result = got;
	}
	return result;
}

/*
 * Pass on the rows of generation @number beside the array, and free them. No program writes to them
 * any more. A call copies whole buckets of the hash, each of them once.
 */
static int more_drain(struct probes *p, __u64 number, probes_row_fn fn, void *ctx)
{
	const struct bpf_map *map = p->skel->maps.more_rows;
	struct more more;
	struct batch batch = { .nr = 0 };
	__u32 from = 0, nr;
	bool first = true;
	int err, result = 0, got;

	do {
		nr = MORE;
		err = bpf_map_lookup_batch(bpf_map__fd(map), first ? NULL : &from, &from, more.id,
					   more.row, &nr, NULL) ? errno : 0;
		p->more_left = err && err != ENOENT;
		if (p->more_left)
			return -err;
		first = false;
		got = more_take(&more, nr, number, &batch, fn, ctx);
		if (!result)
			result = got;
		if (batch.nr > BATCH - MORE)
			batch_delete(map, &batch);
	} while (!err);
	batch_delete(map, &batch);
	return result;
}

int probes__drain(struct probes *p, probes_row_fn fn, void *ctx)
{
	__u64 last = p->number;
	struct generation *old = &p->generations[last & 1];
	int err = generation_publish(p, last + 1);
	struct batch batch;
	int result = 0;
	__u32 i, end;

	if (err)
		return err;
	err = generation_grow(p, last & 1);
	if (err) {
		generation_publish(p, last);
		return err;
	}
	batch.nr = 0;
	end = ROW_FIRST + rows_used(p, old);
	/* before the rows, which have the mappings, are reset */
	err = probes__take_places(p, old->slots, (last & 1) * (ROW_FIRST + p->skel->rodata->cfg_rows), end);
	for (i = 0; i < end; i++) {
		int got = i == ROW_HEAD ? 0 : slot_drain(p, last, i, &batch, fn, ctx);

		if (!result)
			result = got;
	}
	batch_delete(p->skel->maps.row_index, &batch);
	if (old->head->used > p->skel->rodata->cfg_rows || p->more_left) {
		int more = more_drain(p, last, fn, ctx);

		err = err ? err : more;
	}
	old->head->used = 0;
	return result ? result : err;
}
