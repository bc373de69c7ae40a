/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Faults of one interval in a snapshot, by mapping, thread and region. Types only,
 * included by snapshot.h.
 */
#ifndef PGWALK_SNAPSHOT_FAULTS_H
#define PGWALK_SNAPSHOT_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgwalk_fault.h"
#include "snapshot_memory.h"

/**
 * struct snapshot_latency - distribution of fault latencies
 * @samples: number of measured faults; 0: no other field is known
 * @sum_ns: sum
 * @p50_ns: upper edge of the bucket with the median
 * @p90_ns: upper edge of the bucket with the 90th percentile
 * @p99_ns: upper edge of the bucket with the 99th percentile
 * @max_ns: the longest, exact
 * @bucket: PGWALK_HIST_BUCKETS counts; NULL with no samples
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
 * @count: all faults except @remote
 * @latency: latency of the faults that were measured
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
 * @faults: at least one
 */
struct snapshot_class {
	uint32_t class;
	struct snapshot_faults faults;
};

/* struct snapshot_mapping.id of the rows that are not one mapping */
#define SNAPSHOT_OTHERS		0	/* "(other mappings)" */
#define SNAPSHOT_NOWHERE	1	/* "(no mapping)" */

/**
 * struct snapshot_mapping - a mapping with faults in this interval, local or remote
 * @id: stays equal between intervals, differs from that of any other mapping; SNAPSHOT_OTHERS or
 *	SNAPSHOT_NOWHERE if @end is 0
 * @start: first address; 0 with @end for "(other mappings)", and for "(no mapping)":
 *	faults at unmapped addresses
 * @end: first address after the mapping
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if unknown
 * @live: present in the last list of mappings
 * @foreign: a mapping of another process, in which the target faulted
 * @counted: @resident, @huge and @swapped are known
 * @resident: bytes present
 * @huge: bytes in 2M and 1G leaves, part of @resident
 * @swapped: bytes swapped out
 * @memory: of all live parts
 * @name: as in /proc/PID/maps, or a shorter name seen by the probes; any bytes
 * @faults: all classes except those that ended in a signal
 * @class: all classes that occurred
 * @nr_classes: number of @class; 0 if all faults are remote
 */
struct snapshot_mapping {
	uint32_t id;
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
	struct snapshot_memory memory;
	const char *name;
	struct snapshot_faults faults;
	const struct snapshot_class *class;
	size_t nr_classes;
};

/** SNAPSHOT_CGROUP_PATH - size of the path of a cgroup; a longer one is cut */
#define SNAPSHOT_CGROUP_PATH	512

/**
 * struct snapshot_cgroup - the faults of the processes of a cgroup in this interval, without its descendants
 * @id: the cgroup; 0: all cgroups without a row of their own
 * @path: its path, any bytes; NULL: unknown, it was removed or is not visible
 * @faults: faults by class
 * @latency_ns: sum of the known latencies by class
 */
struct snapshot_cgroup {
	uint64_t id;
	const char *path;
	uint64_t faults[PGWALK_FAULT_CLASS_NR];
	uint64_t latency_ns[PGWALK_FAULT_CLASS_NR];
};

/**
 * struct snapshot_task - a thread, or a process, that faulted in this interval
 * @id: tid or pid, in the pid namespace of pgtop; PGWALK_ID_OUTSIDE: all processes
 *	outside of it; 0: all tasks without a row of their own
 * @comm: its name; any bytes
 * @live: no exit was seen in this interval
 * @faults: all faults except those that ended in a signal
 * @memory: of a process, as last read
 * @unattributed: faults of unknown class, part of @faults
 * @class: all classes that occurred
 * @nr_classes: number of @class; 0 if all faults are unattributed or remote
 */
struct snapshot_task {
	int32_t id;
	const char *comm;
	bool live;
	struct snapshot_faults faults;
	struct snapshot_memory memory;
	uint64_t unattributed;
	const struct snapshot_class *class;
	size_t nr_classes;
};

/**
 * struct snapshot_region - a mapping of the address space, with or without faults
 * @start: first address
 * @end: first address after the mapping
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if unknown
 * @counted: @resident, @huge, @giant and @swapped are known
 * @resident: bytes present
 * @huge: bytes in 2M and 1G leaves, part of @resident
 * @giant: bytes in 1G leaves, part of @huge
 * @swapped: bytes swapped out
 * @faults: faults of this interval
 * @name: as in struct snapshot_mapping
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
