/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The snapshot of one interval: built by the model, formatted by a presenter. Types
 * only, by value. The memory a snapshot points to is valid and unchanged until the
 * next interval is closed; records ingested before that do not change it.
 */
#ifndef PGWALK_SNAPSHOT_H
#define PGWALK_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgwalk_fault.h"
#include "snapshot_faults.h"
#include "snapshot_page.h"

/**
 * struct snapshot_frame - one frame of a call stack
 * @ip: instruction address
 * @name: function; NULL: unknown
 * @offset: offset of @ip in the function, bytes
 * @module: file of the code, last component of its path; NULL: unknown
 */
struct snapshot_frame {
	uint64_t ip;
	const char *name;
	uint64_t offset;
	const char *module;
};

/**
 * struct snapshot_part - the part of the faults of a call stack that were in one mapping
 * @mapping: @id of struct snapshot_mapping
 * @start: first address; 0 with @end if @mapping is not one mapping
 * @end: first address after the mapping
 * @name: as in struct snapshot_mapping
 * @count: this and the next three: as in struct snapshot_stack
 */
struct snapshot_part {
	uint32_t mapping;
	uint64_t start;
	uint64_t end;
	const char *name;
	uint64_t count;
	uint64_t latency_ns;
	uint64_t total;
	uint64_t total_ns;
};

/**
 * struct snapshot_stack - faults of one call stack and class
 * @class: enum pgwalk_fault_class
 * @count: faults of this interval
 * @latency_ns: sum of the latency of @count
 * @total: faults since the beginning; may be above 0 with @count 0
 * @total_ns: sum of the latency of @total
 * @frame: the faulting instruction, its caller, and so on
 * @nr_frames: number of frames; 0: stack unavailable (not captured, or table full)
 * @names: hash of the names of the frames
 * @part: the faults by mapping, most faults first; their sums are those of the stack
 * @nr_parts: number of @part; 0: several processes are watched
 */
struct snapshot_stack {
	uint32_t class;
	uint64_t count;
	uint64_t latency_ns;
	uint64_t total;
	uint64_t total_ns;
	const struct snapshot_frame *frame;
	size_t nr_frames;
	uint64_t names;
	const struct snapshot_part *part;
	size_t nr_parts;
};

/**
 * struct snapshot_site - call stacks with the same functions, of one class
 * @id: stays equal between intervals while the names do
 * @sum: sum of their faults; the frames are of the stack with the most faults
 */
struct snapshot_site {
	uint64_t id;
	struct snapshot_stack sum;
};

/** SNAPSHOT_NOT_KNOWN - in place of a count that this kernel does not keep */
#define SNAPSHOT_NOT_KNOWN	UINT64_MAX

/**
 * struct snapshot_system - activity of the kernel in this interval
 * @known: /proc/vmstat was read; a single count may still be SNAPSHOT_NOT_KNOWN
 * @tlb_known: TLB flushes were counted
 * @scan_kswapd: pages scanned by kswapd
 * @scan_direct: pages scanned by direct reclaim
 * @steal_kswapd: pages freed by kswapd
 * @steal_direct: pages freed by direct reclaim
 * @swap_in: pages read from swap
 * @swap_out: pages written to swap
 * @thp_collapse: 2M pages collapsed from small pages
 * @thp_split: 2M pages split
 * @thp_split_pmd: 2M leaves replaced by a table
 * @migrated: pages migrated
 * @numa_migrated: pages migrated by NUMA balancing, part of @migrated
 * @tlb: TLB flushes by PGWALK_TLB_*
 * @tlb_target: TLB flushes by the target, part of @tlb
 */
struct snapshot_system {
	bool known;
	bool tlb_known;
	uint64_t scan_kswapd;
	uint64_t scan_direct;
	uint64_t steal_kswapd;
	uint64_t steal_direct;
	uint64_t swap_in;
	uint64_t swap_out;
	uint64_t thp_collapse;
	uint64_t thp_split;
	uint64_t thp_split_pmd;
	uint64_t migrated;
	uint64_t numa_migrated;
	uint64_t tlb[PGWALK_TLB_NR];
	uint64_t tlb_target[PGWALK_TLB_NR];
};

/** SNAPSHOT_HISTORY - intervals kept for the graph of past intervals */
#define SNAPSHOT_HISTORY	256

/**
 * struct snapshot_past - summary of a past interval
 * @seconds: its length
 * @faults: number of faults
 * @major: number of major faults
 */
struct snapshot_past {
	double seconds;
	uint64_t faults;
	uint64_t major;
};

/* Scope of struct snapshot_target */
enum snapshot_scope {
	SNAPSHOT_PROCESS,	/* one process, by mapping; optionally by thread */
	SNAPSHOT_ALL,		/* all processes, by process */
	SNAPSHOT_CGROUP,	/* the processes of a cgroup, by process */
};

