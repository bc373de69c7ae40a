// SPDX-License-Identifier: GPL-2.0
/*
 * Counts what reading has cost the system since insmod, for info to tell. It
 * must not cost anything itself: one update a hold, never one a table.
 */
#include <linux/atomic.h>

#include "cost.h"
#include "uapi/pgwalk.h"

static atomic64_t nr_tables;
static atomic64_t nr_raced;
static atomic64_t nr_holds;
static atomic64_t hold_total_ns;
static atomic64_t hold_max_ns;

/**
 * pgwalk_cost_add_tables - count tables that were read
 * @tables: tables of ptes
 * @raced: reads that were given up
 *
 * Context: any.
 */
void pgwalk_cost_add_tables(unsigned int tables, unsigned int raced)
{
	if (tables)
		atomic64_add(tables, &nr_tables);
	if (raced)
		atomic64_add(raced, &nr_raced);
}

/**
 * pgwalk_cost_add_hold - count one hold of a target's mmap_lock
 * @ns: how long it was
 *
 * Context: any; called after the lock was dropped.
 */
void pgwalk_cost_add_hold(u64 ns)
{
	s64 max = atomic64_read(&hold_max_ns);

	atomic64_inc(&nr_holds);
	atomic64_add(ns, &hold_total_ns);
	while ((s64)ns > max && !atomic64_try_cmpxchg(&hold_max_ns, &max, ns))
		;
}

/**
 * pgwalk_cost_fill - tell the costs
 * @info: its cost fields are set
 *
 * Context: any.
 */
void pgwalk_cost_fill(struct pgwalk_info *info)
{
	info->tables = atomic64_read(&nr_tables);
	info->raced = atomic64_read(&nr_raced);
	info->holds = atomic64_read(&nr_holds);
	info->hold_max_ns = atomic64_read(&hold_max_ns);
	info->hold_total_ns = atomic64_read(&hold_total_ns);
}
