/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The aggregates: one row per mapping, thread or process and class, in the generation
 * that user space last swapped in. Adds to rows; decides nothing about a fault.
 *
 * Nothing is lost: programs run under rcu_read_lock and find the generation
 * anew each time; user space names an empty one, waits for all readers as the update
 * of a map of maps does, and only then is the old one read and emptied. All is
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

extern __u32 id_level;
extern __u64 id_namespace;
extern __u64 rows_number;		/* of the generation that rows go to now */

/* Both generations. Mapped by user space, which drains it so, and sized by it to cfg_rows */
extern struct row_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * (ROW_FIRST + ROWS_MAX));
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, struct row_slot);
} rows SEC(".maps");

/* Which slot a row is in; rows of a drained generation are taken out by user space */
extern struct row_index_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2 * ROWS_MAX);
	__type(key, struct row_id);
	__type(value, u32);
} row_index SEC(".maps");

#define count_up(p, n)	__sync_fetch_and_add((p), (n))

/*
 * Whose rows these are, where they are of no mapping
 *
 * @task:	the task_struct
 * @pid:	its number in the initial pid namespace when the id in @ref was read
 */
struct who {
	struct row_ref ref;
	u64 task;
	s32 pid;
};

/* Which generation to count in: to be asked once for each row, for it changes at any time */
static __always_inline u64 rows_now(void)
{
	return *(volatile u64 *)&rows_number;
}

/* Where the half of generation @number begins */
static __always_inline u32 half_of(u64 number)
{
	return number & 1 ? ROW_FIRST + cfg_rows : 0;
}

/* NULL never happens: it is the verifier who has to be told */
static __always_inline struct row_slot *slot_at(u32 i)
{
	return bpf_map_lookup_elem(&rows, &i);
}

/*
 * The first fault of this class in this generation, by this task: find the row's place
 * or make one.
 *
 * Return: the slot; @others of its half where there is no room. If another CPU was first, the slot
 * made here stays empty. If the index refused, the row is in the slot all the same,
 * and user space adds up rows of the same key.
 */
