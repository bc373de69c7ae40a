/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts one fault in its rows, whether both ends were seen, the exit was missed or the entry
 * was missed. The caller has claimed the fault.
 */
#ifndef PGWALK_ACCOUNT_BPF_H
#define PGWALK_ACCOUNT_BPF_H

#include "emit.bpf.h"

/* Class, shift of the leaf and a flag in one number, the return value of record_classify() */
#define CLASSIFIED_CLASS		0xff
#define CLASSIFIED_LEAF_SHIFT	8
#define CLASSIFIED_THP_FALLBACK	(1U << 16)

/**
 * record_classify - return the class of the fault of record @s, and the leaf that it mapped
 * @s:		record, with the entry after; not NULL
 * @major:	the kernel counted it as major
 *
 * Return: class | shift of the leaf << CLASSIFIED_LEAF_SHIFT | CLASSIFIED_THP_FALLBACK.
 */
__checked_once u32 record_classify(struct task_state *s, u32 major)
{
	struct classify_in ev = {};
	struct classify_out v;

	if (!s)
		return PGWALK_FAULT_OTHER;
	ev.map = &s->map;
	ev.before = &s->before;
	ev.after = &s->after;
	ev.addr = s->addr;
	ev.flags = s->flags;
	ev.ret = s->ret;
	ev.major = major;
	v = classify(&ev);
	return v.class | v.leaf_shift << CLASSIFIED_LEAF_SHIFT |
	       (v.thp_fallback ? CLASSIFIED_THP_FALLBACK : 0);
}

/* Argument of record_count(): enum fault_seen and major, in one number */
#define HOW(seen, major)	((seen) << 1 | !!(major))

/* Add the counts that do not depend on enum fault_seen */
static __always_inline void row_add_seen(struct pgwalk_fault_row *row,
					 const struct task_state *s, u32 classified)
{
	count_up(&row->count, 1);
	row_add_access(row, s->flags);
	row_add_leaf(row, classified >> CLASSIFIED_LEAF_SHIFT & 0xff);
}

/**
 * row_add_plain - add a minor fault with both ends seen and no pages mapped around it
 * @row:	row
 * @s:		record of the fault
 * @classified:	result of record_classify(), without CLASSIFIED_THP_FALLBACK
 * @ns:		latency of the fault
 */
static __always_inline void row_add_plain(struct pgwalk_fault_row *row,
					  const struct task_state *s, u32 classified, u64 ns)
{
	row_add_seen(row, s, classified);
	if (s->retries) {
		count_up(&row->retries, s->retries);
		count_up(&row->retry_ns, s->retry_ns);
	}
	row_add_latency(row, ns);
}

/* Add the fault of record @s to @row, both not NULL; @how and @now as in record_count() */
__checked_once int row_add_fault(struct pgwalk_fault_row *row, struct task_state *s,
				 u32 classified, u32 how, u64 now)
{
	enum fault_seen seen = how >> 1;

	if (!row || !s)
		return 0;
	if (how & 1)
		count_up(&row->major, 1);
	if (classified & CLASSIFIED_THP_FALLBACK)
		count_up(&row->thp_fallback, 1);
	if (seen == SEEN_BOTH) {
		if (s->around > 0)
			count_up(&row->around, s->around);
		row_add_plain(row, s, classified, now - s->t0);
		return 0;
	}
	row_add_seen(row, s, classified);
	if (s->retries)
		count_up(&row->retries, s->retries);
	if (seen == SEEN_ENTRY)
		count_up(&row->missed_exit, 1);
	else
		count_up(&row->missed_entry, 1);
	return 0;
}

/* Add the fault to the row of the thread, or if several are watched, of the process */
static __slow int scope_add_fault(struct task_state *s, u32 classified, u32 how, u64 now)
{
	struct pgwalk_fault_row *row = scope_row(&s->scope, classified & CLASSIFIED_CLASS);

	if (row)
		row_add_fault(row, s, classified, how, now);
	else
		count_up(&nr_lost, 1);
	return 0;
}

/*
 * Add the fault of record @s to all its rows. @plain, a constant: row_add_plain() may be
 * used
 */
