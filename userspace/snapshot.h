/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one interval looked like: made by the model, shown by a presenter. Types
 * only, by value. What a snapshot points to is good, and does not change, until the
 * next interval is closed, whatever the model is told meanwhile.
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
 * struct snapshot_frame - one place of a call stack
 * @ip: the address
 * @name: the function; NULL: not known
 * @offset: of @ip in it
 * @module: the file it is in, the end of its path; NULL: not known
 */
struct snapshot_frame {
	uint64_t ip;
	const char *name;
	uint64_t offset;
	const char *module;
};

/**
 * struct snapshot_stack - where faults came from
 * @class: enum pgwalk_fault_class
 * @count: faults of this interval
 * @latency_ns: of these, all together
 * @total: faults since the beginning; those of earlier intervals alone are told too
 * @total_ns: of these, all together
 * @frame: the faulting instruction, its caller, and so on
 * @nr_frames: how many; 0: the stack could not be had, or found no room
 * @names: a hash of the names of the frames
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
};

/**
 * struct snapshot_site - call stacks that name the same functions, of one class
 * @id: the same in each interval, as long as the names are
 * @sum: their faults together; the frames are those of the stack with the most faults
 */
struct snapshot_site {
	uint64_t id;
	struct snapshot_stack sum;
};

/** SNAPSHOT_NOT_KNOWN - instead of a count that this kernel does not keep */
#define SNAPSHOT_NOT_KNOWN	UINT64_MAX

/**
 * struct snapshot_system - what the kernel did meanwhile, in this interval
 * @known: what stands in /proc/vmstat was read; each may still be SNAPSHOT_NOT_KNOWN
 * @tlb_known: the flushes were counted
 * @scan_kswapd: pages that kswapd looked at
 * @scan_direct: pages that processes which wanted memory had to look at
 * @steal_kswapd: pages freed by kswapd
 * @steal_direct: by processes
 * @swap_in: pages read from swap
 * @swap_out: pages written to swap
 * @thp_collapse: pages of 2M made of small ones
 * @thp_split: pages of 2M taken apart
 * @thp_split_pmd: 2M leaves replaced by a table
 * @migrated: pages moved
 * @numa_migrated: of these, by NUMA balancing
 * @tlb: flushes by PGWALK_TLB_*, of all
 * @tlb_target: of these, by the target
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

/** SNAPSHOT_HISTORY - intervals that are remembered for a line of the past */
#define SNAPSHOT_HISTORY	256

/**
 * struct snapshot_past - what is remembered of an interval
 * @seconds: its length
 * @faults: all of them
 * @major: of these
 */
struct snapshot_past {
	double seconds;
	uint64_t faults;
	uint64_t major;
};

/* Whom it is about: struct snapshot_target.scope */
enum snapshot_scope {
	SNAPSHOT_PROCESS,	/* one process, by mapping; by thread too, if wanted */
	SNAPSHOT_ALL,		/* all processes, by process */
	SNAPSHOT_CGROUP,	/* the processes of a cgroup, by process */
};

/**
 * struct snapshot_target - whom it is about
 * @scope: with others than SNAPSHOT_PROCESS there are no mappings
 * @cgroup: its path below the root of cgroups, "" for none; any bytes
 * @pid: the process, 0 if there are many
 * @comm: its name; any bytes
 * @preempt: how the kernel preempts: none, voluntary, full, lazy, unknown
 * @module: was pgwalk.ko there?
 * @stacks: call stacks are told, in all intervals in which there are any
 * @base_minor: minor faults before the first interval
 * @base_major: major faults before the first interval
 */
struct snapshot_target {
	enum snapshot_scope scope;
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
 * struct snapshot - one interval
 * @target: whom it is about
 * @number: of the interval, from 1
 * @seconds: its length
 * @last: there will be no other
 * @exited: the target is gone
 * @mapping: those with faults, by address
 * @nr_mappings: how many
 * @complete: all mappings there are were looked at, so @quiet is known
 * @quiet: mappings that are there and had none
 * @regions: mappings that were looked at
 * @counted: are the next three known, for all mappings?
 * @resident: bytes present in all mappings
 * @huge: of these, in 2M and 1G leaves
 * @swapped: bytes swapped out
 * @age_seconds: of the oldest of these figures
 * @total: all faults, those without a mapping too; latency of the others
 * @unattributed: faults without a mapping
 * @lost: faults that could not be counted at all
 * @folded: faults of this interval in rows that stand for many: "(other mappings)",
 *	or the process 0
 * @missed_runs: of this interval: upper limit of the ends of faults, and of signals, that the
 *	kernel skipped in all probes; of any process
 * @self_ns: CPU time of pgtop itself in this interval
 * @walk_ns: CPU time of the module for the looks of this interval
 * @tables_bytes: memory of the page tables; 0: not known
 * @nr_threads: of the target; 0: not known
 * @class: all classes of all mappings, or processes, that occurred, by class
 * @nr_classes: how many
 * @signals: faults that ended in a signal; not in @total
 * @by_thread: threads were counted, in this interval
 * @task: by thread or by process, see @target; by id
 * @nr_tasks: how many
 * @has_regions: the next two are told: only where they were wanted
 * @region: the address space, by address
 * @nr_regions: how many
 * @pages: the mapping that is being looked into
 * @has_stacks: the next four are told
 * @stack: where faults came from, the most faults first
 * @nr_stacks: how many
 * @site: those with faults in this interval by the functions they name, the most faults
 *	first
 * @nr_sites: how many
 * @system: what the kernel did meanwhile
 * @past: the intervals before and this one, the oldest first
 * @nr_past: how many, at most SNAPSHOT_HISTORY
 */
struct snapshot {
	const struct snapshot_target *target;
	uint64_t number;
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
