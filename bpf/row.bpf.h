/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Aggregates: adds to the rows, one per mapping, thread or process and class, in the
 * generation that user space selected last.
 *
 * No count is lost: programs run under rcu_read_lock and read the number of the generation
 * each time. User space selects an empty generation, waits for all readers with an update
 * of a map of maps, and only then reads and empties the old one. The rows that are expected are
 * preallocated in an array. Further rows are allocated in a hash when they are placed, and freed
 * when they are drained. When there is no room or no memory for another row, the count is added to
 * the row for all others of its scope and class, which always exists.
 * All additions are atomic: threads of the target share rows, and an exit
 * program may be preempted by one of another task.
 *
 * Rows are numbered. A task caches the numbers of its own rows and of those of the mapping
 * that it faults in, so the 64-byte key is hashed once per mapping, class and generation,
 * not once per fault.
 */
#ifndef PGWALK_ROW_BPF_H
#define PGWALK_ROW_BPF_H

#include "classify.bpf.h"

extern __u32 id_level;
extern __u64 id_namespace;
extern __u64 rows_number;		/* number of the current generation */

/* Both generations. User space sizes the map for cfg_rows, and maps and drains it */
extern struct row_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * (ROW_FIRST + ROWS_MAX));
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, struct row_slot);
} rows SEC(".maps");

/* Slots by key of the row; user space removes the rows of a drained generation */
extern struct row_index_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2 * ROWS_MAX);
	__type(key, struct row_id);
	__type(value, u32);
} row_index SEC(".maps");

/*
 * Rows beyond those of the array, by their keys. The kernel allocates each one when it is placed, in
 * any context (since 6.1: "bpf: Convert hash map to bpf_mem_alloc").
 */
extern struct more_rows_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2 * ROWS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct row_id);
	__type(value, struct pgwalk_fault_row);
} more_rows SEC(".maps");

/* A row without faults. Words, see fast_slots */
extern const __u64 empty_row[sizeof(struct pgwalk_fault_row) / sizeof(__u64)];

#define count_up(p, n)	__sync_fetch_and_add((p), (n))

/*
 * The rows of a thread or process
 *
 * @task:	task_struct
 * @pid:	pid in the initial pid namespace when the id in @ref was read
 */
struct scope_rows {
	struct row_ref ref;
	u64 task;
	s32 pid;
};

/* Return the current generation. Read once for each row, because it changes at any time */
static __always_inline u64 rows_now(void)
{
	return *(volatile u64 *)&rows_number;
}

/* Return the first slot of the half of generation @number */
static __always_inline u32 half_of(u64 number)
{
	return number & 1 ? ROW_FIRST + cfg_rows : 0;
}

/* The result is never NULL, but the verifier does not know it */
static __always_inline struct row_slot *slot_at(u32 i)
{
	return bpf_map_lookup_elem(&rows, &i);
}

/* Return the row of @ref beside the array; NULL: there is none */
static __slow struct pgwalk_fault_row *row_more(struct row_ref *ref)
{
	struct row_id id = ref->id;	/* as in row_place() */

	return bpf_map_lookup_elem(&more_rows, &id);
}

/* Return the row of @ref, with the result @i of row_place() */
static __always_inline struct pgwalk_fault_row *row_at(struct row_ref *ref, u32 i)
{
	struct row_slot *slot = slot_at(i);

	return slot ? &slot->row : row_more(ref);
}

/*
 * Place a row beside the array, where @used rows of its generation were placed.
 *
 * Return: false if there is no room or no memory.
 */
static __always_inline bool more_place(struct row_id *id, __u64 *used)
{
	if (bpf_map_lookup_elem(&more_rows, id))
		return true;
	if (__sync_fetch_and_add(used, 1) >= cfg_rows_max)
		return false;
	if (!bpf_map_update_elem(&more_rows, id, empty_row, BPF_NOEXIST))
		return true;
	count_up(used, -1);
	return bpf_map_lookup_elem(&more_rows, id);	/* another CPU may have been first */
}

