/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one interval looked like: made by the model, shown by a presenter. Types
 * only, by value; names point into the model and are good until it goes on.
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
 * @p50_ns: upper edge of the bucket with the median
 * @p99_ns: the same for the 99th percentile
 * @max_ns: the longest, exact
 */
struct snapshot_latency {
	uint64_t samples;
	uint64_t p50_ns;
	uint64_t p99_ns;
	uint64_t max_ns;
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
 * @start: first address; 0 with @end for "(other mappings)"
 * @end: the first address behind it
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if not known
 * @live: it was still there at the last look
 * @counted: are the next three known?
 * @resident: bytes present
 * @huge: of these, in 2M and 1G leaves
 * @swapped: bytes swapped out
 * @name: as in /proc/PID/maps, or as good as it is known; any bytes
 * @faults: all classes together
 * @class: its classes
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
 * struct snapshot_target - whom it is about
 * @pid: the process
 * @comm: its name; any bytes
 * @preempt: how the kernel preempts: none, voluntary, full, lazy, unknown
 * @module: was pgwalk.ko there?
 * @base_minor: minor faults before the first interval
 * @base_major: major faults before the first interval
 */
struct snapshot_target {
	int32_t pid;
	char comm[32];
	char preempt[16];
	bool module;
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
};

#endif