static __slow u32 row_place(struct row_ref *ref, u32 others)
{
	struct row_id id = ref->id;	/* 6.1 takes no key from where it does not know it to be */
	u32 half = half_of(id.generation), i, *known;
	struct row_slot *head = slot_at(half + ROW_HEAD), *slot;
	u64 n;

	known = bpf_map_lookup_elem(&row_index, &id);
	if (known)
		return *known;
	others += half;
	if (!head)
		return others;
	n = __sync_fetch_and_add(&((struct generation_head *)head)->used, 1);
	if (n >= cfg_rows)
		return others;
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

static __slow u32 mapping_place(struct mapping *m)
{
	u32 i = row_place(&m->ref, m->id.key.class);
	struct row_slot *slot = slot_at(i);

	if (slot && i != half_of(m->id.generation) + m->id.key.class) {
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
	u64 number = rows_now();
	struct row_slot *slot;

	if (class >= PGWALK_FAULT_CLASS_NR)
		return NULL;
	if (m->id.generation != number)
		generation_follow(&m->ref, number);
	i = m->ref.slot[class];
	if (!i) {
		i = mapping_place(m);
		m->ref.slot[class] = i;
	}
	slot = slot_at(i);
	return slot ? &slot->row : NULL;
}

/*
 * The id of a task in the pid namespace of pgtop, by the numbers that @pid has in each
 * namespace from the initial one down to its own.
 *
 * Return: PGWALK_ID_OUTSIDE: that namespace does not have the task.
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
 * id_of_thread - the id of a thread, as user space knows it
 * @t:		the thread, a pointer that the verifier knows
 */
static __always_inline s32 id_of_thread(const struct task_struct *t)
{
	return id_level ? id_inside((u64)BPF_CORE_READ(t, thread_pid)) : t->pid;
}

/*
 * In a namespace below the initial one. When a task is freed its numbers are given back
 * already: then the id is the last one that was read.
 */
static __slow int who_read_inside(struct who *w)
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

/* The number as it is now: a thread that calls execve takes that of the leader */
static __always_inline void who_read(struct who *w)
{
	const struct task_struct *t = (void *)w->task;

	w->ref.id.key.scope = cfg_scope == WATCH_PROCESS ? PGWALK_SCOPE_THREAD :
							   PGWALK_SCOPE_PROCESS;
	if (id_level)
		who_read_inside(w);
	else if (cfg_scope == WATCH_PROCESS)
		w->ref.id.key.id = BPF_CORE_READ(t, pid);
	else
		w->ref.id.key.id = BPF_CORE_READ(t, tgid);
}

static __slow u32 who_place(struct who *w)
{
	u32 others = w->ref.id.key.class + (cfg_scope == WATCH_PROCESS ? ROW_THREADS : 0);
	u32 i = row_place(&w->ref, others);
	struct row_slot *slot = slot_at(i);
	const struct task_struct *t = (void *)w->task;

	if (i == half_of(w->ref.id.generation) + others ||
	    w->ref.id.key.id == PGWALK_ID_OUTSIDE)
		return i;
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
	u64 number = rows_now();
	struct row_slot *slot;
	u16 *known;
	u32 i;

	if (w->ref.id.generation != number) {
		generation_follow(&w->ref, number);
		who_read(w);
	}
	barrier_var(class);
	if (class >= PGWALK_FAULT_CLASS_NR)	/* here: 6.1 forgets the bound on the way */
		return NULL;
	known = &w->ref.slot[class];
	i = *known;
	if (!i) {
		w->ref.id.key.class = class;
		i = who_place(w);
		*known = i;
	}
	slot = slot_at(i);
	return slot ? &slot->row : NULL;
}

/**
 * who_end - tell in the rows of a thread or process that there will be no more of it
 * @scope:	PGWALK_SCOPE_*
 * @id:		its number
 *
 * In those of this generation: in the next it has none. Found by number, for it is others
 * that have counted most of a process.
 */
static __slow int who_end(u32 scope, s32 id)
{
	struct row_id row = { .key = { .scope = scope, .id = id }, .generation = rows_now() };
	struct row_slot *slot;
	u32 class, *at;

	for (class = 0; class < PGWALK_FAULT_CLASS_NR; class++) {
		row.key.class = class;
		at = bpf_map_lookup_elem(&row_index, &row);
		slot = at ? slot_at(*at) : NULL;
		if (slot)
			slot->row.kind = PGWALK_TASK_ENDED;
	}
	return 0;
}

/**
 * row_raise - raise an atomic maximum
 *
 * A round is lost only when another CPU has stored a value in between, and
 * losing again takes one more that is below ours but above the last: 64 rounds
 * would need as many tasks inside this function at once. If that ever happened
 * it is told (lost_max), not hidden.
 */
static __slow int row_raise(__u64 *max, u64 value)
{
	u64 seen = *(volatile u64 *)max;
	int i;

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

/* The logarithm of each byte but 0: there is no instruction for it, and this is in each fault */
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
	u32 b;

	count_up(&row->latency_ns, ns);
	if (ns > *(volatile u64 *)&row->max_ns)
		row_raise(&row->max_ns, ns);
	b = bucket_of(ns);
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
	if (flags & RECORD_GUP)
		count_up(&row->gup, 1);
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
	u32 class = PGWALK_FAULT_UNATTRIBUTED;
	struct row_slot *slot;

	if (cfg_scope == WATCH_PROCESS) {
		slot = slot_at(half_of(rows_now()) + class);
		row_add_growth(slot ? &slot->row : NULL, minor, major);
	}
	if (cfg_scope != WATCH_PROCESS || count_threads)
		row_add_growth(who_row(w, class), minor, major);
	return 0;
}

#endif /* PGWALK_ROW_BPF_H */
