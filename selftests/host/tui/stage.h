/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Builds a snapshot for a scene, part by part. */
#ifndef TUI_STAGE_H
#define TUI_STAGE_H

#include <stdbool.h>

#include "../../../userspace/snapshot.h"

#define KIB	1024ULL
#define MIB	(KIB << 10)
#define GIB	(MIB << 10)
#define MANY_MAPPINGS	4096
#define MANY_REGIONS	60000
#define NR_PAGES	40

/* The arrays of the snapshot, refilled for each interval */
extern struct stage {
	struct snapshot s;
	struct snapshot_target target;
	struct snapshot_mapping mapping[MANY_MAPPINGS];
	struct snapshot_class class[2 * MANY_MAPPINGS];
	size_t nr_class;
	struct snapshot_class sum[PGWALK_FAULT_CLASS_NR];
	struct snapshot_region region[MANY_REGIONS];
	struct snapshot_task task[64];
	struct snapshot_page page[NR_PAGES];
	struct snapshot_stack stack[8];
	struct snapshot_site site[8];
	struct snapshot_part part[8][2];
	struct snapshot_frame frame[8][12];
	struct snapshot_past past[SNAPSHOT_HISTORY];
	uint64_t bucket[64][PGWALK_HIST_BUCKETS];
	size_t nr_bucket;
	char name[MANY_MAPPINGS][32];
} stage;

/* Start with an empty snapshot of process 4211 that has a history */
void stage__begin(uint64_t number, bool module);
struct snapshot_mapping *stage__add_mapping(uint64_t start, uint64_t size, uint8_t prot,
					    uint8_t kind, const char *name);
/* Add a class to the mapping that was added last */
struct snapshot_class *stage__add_class(struct snapshot_mapping *m, uint32_t class, uint64_t count);
/* Distribute latencies: most near the median, few near the maximum */
void stage__time_faults(struct snapshot_faults *f, uint64_t p50, uint64_t p90, uint64_t p99,
			uint64_t max);
struct snapshot_region *stage__add_region(uint64_t start, uint64_t size, uint64_t resident,
					  uint64_t huge, uint64_t swapped, uint64_t faults,
					  const char *name);
/* Compute the sums of all rows: the last call */
void stage__end(void);

#endif
