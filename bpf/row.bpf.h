/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The aggregates: one row per mapping, thread or process and class, in the generation
 * that user space last swapped in. Adds to rows; decides nothing about a fault.
 *
 * Nothing is lost: programs run under rcu_read_lock and find the generation
 * anew each time; user space swaps in an empty one, the update of the outer map
 * waits for all readers, and only then is the old one read and emptied. All is
 * preallocated. When there is no room for another row the count goes to the one
 * that stands for all others of its scope and class, which is always there.
 * All additions are atomic: threads of the target share rows, and an exit
 * program may be preempted by another's.
 *
 * Rows are numbered, and a task remembers its own and those of the mapping it faults
 * in: the hash of 64 bytes of key is asked once per mapping, class and generation,
 * not once per fault.
 */
#ifndef PGWALK_ROW_BPF_H
#define PGWALK_ROW_BPF_H

#include "classify.bpf.h"

/* Mapped by user space, which drains it so, and sized by it to cfg_rows */
struct row_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ROW_FIRST + ROWS_MAX);
	__uint(map_flags, BPF_F_MMAPABLE);
	/* sizes, not types: clang leaves out a type that only an inner map names */
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(struct row_slot));
};

extern struct row_generations {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, u32);
	__array(values, struct row_map);
} generation SEC(".maps");

/* Which slot a row is in; rows of a drained generation are taken out by user space */
extern struct row_index_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2 * ROWS_MAX);
	__type(key, struct row_id);
	__type(value, u32);
} row_index SEC(".maps");

#define count_up(p, n)	__sync_fetch_and_add((p), (n))

/* Whose rows these are, where they are of no mapping */
struct who {
	struct row_ref ref;
	u64 task;		/* the task_struct */
};

/* The generation that rows go to now, and its head; NULL never happens but for the verifier */
static __always_inline void *rows_now(struct generation_head **head)
{
	u32 zero = 0, head_at = ROW_HEAD;
	void *rows = bpf_map_lookup_elem(&generation, &zero);

	*head = rows ? bpf_map_lookup_elem(rows, &head_at) : NULL;
	return rows;
}

/*
 * The first fault of this class in this generation, by this task: find the row's place
 * or make one.
 *
 * Return: the slot; @others where there is no room. If another CPU was first, the slot
 * made here stays empty. If the index refused, the row is in the slot all the same,
 * and user space adds up rows of the same key.
 */
static __slow u32 row_place(struct row_ref *ref, void *rows, struct generation_head *head,
			    u32 others)
{
	struct row_id id = ref->id;	/* 6.1 takes no key from where it does not know it to be */
	struct row_slot *slot;
	u32 i, *known;
	u64 n;

	known = bpf_map_lookup_elem(&row_index, &id);
	if (known)
		return *known;
	n = __sync_fetch_and_add(&head->used, 1);
	if (n >= cfg_rows)
		return others;
	i = ROW_FIRST + n;
	slot = bpf_map_lookup_elem(rows, &i);
	if (!slot)
		return others;
	slot->key = ref->id.key;
	if (bpf_map_update_elem(&row_index, &id, &i, BPF_NOEXIST)) {
		known = bpf_map_lookup_elem(&row_index, &id);
		if (known)
			return *known;
	}
	return i;
}

static __always_inline void generation_follow(struct row_ref *ref,
					      const struct generation_head *head)
{
	ref->id.generation = head->number;
	__builtin_memset(ref->slot, 0, sizeof(ref->slot));
}

static __slow u32 mapping_place(struct mapping *m, void *rows, struct generation_head *head)
{
	u32 i = row_place(&m->ref, rows, head, m->id.key.class);
	struct row_slot *slot = i < ROW_FIRST ? NULL : bpf_map_lookup_elem(rows, &i);

	if (slot) {
		slot->row.kind = m->kind;
		__builtin_memcpy(slot->row.name, m->name, sizeof(m->name));
	}
	return i;
}

/**
 * row_get - the row of @m, with the class in its key; made if need be
 *
 * Return: NULL never happens: it is the verifier who has to be told.
 */
