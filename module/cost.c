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
static atomic64_t rmap_holds;
static atomic64_t rmap_hold_max_ns;
static atomic64_t rmap_max_vmas;
static atomic64_t rmap_vmas;
static atomic64_t rmap_passes;

static void raise(atomic64_t *max, u64 value)
{
	s64 old = atomic64_read(max);

	while ((s64)value > old && !atomic64_try_cmpxchg(max, &old, value))
		;
}

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
	atomic64_inc(&nr_holds);
	atomic64_add(ns, &hold_total_ns);
	raise(&hold_max_ns, ns);
}

/**
 * pgwalk_cost_add_rmap_hold - count one hold of the locks of a reverse map
 * @ns: from the lock of the folio to its unlock
 * @vmas: VMAs that were looked at or passed over
 *
 * Context: any; called after the locks were dropped.
 */
void pgwalk_cost_add_rmap_hold(u64 ns, unsigned int vmas)
{
	atomic64_inc(&rmap_holds);
	atomic64_add(vmas, &rmap_vmas);
	raise(&rmap_hold_max_ns, ns);
	raise(&rmap_max_vmas, vmas);
}

/**
 * pgwalk_cost_add_owner_pass - count one pass over all processes
 *
 * Context: any.
 */
void pgwalk_cost_add_owner_pass(void)
{
	atomic64_inc(&rmap_passes);
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
	info->rmap_holds = atomic64_read(&rmap_holds);
	info->rmap_hold_max_ns = atomic64_read(&rmap_hold_max_ns);
	info->rmap_max_vmas = atomic64_read(&rmap_max_vmas);
	info->rmap_vmas = atomic64_read(&rmap_vmas);
	info->rmap_passes = atomic64_read(&rmap_passes);
}
