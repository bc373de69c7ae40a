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

/**
 * struct snapshot_latency - how long faults took
 * @samples: how many were measured; 0: nothing is known
 * @sum_ns: all of them together
 * @p50_ns: upper edge of the bucket with the median
 * @p90_ns: the same for the 90th percentile
 * @p99_ns: the same for the 99th percentile
 * @max_ns: the longest, exact
 * @bucket: PGWALK_HIST_BUCKETS counts, see there; NULL with no samples
 */
struct snapshot_latency {
	uint64_t samples;
	uint64_t sum_ns;
	uint64_t p50_ns;
	uint64_t p90_ns;
	uint64_t p99_ns;
	uint64_t max_ns;
	const uint64_t *bucket;
};

/**
 * struct snapshot_faults - faults of the interval; fields as struct pgwalk_fault_row
 * @count: all of them
 * @latency: of those that have one
 */
struct snapshot_faults {
	uint64_t count;
	uint64_t major;
	uint64_t missed_exit;
	uint64_t missed_entry;
	uint64_t read;
	uint64_t write;
	uint64_t exec;
	uint64_t kernel;
	uint64_t gup;
	uint64_t retries;
	uint64_t leaf_4k;
	uint64_t leaf_2m;
	uint64_t leaf_1g;
	uint64_t retry_ns;
	uint64_t around;
	uint64_t thp_fallback;
	struct snapshot_latency latency;
};

/**
 * struct snapshot_class - the faults of one class in one mapping
 * @class: enum pgwalk_fault_class
 * @faults: never 0 of them
 */
struct snapshot_class {
	uint32_t class;
	struct snapshot_faults faults;
};

/**
 * struct snapshot_mapping - a mapping that faulted in this interval
 * @start: first address; 0 with @end for "(other mappings)", and for "(no mapping)":
 *	faults at addresses where there is none
 * @end: the first address behind it
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if not known
 * @live: it was still there at the last look
 * @counted: are the next three known?
 * @resident: bytes present
 * @huge: of these, in 2M and 1G leaves
 * @swapped: bytes swapped out
 * @name: as in /proc/PID/maps, or as good as it is known; any bytes
 * @faults: all classes together, without those that ended in a signal
 * @class: its classes, those that ended in a signal too
 * @nr_classes: how many, at least 1
 */
struct snapshot_mapping {
	uint64_t start;
	uint64_t end;
	uint8_t prot;
	uint8_t kind;
	bool live;
	bool counted;
	uint64_t resident;
	uint64_t huge;
	uint64_t swapped;
	const char *name;
	struct snapshot_faults faults;
	const struct snapshot_class *class;
	size_t nr_classes;
};

/**
 * struct snapshot_task - a thread, or a process, that faulted in this interval
 * @id: tid or pid; 0: all those that found no row of their own
 * @comm: its name; any bytes
 * @live: it was not seen to end in this interval
 * @faults: all that were counted, without those that ended in a signal
 * @unattributed: of these, those of no known class
 * @class: its classes, those that ended in a signal too
 * @nr_classes: how many; 0 if all are unattributed
 */
struct snapshot_task {
	int32_t id;
	const char *comm;
	bool live;
	struct snapshot_faults faults;
	uint64_t unattributed;
	const struct snapshot_class *class;
	size_t nr_classes;
};

/**
 * struct snapshot_region - a piece of the address space, whether it faulted or not
 * @start: first address
 * @end: the first address behind it
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if not known
 * @counted: are the next four known?
 * @resident: bytes present
 * @huge: of these, in leaves of 2M or 1G
 * @giant: of these, in leaves of 1G
 * @swapped: bytes swapped out
 * @faults: of this interval
 * @name: as struct snapshot_mapping
 */
struct snapshot_region {
	uint64_t start;
	uint64_t end;
	uint8_t prot;
	uint8_t kind;
	bool counted;
	uint64_t resident;
	uint64_t huge;
	uint64_t giant;
	uint64_t swapped;
	uint64_t faults;
	const char *name;
};

/**
 * struct snapshot_page - a page of the mapping that is being looked into
 * @addr: its first address
 * @faults: since the mapping is being looked into
 * @interval_faults: of these, in this interval
 * @last: the last of them
 * @now_known: was it told in this interval what the next four are?
 * @now: the entry as it is now; @now.kind none: nothing there
 * @mapcount: how often its frame is mapped, -1: not known
 * @node: of its frame, -1: not known
 * @frame_flags: of its frame, as /proc/kpageflags
 */
struct snapshot_page {
	uint64_t addr;
	uint64_t faults;
	uint64_t interval_faults;
	struct pgwalk_fault_event last;
	bool now_known;
	struct pgwalk_entry now;
	int32_t mapcount;
	int32_t node;
	uint64_t frame_flags;
};

/**
 * struct snapshot_pages - the mapping that is being looked into
 *
 * A page is as large as the leaf that was there after its latest fault, if that is
 * known. There is room for 4096; for another one the coldest is left out: each
 * fault makes a page hotter by one, each interval half as hot, and of those that
 * are as cold the one that did not fault for the longest time goes first. The
 * faults of all @page and @left_out together are all that were told.
 *
 * @start: 0 with @end: none is
 * @end: the first address behind it
 * @page: those that faulted, the hottest first
 * @nr_pages: how many
 * @left_out: faults whose page found no room here
 * @lost: faults that were not told of one by one: there was no room in the buffer
 */
struct snapshot_pages {
	uint64_t start;
	uint64_t end;
	const struct snapshot_page *page;
	size_t nr_pages;
	uint64_t left_out;
	uint64_t lost;
};

/** SNAPSHOT_HITS - of those who map a page, so many are told */
#define SNAPSHOT_HITS	64

/**
 * struct snapshot_answer - what is to be found out about one page, now
 * @addr: the address that was asked about
 * @error: why it could not be; NULL: the rest is told
 * @translate: the walk, level by level
 * @has_frame: the next one is told
 * @frame: the page frame
 * @has_rmap: the next ones are told
 * @rmap: how the search ended, and how many were found in all
 * @hit: who maps it
 * @nr_hits: how many of them are told, at most SNAPSHOT_HITS
 */
struct snapshot_answer {
	uint64_t addr;
	const char *error;
	struct pgwalk_translate translate;
	bool has_frame;
	struct pgwalk_frame frame;
	bool has_rmap;
	struct pgwalk_rmap rmap;
	struct pgwalk_rmap_hit hit[SNAPSHOT_HITS];
	unsigned int nr_hits;
};

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
 */
struct snapshot_stack {
	uint32_t class;
	uint64_t count;
	uint64_t latency_ns;
	uint64_t total;
	uint64_t total_ns;
	const struct snapshot_frame *frame;
	size_t nr_frames;
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
 * @missed_runs: of this interval: runs of the probes that the kernel skipped
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
 * @has_stacks: the next two are told
 * @stack: where faults came from, the most faults first
 * @nr_stacks: how many
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
	struct snapshot_system system;
	const struct snapshot_past *past;
	size_t nr_past;
};

#endif
