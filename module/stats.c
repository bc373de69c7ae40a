// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts the cost of reading page tables since insmod, and the attached processes, for
 * PGWALK_IOC_INFO. Counters are updated once per mm section, never once per table.
 */
#include <linux/atomic.h>
#include <linux/compiler.h>

#include "stats.h"
#include "uapi/pgwalk.h"

static atomic64_t nr_tables;
static atomic64_t nr_raced;
static atomic64_t nr_holds;
static atomic64_t lock_hold_total_ns;
static atomic64_t lock_hold_max_ns;
static atomic64_t rmap_lock_holds;
static atomic64_t rmap_lock_hold_max_ns;
static atomic64_t rmap_max_vmas;
static atomic64_t rmap_vmas;
static atomic64_t rmap_passes;
static unsigned int nr_attached;

static void raise(atomic64_t *max, u64 value)
{
	s64 old = atomic64_read(max);

	while ((s64)value > old && !atomic64_try_cmpxchg(max, &old, value))
		;
}

/**
 * pgwalk_stats_add_tables - count tables that were read
 * @tables: tables of ptes
 * @raced: reads that were abandoned because the table kept changing
 *
 * Context: any.
 */
void pgwalk_stats_add_tables(unsigned int tables, unsigned int raced)
{
	if (tables)
		atomic64_add(tables, &nr_tables);
	if (raced)
		atomic64_add(raced, &nr_raced);
}

/**
 * pgwalk_stats_add_hold - count one hold of a target's mmap_lock
 * @ns: duration in ns
 *
 * Context: any; called after the lock was dropped.
 */
void pgwalk_stats_add_hold(u64 ns)
{
	atomic64_inc(&nr_holds);
	atomic64_add(ns, &lock_hold_total_ns);
	raise(&lock_hold_max_ns, ns);
}

/**
 * pgwalk_stats_add_rmap_hold - count one hold of the locks of a reverse map
 * @ns: duration from the lock of the folio to its unlock, in ns
 * @vmas: VMAs that were read or skipped
 *
 * Context: any; called after the locks were dropped.
 */
void pgwalk_stats_add_rmap_hold(u64 ns, unsigned int vmas)
{
	atomic64_inc(&rmap_lock_holds);
	atomic64_add(vmas, &rmap_vmas);
	raise(&rmap_lock_hold_max_ns, ns);
	raise(&rmap_max_vmas, vmas);
}

/**
 * pgwalk_stats_add_owner_pass - count one pass over all processes
 *
 * Context: any.
 */
void pgwalk_stats_add_owner_pass(void)
{
	atomic64_inc(&rmap_passes);
}

/**
 * pgwalk_stats_set_attached - set the number of attached processes
 * @nr: number of directories below /sys/kernel/debug/pgwalk
 *
 * Context: any; calls are serialized by the caller.
 */
void pgwalk_stats_set_attached(unsigned int nr)
{
	WRITE_ONCE(nr_attached, nr);
}

/**
 * pgwalk_stats_fill - report the counters
 * @info: @attached and the cost counters are set
 *
 * Context: any.
 */
void pgwalk_stats_fill(struct pgwalk_info *info)
{
	info->attached = READ_ONCE(nr_attached);
	info->tables = atomic64_read(&nr_tables);
	info->raced = atomic64_read(&nr_raced);
	info->lock_holds = atomic64_read(&nr_holds);
	info->lock_hold_max_ns = atomic64_read(&lock_hold_max_ns);
	info->lock_hold_total_ns = atomic64_read(&lock_hold_total_ns);
	info->rmap_lock_holds = atomic64_read(&rmap_lock_holds);
	info->rmap_lock_hold_max_ns = atomic64_read(&rmap_lock_hold_max_ns);
	info->rmap_max_vmas = atomic64_read(&rmap_max_vmas);
	info->rmap_vmas = atomic64_read(&rmap_vmas);
	info->rmap_passes = atomic64_read(&rmap_passes);
}
