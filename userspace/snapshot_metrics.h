/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Sums over all intervals of a run, for monitoring systems. Types only, by value. */
#ifndef PGWALK_SNAPSHOT_METRICS_H
#define PGWALK_SNAPSHOT_METRICS_H

#include "snapshot.h"

/**
 * SNAPSHOT_METRICS_BOUNDS - bounds of the latency histogram, powers of two from
 * SNAPSHOT_METRICS_FIRST_BOUND nanoseconds on
 */
#define SNAPSHOT_METRICS_BOUNDS		23
#define SNAPSHOT_METRICS_FIRST_BOUND	256

/**
 * struct snapshot_metrics_latency - latency of the faults of one class
 * @samples: number of measured faults
 * @sum_ns: sum
 * @below: faults that took less than bound i; a fault is in each bound above its latency
 */
struct snapshot_metrics_latency {
	uint64_t samples;
	uint64_t sum_ns;
	uint64_t below[SNAPSHOT_METRICS_BOUNDS];
};

/**
 * struct snapshot_metrics_sums - faults of some cgroups, and their latency, by class
 * @faults: faults
 * @latency_ns: sum of the known latencies
 */
struct snapshot_metrics_sums {
	uint64_t faults[PGWALK_FAULT_CLASS_NR];
	uint64_t latency_ns[PGWALK_FAULT_CLASS_NR];
};

/**
 * struct snapshot_container - names in the path of a cgroup; "": the path has none
 * @runtime: docker, containerd, cri-o or podman; "" with @id: the path does not name the runtime
 * @id: the innermost container, 64 hexadecimal digits
 * @pod_uid: the innermost pod of Kubernetes, with dashes
 * @unit: the innermost service or scope of systemd that is no container, else the innermost slice; without
 *	escapes; any bytes
 */
struct snapshot_container {
	char runtime[16];
	char id[65];
	char pod_uid[37];
	char unit[128];
};

/**
 * struct snapshot_metrics_cgroup - a cgroup with a series of its own
 * @id: the cgroup; 0: the slot is free
 * @path: its path; any bytes
 * @container: names in its path
 * @score: recent faults: each interval halves it
 * @idle: time without faults, in seconds
 * @begin_ns: time of day when its sums were 0, in nanoseconds since 1970; 0: unknown
 * @sums: its faults since then
 */
struct snapshot_metrics_cgroup {
	uint64_t id;
	char path[SNAPSHOT_CGROUP_PATH];
	struct snapshot_container container;
	uint64_t score;
	double idle;
	uint64_t begin_ns;
	struct snapshot_metrics_sums sums;
};

/**
 * struct snapshot_metrics - sums over all intervals, and the state after the last one
 * @last: the last interval: its target and the memory of the target; NULL before the first one
 * @faults: faults by class and by kind of the mapping (enum pgwalk_vma_kind, 0: unknown). With
 *	several processes all are of kind 0. Class 0 has the faults without a mapping.
 * @latency: latencies by class
 * @total: all faults but those that ended in a signal: the kernel's own count
 * @major: major faults, part of @total
 * @lost: faults that could not be counted
 * @folded: faults in rows that aggregate many
 * @missed_runs: upper limit of skipped runs of the probes
 * @self_ns: CPU time of pgtop
 * @walk_ns: CPU time of the module
 * @giant: bytes in 1G leaves, part of @last->huge
 * @begin_ns: time of day when all sums were 0, in nanoseconds since 1970; 0: unknown
 * @cgroup: slots of cgroups; with several processes their sums, @other and @past add up to @total and the faults that ended
 *	in a signal
 * @max_cgroups: number of @cgroup
 * @other: faults of cgroups while they had no slot
 * @past: faults of cgroups that had a slot and lost it
 */
struct snapshot_metrics {
	const struct snapshot *last;
	uint64_t faults[PGWALK_FAULT_CLASS_NR][PGWALK_VMA_NR];
	struct snapshot_metrics_latency latency[PGWALK_FAULT_CLASS_NR];
	uint64_t total;
	uint64_t major;
	uint64_t lost;
	uint64_t folded;
	uint64_t missed_runs;
	uint64_t self_ns;
	uint64_t walk_ns;
	uint64_t giant;
	uint64_t begin_ns;
	struct snapshot_metrics_cgroup *cgroup;
	unsigned int max_cgroups;
	struct snapshot_metrics_sums other;
	struct snapshot_metrics_sums past;
};

#endif