static __always_inline struct pgwalk_fault_row *row_get(struct mapping *m)
{
	u32 class = m->id.key.class, i;
	struct generation_head *head;
	void *rows = rows_now(&head);
	struct row_slot *slot;

	if (!rows || !head || class >= PGWALK_FAULT_CLASS_NR)
		return NULL;
	if (m->id.generation != head->number)
		generation_follow(&m->ref, head);
	i = m->ref.slot[class];
	if (!i) {
		i = mapping_place(m, rows, head);
		m->ref.slot[class] = i;
	}
	slot = bpf_map_lookup_elem(rows, &i);
	return slot ? &slot->row : NULL;
}

/* The number as it is now: a thread that calls execve takes that of the leader */
static __always_inline void who_read(struct who *w)
{
	const struct task_struct *t = (void *)w->task;

	if (cfg_scope == WATCH_PROCESS) {
		w->ref.id.key.scope = PGWALK_SCOPE_THREAD;
		w->ref.id.key.id = BPF_CORE_READ(t, pid);
	} else {
		w->ref.id.key.scope = PGWALK_SCOPE_PROCESS;
		w->ref.id.key.id = BPF_CORE_READ(t, tgid);
	}
}

static __slow u32 who_place(struct who *w, void *rows, struct generation_head *head)
{
	u32 others = w->ref.id.key.class + (cfg_scope == WATCH_PROCESS ? ROW_THREADS : 0);
	u32 i = row_place(&w->ref, rows, head, others);
	struct row_slot *slot = i < ROW_FIRST ? NULL : bpf_map_lookup_elem(rows, &i);
	const struct task_struct *t = (void *)w->task;

	if (slot && cfg_scope == WATCH_PROCESS)
		bpf_core_read_str(slot->row.name, sizeof(t->comm), &t->comm);
	else if (slot)
		BPF_CORE_READ_STR_INTO(&slot->row.name, t, group_leader, comm);
	return i;
}

/**
 * who_row - the row of a thread, or where many are watched of a process, and of @class
 *
 * Made if need be.
 *
 * Return: NULL never happens: it is the verifier who has to be told.
 */
static __always_inline struct pgwalk_fault_row *who_row(struct who *w, u32 class)
{
	struct generation_head *head;
	void *rows = rows_now(&head);
	struct row_slot *slot;
	u16 *known;
	u32 i;

	if (!rows || !head)
		return NULL;
	if (w->ref.id.generation != head->number) {
		generation_follow(&w->ref, head);
		who_read(w);
	}
	barrier_var(class);
	if (class >= PGWALK_FAULT_CLASS_NR)	/* here: 6.1 forgets the bound on the way */
		return NULL;
	known = &w->ref.slot[class];
	i = *known;
	if (!i) {
		w->ref.id.key.class = class;
		i = who_place(w, rows, head);
		*known = i;
	}
	slot = bpf_map_lookup_elem(rows, &i);
	return slot ? &slot->row : NULL;
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

__checked_once int row_add_latency(struct pgwalk_fault_row *row, u64 ns)
{
	u32 b;

	if (!row)
		return 0;
	count_up(&row->latency_ns, ns);
	row_raise(&row->max_ns, ns);	/* first: the verifier multiplies a loop by what is before */
	b = bucket_of(ns);
	barrier_var(b);			/* keep the compiler from losing the bound */
	if (b < PGWALK_HIST_BUCKETS)
		count_up(&row->hist[b], 1);
	return 0;
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

static __always_inline void row_add_growth(struct pgwalk_fault_row *row, u64 minor, u64 major)
{
	if (!row) {
		count_up(&nr_lost, minor + major);
		return;
	}
	count_up(&row->count, minor + major);
	if (major)
		count_up(&row->major, major);
}

/* Growth of task @w that belongs to no known fault */
static __slow int row_add_unattributed(struct who *w, u64 minor, u64 major)
{
	u32 zero = 0, class = PGWALK_FAULT_UNATTRIBUTED;
	struct row_slot *slot;
	void *rows;

	if (cfg_scope == WATCH_PROCESS) {
		rows = bpf_map_lookup_elem(&generation, &zero);
		slot = rows ? bpf_map_lookup_elem(rows, &class) : NULL;
		row_add_growth(slot ? &slot->row : NULL, minor, major);
	}
	if (cfg_scope != WATCH_PROCESS || count_threads)
		row_add_growth(who_row(w, class), minor, major);
	return 0;
}

#endif /* PGWALK_ROW_BPF_H */
