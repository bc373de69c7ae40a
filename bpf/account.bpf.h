/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting one fault into its row, however it was learnt of: both ends seen, the
 * exit missed or the entry missed. Claims nothing: the caller has.
 */
#ifndef PGWALK_ACCOUNT_BPF_H
#define PGWALK_ACCOUNT_BPF_H

#include "tell.bpf.h"

/* A class, the shift of a leaf and a flag in one number: these functions return no more */
#define VERDICT_CLASS		0xff
#define VERDICT_LEAF_SHIFT	8
#define VERDICT_THP_FALLBACK	(1U << 16)

/**
 * record_classify - the class of the fault of record @s, and the leaf it gained
 * @s:		the record; not NULL
 * @after:	the entry after it, kind 0 where it was not asked for; not NULL
 * @major:	as the kernel counted it
 *
 * Return: class | shift of the leaf << VERDICT_LEAF_SHIFT | VERDICT_THP_FALLBACK.
 */
__checked_once u32 record_classify(struct task_state *s, struct pgwalk_entry *after, u32 major)
{
	struct evidence ev = {};
	struct verdict v;

	if (!s || !after)
		return PGWALK_FAULT_OTHER;
	ev.map = &s->map;
	ev.before = &s->before;
	ev.after = after;
	ev.addr = s->addr;
	ev.flags = s->flags;
	ev.ret = s->ret;
	ev.major = major;
	v = classify(&ev);
	return v.class | v.leaf_shift << VERDICT_LEAF_SHIFT |
	       (v.thp_fallback ? VERDICT_THP_FALLBACK : 0);
}

/* What record_count() is told of how the fault was learnt of, in one number */
#define HOW(seen, major)	((seen) << 1 | !!(major))

/* What each fault has, however it was seen */
static __always_inline void row_add_seen(struct pgwalk_fault_row *row,
					 const struct task_state *s, u32 verdict)
{
	count_up(&row->count, 1);
	row_add_access(row, s->flags);
	row_add_leaf(row, verdict >> VERDICT_LEAF_SHIFT & 0xff);
}

/**
 * row_add_plain - add a fault of which both ends were seen, minor, nothing mapped around it
 * @row:	to this
 * @s:		its record
 * @verdict:	of record_classify(), without VERDICT_THP_FALLBACK
 * @ns:		how long it took
 */
static __always_inline void row_add_plain(struct pgwalk_fault_row *row,
					  const struct task_state *s, u32 verdict, u64 ns)
{
	row_add_seen(row, s, verdict);
	if (s->retries) {
		count_up(&row->retries, s->retries);
		count_up(&row->retry_ns, s->retry_ns);
	}
	row_add_latency(row, ns);
}

/* Add the fault of record @s to @row; @how and @now as in record_count() */
static __always_inline void row_add_fault(struct pgwalk_fault_row *row,
					  const struct task_state *s, u32 verdict, u32 how,
					  u64 now)
{
	enum fault_seen seen = how >> 1;

	if (how & 1)
		count_up(&row->major, 1);
	if (verdict & VERDICT_THP_FALLBACK)
		count_up(&row->thp_fallback, 1);
	if (seen == SEEN_BOTH) {
		if (s->around > 0)
			count_up(&row->around, s->around);
		row_add_plain(row, s, verdict, now - s->t0);
		return;
	}
	row_add_seen(row, s, verdict);
	if (s->retries)
		count_up(&row->retries, s->retries);
	if (seen == SEEN_ENTRY)
		count_up(&row->missed_exit, 1);
	else
		count_up(&row->missed_entry, 1);
}

/* To the row of the thread, or where many are watched, of the process */
static __slow int who_add_fault(struct task_state *s, u32 verdict, u32 how, u64 now)
{
	struct pgwalk_fault_row *row = who_row(&s->who, verdict & VERDICT_CLASS);

	if (row)
		row_add_fault(row, s, verdict, how, now);
	else
		count_up(&nr_lost, 1);
	return 0;
}

/*
 * Add the fault of record @s to all the rows it belongs to. @plain, a constant: as
 * row_add_plain() wants it
 */
static __always_inline void rows_add_fault(struct task_state *s, u32 verdict, u32 how, u64 now,
					   bool plain)
{
	struct pgwalk_fault_row *row;

	if (cfg_scope == WATCH_PROCESS) {
		s->map.id.key.class = verdict & VERDICT_CLASS;
		row = row_get(&s->map);
		if (!row)
			count_up(&nr_lost, 1);
		else if (plain)
			row_add_plain(row, s, verdict, now - s->t0);
		else
			row_add_fault(row, s, verdict, how, now);
	}
	if (cfg_scope != WATCH_PROCESS || count_threads)
		who_add_fault(s, verdict, how, now);
}

/**
 * record_count - count the fault of record @s
 * @s:		the record; not NULL
 * @after:	the entry after it, kind 0 where it was not asked for; not NULL
 * @how:	HOW()
 * @now:	when it ended, for SEEN_BOTH
 *
 * Return: 0.
 */
__checked_once int record_count(struct task_state *s, struct pgwalk_entry *after, u32 how, u64 now)
{
	u32 verdict;

	if (!s || !after)
		return 0;
	verdict = record_classify(s, after, how & 1);
	rows_add_fault(s, verdict, how, now, false);
	record_tell(s, after, verdict & VERDICT_CLASS, how >> 1, now, how & 1);
	return 0;
}

/**
 * record_open - begin a record in @s: all of it was written before
 *
 * The number tells the iterator, which looks from another CPU, whether what it
 * copied was one record: 0 while it is being written, and never the same again.
 */
static __always_inline void record_open(struct task_state *s)
{
	*(volatile u64 *)&s->open = ++s->nr_opened;
}

static __always_inline void record_close(struct task_state *s)
{
	*(volatile u64 *)&s->open = 0;
}

/**
 * growth_settle - account growth that no probe's own fault explains
 *
 * One of it belongs to the record that is open, if one is: its exit was missed.
 * The rest is known to have happened, and no more.
 */
__checked_once int growth_settle(struct task_state *s, u64 minor, u64 major)
{
	struct growth g = { .minor = minor, .major = major };

	if (!s)
		return 0;
	if (s->open) {
		bool was_major = growth_take(&g, s->flags & FAULT_FLAG_TRIED);
		struct pgwalk_entry unknown = {};

		record_close(s);
		record_count(s, &unknown, HOW(SEEN_ENTRY, was_major), 0);
	}
	if (g.minor + g.major)
		row_add_unattributed(&s->who, g.minor, g.major);
	return 0;
}

/* Account what the counters of @t have grown by, of which no probe of its own has told */
static __always_inline void growth_catch_up(struct task_state *s, struct task_struct *t)
{
	struct growth g;

	if (!s->acc)
		state_init(s, t, 0, 0);
	g = growth_claim(s, t);
	if (g.minor + g.major)
		growth_settle(s, g.minor, g.major);
}

#endif /* PGWALK_ACCOUNT_BPF_H */