/** SNAPSHOT_HOST - size of the name of a machine */
#define SNAPSHOT_HOST	72

/**
 * struct snapshot_target - the monitored processes
 * @scope: mappings are available with SNAPSHOT_PROCESS only
 * @host: the machine, if there are streams of several; else ""; any bytes
 * @cgroup: path below the root of cgroups, "" for none; any bytes
 * @pid: the process, 0 if there are many
 * @comm: its name; any bytes
 * @preempt: preemption model of the kernel: none, voluntary, full, lazy, unknown
 * @module: pgwalk.ko was available
 * @stacks: call stacks are recorded
 * @base_minor: minor faults before the first interval
 * @base_major: major faults before the first interval
 */
struct snapshot_target {
	enum snapshot_scope scope;
	char host[SNAPSHOT_HOST];
	char cgroup[256];
	int32_t pid;
	char comm[32];
	char preempt[16];
	bool module;
	bool stacks;
	uint64_t base_minor;
	uint64_t base_major;
};

/**
 * struct snapshot - one interval, or all since the start
 * @target: the monitored processes
 * @number: number of the interval, from 1
 * @since_start: the counts of faults are those since the start, or since the last reset
 * @wall_ns: time of day at its end, in nanoseconds since 1970; 0: unknown
 * @seconds: length of the interval
 * @last: no interval follows
 * @exited: the target has exited
 * @mapping: mappings with faults, by address
 * @nr_mappings: number of @mapping
 * @complete: all mappings of the target were read, so @quiet is known
 * @quiet: mappings without faults
 * @regions: mappings of the target
 * @counted: @resident, @huge and @swapped are known
 * @resident: bytes present in all mappings
 * @huge: bytes in 2M and 1G leaves, part of @resident
 * @swapped: bytes swapped out
 * @memory: sums over all mappings; @eligible is unknown
 * @age_seconds: age of the oldest count in @resident, @huge, @swapped
 * @total: all faults, including @unattributed, which have no latency
 * @unattributed: faults without a mapping
 * @lost: faults that could not be counted
 * @folded: faults of this interval in rows that aggregate many: "(other mappings)",
 *	or the process 0
 * @missed_runs: upper limit of probe runs of this interval that the kernel skipped,
 *	for fault exits and signals of any process
 * @self_ns: CPU time of pgtop in this interval
 * @walk_ns: CPU time of the module for the samples of this interval
 * @tables_bytes: memory of the page tables; 0: unknown
 * @nr_threads: threads of the target; 0: unknown
 * @class: classes of all mappings, or processes, that occurred, by class
 * @nr_classes: number of @class
 * @signals: faults that ended in a signal; not in @total
 * @by_thread: threads were counted in this interval
 * @task: threads or processes (see @target), by id
 * @nr_tasks: number of @task
 * @cgroup: cgroups with faults, the first is that of all others; several processes only, and not since the start
 * @nr_cgroups: number of @cgroup
 * @has_regions: @region is set; only on request
 * @region: all mappings of the address space, by address
 * @nr_regions: number of @region
 * @pages: pages of the traced mapping
 * @has_stacks: @stack and @site are set
 * @stack: faults by call stack, most faults first
 * @nr_stacks: number of @stack
 * @site: sites with faults in this interval, most faults first
 * @nr_sites: number of @site
 * @system: activity of the kernel
 * @past: the past intervals and this one, oldest first
 * @nr_past: number of @past, at most SNAPSHOT_HISTORY
 */
struct snapshot {
	const struct snapshot_target *target;
	uint64_t number;
	bool since_start;
	uint64_t wall_ns;
	double seconds;
	bool last;
	bool exited;
	const struct snapshot_mapping *mapping;
	size_t nr_mappings;
	bool complete;
	size_t quiet;
	size_t regions;
	bool counted;
	uint64_t resident;
	uint64_t huge;
	uint64_t swapped;
	struct snapshot_memory memory;
	double age_seconds;
	struct snapshot_faults total;
	struct snapshot_faults unattributed;
	uint64_t lost;
	uint64_t folded;
	uint64_t missed_runs;
	uint64_t self_ns;
	uint64_t walk_ns;
	uint64_t tables_bytes;
	unsigned int nr_threads;
	const struct snapshot_class *class;
	size_t nr_classes;
	uint64_t signals;
	bool by_thread;
	const struct snapshot_task *task;
	size_t nr_tasks;
	const struct snapshot_cgroup *cgroup;
	size_t nr_cgroups;
	bool has_regions;
	const struct snapshot_region *region;
	size_t nr_regions;
	struct snapshot_pages pages;
	bool has_stacks;
	const struct snapshot_stack *stack;
	size_t nr_stacks;
	const struct snapshot_site *site;
	size_t nr_sites;
	struct snapshot_system system;
	const struct snapshot_past *past;
	size_t nr_past;
};

#endif