static __always_inline void rows_add_fault(struct task_state *s, u32 classified, u32 how, u64 now,
					   bool plain)
{
	struct pgwalk_fault_row *row;
	struct row_slot *slot;
	u32 i;

	if (cfg_scope == WATCH_PROCESS) {
		s->map.id.key.class = classified & CLASSIFIED_CLASS;
		i = row_find(&s->map);
		slot = plain ? slot_at(i) : NULL;
		row = slot ? &slot->row : row_at(&s->map.ref, i);
		if (slot)
			row_add_plain(row, s, classified, now - s->t0);
		else if (row)
			row_add_fault(row, s, classified, how, now);
		else
			count_up(&nr_lost, 1);
	}
	if (cfg_scope != WATCH_PROCESS || count_threads)
		scope_add_fault(s, classified, how, now);
}

/**
 * record_count - count the fault of record @s
 * @s:		record, with the entry after; not NULL
 * @how:	HOW()
 * @now:	end of the fault, for SEEN_BOTH
 *
 * Return: 0.
 */
__checked_once int record_count(struct task_state *s, u32 how, u64 now)
{
	u32 classified;

	if (!s)
		return 0;
	classified = record_classify(s, how & 1);
	rows_add_fault(s, classified, how, now, false);
	record_emit(s, classified & CLASSIFIED_CLASS, how >> 1, now, how & 1);
	return 0;
}

/**
 * record_open - begin a record in @s, after all of it was written
 *
 * The iterator, which reads from another CPU, compares the number to detect if its copy is of
 * one record: it is 0 while a record is written, and never reused. An atomic exchange orders memory.
 */
static __always_inline void record_open(struct task_state *s)
{
	if (MEMORY_IS_ORDERED)
		*(volatile u64 *)&s->open = ++s->nr_opened;
	else
		__sync_lock_test_and_set(&s->open, ++s->nr_opened);
}

static __always_inline void record_close(struct task_state *s)
{
	if (MEMORY_IS_ORDERED)
		*(volatile u64 *)&s->open = 0;
	else
		__sync_lock_test_and_set(&s->open, 0);
}

/** record_opened - return the number of the record of another task; later reads stay after it */
static __always_inline u64 record_opened(struct task_state *s)
{
	return MEMORY_IS_ORDERED ? *(volatile u64 *)&s->open : __sync_fetch_and_add(&s->open, 0);
}

/**
 * end_missed - count an end of a fault that no instance has handled
 *
 * Wakes user space if a further instance can be attached, once until it has looked.
 */
static __slow int end_missed(void)
{
	u32 one = 1;

	if (cfg_instances == 1)
		return 0;
	count_up(&nr_missed_ends, 1);
	if (nr_attached >= cfg_instances || missed_signalled)
		return 0;
	missed_signalled = 1;
	bpf_ringbuf_output(&missed_ends, &one, sizeof(one), BPF_RB_FORCE_WAKEUP);
	return 0;
}

/**
 * delta_settle - account for growth that is not the current fault of a probe
 *
 * One fault of it belongs to the open record, if there is one: its exit was missed.
 * The others are counted as unattributed.
 */
__checked_once int delta_settle(struct task_state *s, u64 minor, u64 major)
{
	struct fault_delta g = { .minor = minor, .major = major };

	if (!s)
		return 0;
	end_missed();
	if (s->open) {
		bool was_major = delta_take(&g, s->flags & FAULT_FLAG_TRIED);

		record_close(s);
		s->after = (struct pgwalk_entry){};
		record_count(s, HOW(SEEN_ENTRY, was_major), 0);
	}
	if (g.minor + g.major)
		row_add_unattributed(&s->scope, g.minor, g.major);
	return 0;
}

/* Account for growth of the counters of @t that its own probes have not claimed */
static __always_inline void delta_catch_up(struct task_state *s, struct task_struct *t)
{
	struct fault_delta g;

	if (!s->accounted)
		state_init(s, t, 0, 0);
	g = delta_claim(s, t);
	if (g.minor + g.major)
		delta_settle(s, g.minor, g.major);
}

#endif /* PGWALK_ACCOUNT_BPF_H */
