/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Of a snapshot: faults of one interval, and what they are told of: mappings, threads,
 * pieces of the address space. Types only, to be had by snapshot.h.
 */
#ifndef PGWALK_SNAPSHOT_FAULTS_H
#define PGWALK_SNAPSHOT_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
 * @count: all of them, without @remote
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
	uint64_t remote;
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
 * struct snapshot_mapping - a mapping with faults in this interval, its own or others'
 * @start: first address; 0 with @end for "(other mappings)", and for "(no mapping)":
 *	faults at addresses where there is none
 * @end: the first address behind it
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if not known
 * @live: it was still there at the last look
 * @foreign: it is a mapping of another process, which the target faulted in
 * @counted: are the next three known?
 * @resident: bytes present
 * @huge: of these, in 2M and 1G leaves
 * @swapped: bytes swapped out
 * @name: as in /proc/PID/maps, or as good as it is known; any bytes
 * @faults: all classes together, without those that ended in a signal
 * @class: its classes, those that ended in a signal too
 * @nr_classes: how many; 0 if all faults are remote
 */
struct snapshot_mapping {
	uint64_t start;
	uint64_t end;
	uint8_t prot;
	uint8_t kind;
	bool live;
	bool foreign;
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
 * @id: tid or pid, in the pid namespace of pgtop; PGWALK_ID_OUTSIDE: all processes that
 *	are not in it; 0: all those that found no row of their own
 * @comm: its name; any bytes
 * @live: it was not seen to end in this interval
 * @faults: all that were counted, without those that ended in a signal
 * @unattributed: of these, those of no known class
 * @class: its classes, those that ended in a signal too
 * @nr_classes: how many; 0 if all are unattributed or remote
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

#endif
