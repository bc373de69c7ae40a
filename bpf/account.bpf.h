/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting one fault into its row, however it was learnt of: both ends seen, the
 * exit missed or the entry missed. Claims nothing: the caller has.
 */
#ifndef PGWALK_ACCOUNT_BPF_H
#define PGWALK_ACCOUNT_BPF_H

#include "task.bpf.h"

enum fault_seen {
	SEEN_BOTH,		/* has a latency */
	SEEN_ENTRY,		/* the exit was missed */
	SEEN_EXIT,		/* the entry was missed */
};

/* Count the fault of record @s. @now is read for SEEN_BOTH only */
static __always_inline void record_count(struct task_state *s, const struct pgwalk_entry *after,
					 bool major, enum fault_seen seen, u64 now)
{
	struct evidence ev = {
		.map = &s->map, .before = &s->before, .after = after,
		.addr = s->addr, .flags = s->flags, .ret = s->ret, .major = major,
	};
	struct verdict v = classify(&ev);
	struct pgwalk_fault_row *row;

	s->map.id.key.class = v.class;
	row = row_get(&s->map);
	if (!row) {
		count_up(&nr_lost, 1);
		return;
	}
	count_up(&row->count, 1);
	if (major)
		count_up(&row->major, 1);
	if (s->retries)
		count_up(&row->retries, s->retries);
	if (s->flags & RECORD_GUP)
		count_up(&row->gup, 1);
	row_add_access(row, s->flags);
	row_add_leaf(row, v.leaf_shift);
	if (seen == SEEN_BOTH)
		row_add_latency(row, now - s->t0);
	else if (seen == SEEN_ENTRY)
		count_up(&row->missed_exit, 1);
	else
		count_up(&row->missed_entry, 1);
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
static __slow int growth_settle(struct task_state *s, u64 minor, u64 major)
{
	struct growth g = { .minor = minor, .major = major };

	if (s->open) {
		bool was_major = growth_take(&g, s->flags & FAULT_FLAG_TRIED);

		record_close(s);
		record_count(s, NULL, was_major, SEEN_ENTRY, 0);
	}
	if (g.minor + g.major)
		row_add_unattributed(g.minor, g.major);
	return 0;
}

#endif /* PGWALK_ACCOUNT_BPF_H */
