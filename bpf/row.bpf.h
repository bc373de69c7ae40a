/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The aggregates: one row per mapping and class, in the generation that user
 * space last swapped in. Adds to rows; decides nothing about a fault.
 *
 * Nothing is lost: programs run under rcu_read_lock and find the generation
 * anew each time; user space swaps in an empty one, the update of the outer map
 * waits for all readers, and only then is the old one read and emptied. Rows
 * are preallocated, so inserting needs no memory; when there is no room the
 * count goes to the row {mm 0, class}, which user space put there beforehand.
 * All additions are atomic: threads of the target share rows, and an exit
 * program may be preempted by another's.
 */
#ifndef PGWALK_ROW_BPF_H
#define PGWALK_ROW_BPF_H

#include "classify.bpf.h"

/* max_entries is set by user space before loading */
struct row_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct pgwalk_fault_key);
	__type(value, struct pgwalk_fault_row);
};

extern struct row_generations {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, u32);
	__array(values, struct row_map);
} generation SEC(".maps");

#define count_up(p, n)	__sync_fetch_and_add((p), (n))

static __always_inline struct pgwalk_fault_row *row_find(const struct pgwalk_fault_key *key)
{
	u32 zero = 0;
	void *rows = bpf_map_lookup_elem(&generation, &zero);

	return rows ? bpf_map_lookup_elem(rows, key) : NULL;
}

static __slow struct pgwalk_fault_row *row_fallback(u32 class)
{
	struct pgwalk_fault_key key = { .class = class };

	count_up(&nr_folded, class ? 1 : 0);
	return row_find(&key);
}

/* A mapping's first fault of this class in this generation */
static __slow struct pgwalk_fault_row *row_create(const struct mapping *m)
{
	struct pgwalk_fault_row *row;
	u32 zero = 0;
	void *rows = bpf_map_lookup_elem(&generation, &zero);
	long err;

	if (!rows)
		return NULL;
	err = bpf_map_update_elem(rows, &m->key, (const void *)&empty_row, BPF_NOEXIST);
	row = bpf_map_lookup_elem(rows, &m->key);
	if (!row || err)
		return row;	/* no room, or another CPU made it and fills it in */
	row->kind = m->kind;
	__builtin_memcpy(row->name, m->name, sizeof(row->name));
	return row;
}

/**
 * row_get - the row of m->key, made if need be
 *
 * Return: never NULL as long as user space pre-inserted the fallback rows; a
 * NULL is for the caller to count as lost.
 */
static __always_inline struct pgwalk_fault_row *row_get(const struct mapping *m)
{
	struct pgwalk_fault_row *row = row_find(&m->key);

	if (row)
		return row;
	row = row_create(m);
	return row ? row : row_fallback(m->key.class);
}

/**
 * row_raise - raise an atomic maximum
 *
 * A round is lost only when another CPU has stored a value in between, and
 * losing again takes one more that is below ours but above the last: 64 rounds
 * would need as many tasks inside this function at once. If that ever happened
 * it is told (lost_max), not hidden.
 */
static __always_inline void row_raise(__u64 *max, u64 value)
{
	u64 seen = *(volatile u64 *)max;
	int i;

	for (i = 0; i < 64; i++) {
		u64 was;

		if (value <= seen)
			return;
		was = __sync_val_compare_and_swap(max, seen, value);
		if (was == seen)
			return;
		seen = was;
	}
	count_up(&nr_lost_max, 1);
}

static __always_inline u32 log2_of(u64 v)
{
	u32 r = 0, x = v;

	if (v >> 32) {
		x = v >> 32;
		r = 32;
	}
	if (x >> 16) {
		x >>= 16;
		r += 16;
	}
	if (x >> 8) {
		x >>= 8;
		r += 8;
	}
	if (x >> 4) {
		x >>= 4;
		r += 4;
	}
	if (x >> 2) {
		x >>= 2;
		r += 2;
	}
	return r + (x >> 1);
}

/* The bucket as pgwalk_fault.h defines it */
static __always_inline u32 bucket_of(u64 v)
{
	u32 p, b;

	if (v < 4)
		return v;
	p = log2_of(v);
	b = 4 * (p - 1) + ((v >> (p - 2)) & 3);
	return b < PGWALK_HIST_BUCKETS ? b : PGWALK_HIST_BUCKETS - 1;
}

static __always_inline void row_add_latency(struct pgwalk_fault_row *row, u64 ns)
{
	u32 b = bucket_of(ns);

	count_up(&row->latency_ns, ns);
	row_raise(&row->max_ns, ns);
	barrier_var(b);			/* keep the compiler from losing the bound */
	if (b < PGWALK_HIST_BUCKETS)
		count_up(&row->hist[b], 1);
}

static __always_inline void row_add_leaf(struct pgwalk_fault_row *row, u32 shift)
{
	if (shift == SHIFT_4K)
		count_up(&row->leaf_4k, 1);
	else if (shift == SHIFT_2M)
		count_up(&row->leaf_2m, 1);
	else if (shift)
		count_up(&row->leaf_1g, 1);
}

static __always_inline void row_add_access(struct pgwalk_fault_row *row, u32 flags)
{
	if (flags & FAULT_FLAG_WRITE)
		count_up(&row->write, 1);
	else if (flags & FAULT_FLAG_INSTRUCTION)
		count_up(&row->exec, 1);
	else
		count_up(&row->read, 1);
	if (!(flags & FAULT_FLAG_USER))
		count_up(&row->kernel, 1);
}

/* Growth that belongs to no known fault */
static __slow int row_add_unattributed(u64 minor, u64 major)
{
	struct pgwalk_fault_row *row = row_fallback(PGWALK_FAULT_UNATTRIBUTED);

	if (!row) {
		count_up(&nr_lost, minor + major);
		return 0;
	}
	count_up(&row->count, minor + major);
	if (major)
		count_up(&row->major, major);
	return 0;
}

#endif /* PGWALK_ROW_BPF_H */
