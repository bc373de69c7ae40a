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
 */
void probes__size_rows(struct probes *p, __u32 rows)
{
	p->skel->rodata->cfg_rows = rows;
	p->bytes = (ROW_FIRST + rows) * sizeof(struct row_slot);
	bpf_map__set_max_entries(p->skel->maps.rows, 2 * (ROW_FIRST + rows));
	bpf_map__set_max_entries(p->skel->maps.row_index, 2 * rows);
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

static void generation_init(struct generation *g, struct row_slot *slots, enum probes_scope scope)
{
	__u32 i;

	g->slots = slots;
	g->head = (struct generation_head *)&slots[(size_t)ROW_HEAD];
	for (i = 0; i < ROW_HEAD; i++)
		slots[i].key = others_key(scope, i);
}

/*
 * Have programs write to another generation; when this returns none writes to the last.
 * If it cannot be known that none does, they go on with the last; what came to the other
 * meanwhile is found there when it has its turn, which is under the same number.
 */
static int generation_publish(struct probes *p, __u64 number)
{
	volatile __u64 *now = &p->skel->bss->rows_number;
	int empty = bpf_map__fd(p->skel->maps.empty_map);
	__u64 last = *now;
	__u32 zero = 0;

	*now = number;
	__sync_synchronize();
	if (bpf_map_update_elem(bpf_map__fd(p->skel->maps.grace), &zero, &empty, BPF_ANY)) {
		*now = last;
		return -errno;
	}
	p->number = number;
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
	void *rows = mmap(NULL, 2 * p->bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			  bpf_map__fd(p->skel->maps.rows), 0);

	if (rows == MAP_FAILED)
		return -errno;
	p->rows = rows;
	generation_init(&p->generations[0], rows, p->scope);
	generation_init(&p->generations[1], rows + p->bytes, p->scope);
	return generation_publish(p, 1);
}

/** probes__unmap_rows - undo probes__map_rows(), as far as it came */
void probes__unmap_rows(struct probes *p)
{
	if (p->rows)
		munmap(p->rows, 2 * p->bytes);
}

/* Of a process its first row is what is known of no mapping: that has its own place */
static bool is_folded(const struct probes *p, __u32 i)
{
	return i < ROW_THREADS && (i || p->scope != PROBES_PROCESS);
}

/* Hand over one slot and make it as new; what the index has of it goes, too */
static int slot_drain(struct probes *p, __u64 number, __u32 i, probes_row_fn fn, void *ctx)
{
	struct row_slot *slot = &p->generations[number & 1].slots[i];
	struct row_id id = { .key = slot->key, .generation = number };
	int told = 0;

	if (slot->row.count || slot->row.remote)
		told = fn(ctx, &slot->key, &slot->row);
	if (i < ROW_HEAD) {
		if (is_folded(p, i))
			p->folded += slot->row.count;
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
	__u64 last = p->number;
	struct generation *old = &p->generations[last & 1];
	int err = generation_publish(p, last + 1);
	int told = 0;
	__u32 i, end;

	if (err)
		return err;
	end = generation_end(p, old);
	for (i = 0; i < end; i++) {
		int got = i == ROW_HEAD ? 0 : slot_drain(p, last, i, fn, ctx);

		if (!told)
			told = got;
	}
	old->head->used = 0;
	return told;
}