/*
 * Find or place the row for the first fault of this class, generation and task.
 *
 * Return: the slot; ROW_MORE; or @others of its half if there is no room. If another CPU was
 * first, the new slot stays empty. If the index rejected the row, it is in the slot all the same,
 * and user space adds up rows with equal keys.
 */
static __slow u32 row_place(struct row_ref *ref, u32 others)
{
	struct row_id id = ref->id;	/* the verifier of 6.1 rejects @ref as a key */
	u32 half = half_of(id.generation), i, *known;
	struct row_slot *head = slot_at(half + ROW_HEAD), *slot;
	__u64 *used, n;

	known = bpf_map_lookup_elem(&row_index, &id);
	if (known)
		return *known;
	others += half;
	if (!head)
		return others;
	used = &((struct generation_head *)head)->used;
	if (*(volatile __u64 *)used >= cfg_rows)
		return more_place(&id, used) ? ROW_MORE : others;
	n = __sync_fetch_and_add(used, 1);
	if (n >= cfg_rows) {
		count_up(used, -1);
		return more_place(&id, used) ? ROW_MORE : others;
	}
	i = half + ROW_FIRST + n;
	slot = slot_at(i);
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

static __always_inline void generation_follow(struct row_ref *ref, u64 number)
{
	ref->id.generation = number;
	__builtin_memset(ref->slot, 0, sizeof(ref->slot));
}

/* Find or place the row of @m, not NULL, with the class in its key. Return as row_place() */
__checked_once u32 mapping_place(struct mapping *m)
{
	struct pgwalk_fault_row *row;
	u32 i;

	if (!m)
		return 0;
	i = row_place(&m->ref, m->id.key.class);
	row = row_at(&m->ref, i);
	if (row && i != half_of(m->id.generation) + m->id.key.class) {
		row->kind = m->kind;
		__builtin_memcpy(row->name, m->name, sizeof(m->name));
	}
	return i;
}

/**
 * row_find - return the place of the row of @m, with the class in its key; it is placed if needed
 *
 * Return: as row_place(), for row_at().
 */
static __always_inline u32 row_find(struct mapping *m)
{
	u32 class = m->id.key.class, i;
	u64 number = rows_now();

	if (class >= PGWALK_FAULT_CLASS_NR)
		return 0;
	if (m->id.generation != number)
		generation_follow(&m->ref, number);
	i = m->ref.slot[class];
	if (!i) {
		i = mapping_place(m);
		m->ref.slot[class] = i;
	}
	return i;
}

/**
 * row_get - return the row of @m, with the class in its key; it is placed if needed
 *
 * Return: the row; never NULL, but the verifier does not know it.
 */
static __always_inline struct pgwalk_fault_row *row_get(struct mapping *m)
{
	return row_at(&m->ref, row_find(m));
}

/*
 * Return the id of a task in the pid namespace of pgtop. @pid has a number in each
 * namespace from the initial one down to its own.
 *
 * Return: PGWALK_ID_OUTSIDE if the task is not in that namespace.
 */
static __slow s32 id_inside(u64 pid)
{
	u64 at = pid + bpf_core_field_offset(((struct pid *)0)->numbers) +
		 id_level * bpf_core_type_size(struct upid);
	u32 level = BPF_CORE_READ((struct pid *)pid, level);

	if (level < id_level || (u64)BPF_CORE_READ((struct upid *)at, ns) != id_namespace)
		return PGWALK_ID_OUTSIDE;
	return BPF_CORE_READ((struct upid *)at, nr);
}

/**
 * id_of_thread - return the id of a thread in the pid namespace of pgtop
 * @t:		thread, as a trusted pointer of the verifier
 */
static __always_inline s32 id_of_thread(const struct task_struct *t)
{
	return id_level ? id_inside((u64)BPF_CORE_READ(t, thread_pid)) : t->pid;
}

/*
 * Read the id in a pid namespace below the initial one. When a task is freed, its numbers are
 * already released: then the id stays the last one that was read.
 */
static __slow int scope_read_id_inside(struct scope_rows *w)
{
	const struct task_struct *t = (void *)w->task;
	u64 pid;

	if (cfg_scope != WATCH_PROCESS)
		t = BPF_CORE_READ(t, group_leader);
	pid = (u64)BPF_CORE_READ(t, thread_pid);
	if (!pid)
		return 0;
	w->ref.id.key.id = id_inside(pid);
	w->pid = BPF_CORE_READ(t, pid);
	return 0;
}

/*
 * Read the id of the cgroup of @task, a task_struct, into @id. A task that is being freed still has its cgroup. Each pointer
 * on the way is read into @id: the stack of on_fault_exit() has no room for another call on 6.1.
 */
static __always_inline void cgroup_read(u64 *id, u64 task)
{
	*id = 0;
	bpf_core_read(id, sizeof(*id), &((struct task_struct *)task)->cgroups);
	bpf_core_read(id, sizeof(*id), &((struct css_set *)*id)->dfl_cgrp);
	bpf_core_read(id, sizeof(*id), &((struct cgroup *)*id)->kn);
	bpf_core_read(id, sizeof(*id), &((struct kernfs_node *)*id)->id);
}

/* Read the current id: a thread that calls execve takes that of the leader */
static __always_inline void scope_read_id(struct scope_rows *w)
{
	const struct task_struct *t = (void *)w->task;

	w->ref.id.key.scope = cfg_scope == WATCH_PROCESS ? PGWALK_SCOPE_THREAD :
							   PGWALK_SCOPE_PROCESS;
	if (cfg_scope != WATCH_PROCESS && cfg_cgroups)
		cgroup_read(&w->ref.id.key.ino, w->task);
	if (id_level)
		scope_read_id_inside(w);
	else if (cfg_scope == WATCH_PROCESS)
		w->ref.id.key.id = BPF_CORE_READ(t, pid);
	else
		w->ref.id.key.id = BPF_CORE_READ(t, tgid);
}

/* Find or place the row of @w, not NULL, with the class in its key. Return as row_place() */
__checked_once u32 scope_place(struct scope_rows *w)
{
	struct pgwalk_fault_row *row;
	const struct task_struct *t;
	u32 others, i;

	if (!w)
		return 0;
	t = (void *)w->task;
	others = w->ref.id.key.class + (cfg_scope == WATCH_PROCESS ? ROW_THREADS : 0);
	i = row_place(&w->ref, others);
	row = row_at(&w->ref, i);
	if (i == half_of(w->ref.id.generation) + others ||
	    w->ref.id.key.id == PGWALK_ID_OUTSIDE)
		return i;
	if (row && cfg_scope == WATCH_PROCESS)
		bpf_core_read_str(row->name, sizeof(t->comm), &t->comm);
	else if (row)
		BPF_CORE_READ_STR_INTO(&row->name, t, group_leader, comm);
	return i;
}

/**
 * scope_row - return the row of a thread, or if several are watched of a process, and of @class
 *
 * It is placed if needed.
 *
 * Return: the row; never NULL, but the verifier does not know it.
 */
static __always_inline struct pgwalk_fault_row *scope_row(struct scope_rows *w, u32 class)
{
	u64 number = rows_now();
	u16 *known;
	u32 i;

	if (w->ref.id.generation != number) {
		generation_follow(&w->ref, number);
		scope_read_id(w);
	}
	barrier_var(class);
	if (class >= PGWALK_FAULT_CLASS_NR)	/* the verifier of 6.1 loses an earlier bound */
		return NULL;
	w->ref.id.key.class = class;
	known = &w->ref.slot[class];
	i = *known;
	if (!i) {
		i = scope_place(w);
		*known = i;
	}
	return row_at(&w->ref, i);
}

/**
 * scope_end - mark the rows of a thread or process: it has ended
 * @scope:	PGWALK_SCOPE_*
 * @id:		id of the thread or process
 * @task:	the process, a task_struct; its rows have its cgroup in the key; 0 for a thread
 *
 * Marks the rows of this generation: it has none in the next one. They are found by id, because
 * most faults of a process were counted by other threads.
 */
static __slow int scope_end(u32 scope, s32 id, u64 task)
{
	struct row_id row = { .key = { .scope = scope, .id = id }, .generation = rows_now() };
	struct pgwalk_fault_row *more;
	struct row_slot *slot;
	u32 class, *at;

	if (task && cfg_cgroups)
		cgroup_read(&row.key.ino, task);
	for (class = 0; class < PGWALK_FAULT_CLASS_NR; class++) {
		row.key.class = class;
		at = bpf_map_lookup_elem(&row_index, &row);
		slot = at ? slot_at(*at) : NULL;
		if (slot)
			slot->row.kind = PGWALK_TASK_ENDED;
		more = at ? NULL : bpf_map_lookup_elem(&more_rows, &row);
		if (more)
			more->kind = PGWALK_TASK_ENDED;
	}
	return 0;
}

/**
 * row_raise - raise an atomic maximum
 * @max:	not NULL
 * @value:	possible new maximum
 *
 * A round fails only if another CPU has stored a value in between, and fails again only if
 * another value between the last and @value was stored: 64 failed rounds
 * need as many tasks inside this function at once. That case is counted in
 * nr_lost_max.
 */
__checked_once int row_raise(__u64 *max, u64 value)
{
	u64 seen;
	int i;

	if (!max)
		return 0;
	seen = *(volatile u64 *)max;
	for (i = 0; i < 64; i++) {
		u64 was;

		if (value <= seen)
			return 0;
		was = __sync_val_compare_and_swap(max, seen, value);
		if (was == seen)
			return 0;
		seen = was;
	}
	count_up(&nr_lost_max, 1);
	return 0;
}

/* Logarithm of each byte but 0: BPF has no instruction for it, and each fault needs it */
extern const __u8 log2_of_byte[256];

static __always_inline u32 log2_of(u64 v)
{
	u32 above = 0;

	if (v >> 32) {
		v >>= 32;
		above = 32;
	}
	if (v >> 16) {
		v >>= 16;
		above += 16;
	}
	if (v >> 8) {
		v >>= 8;
		above += 8;
	}
	return above + log2_of_byte[v & 0xff];
}

/* Return the bucket as defined in pgwalk_fault.h */
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
	u32 b;

	count_up(&row->latency_ns, ns);
	if (ns > *(volatile u64 *)&row->max_ns)
		row_raise(&row->max_ns, ns);
	b = bucket_of(ns);
	barrier_var(b);			/* the compiler must not drop the bound */
	if (b < PGWALK_HIST_BUCKETS)
		count_up(&row->hist[b], 1);
}

static __always_inline void row_add_leaf(struct pgwalk_fault_row *row, u32 shift)
{
	if (!shift)
		return;
	if (shift < SHIFT_PMD)
		count_up(&row->leaf_4k, 1);
	else if (shift < SHIFT_PUD)
		count_up(&row->leaf_2m, 1);
	else
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
	if (flags & RECORD_GUP)
		count_up(&row->gup, 1);
}

static __always_inline void row_add_delta(struct pgwalk_fault_row *row, u64 minor, u64 major)
{
	if (!row) {
		count_up(&nr_lost, minor + major);
		return;
	}
	count_up(&row->count, minor + major);
	if (major)
		count_up(&row->major, major);
}

/* Add faults of a task that no record explains */
static __slow int row_add_unattributed(struct scope_rows *w, u64 minor, u64 major)
{
	u32 class = PGWALK_FAULT_UNATTRIBUTED;
	struct row_slot *slot;

	if (cfg_scope == WATCH_PROCESS) {
		slot = slot_at(half_of(rows_now()) + class);
		row_add_delta(slot ? &slot->row : NULL, minor, major);
	}
	if (cfg_scope != WATCH_PROCESS || count_threads)
		row_add_delta(scope_row(w, class), minor, major);
	return 0;
}

#endif /* PGWALK_ROW_BPF_H */
