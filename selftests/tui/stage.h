/* SPDX-License-Identifier: GPL-2.0 */
/* What scenes are played on: one snapshot with room for all it points to, filled piece by piece. It knows no scene. */
#ifndef TUI_STAGE_H
#define TUI_STAGE_H

#include <stdbool.h>

#include "../../userspace/snapshot.h"

#define KIB	1024ULL
#define MIB	(KIB << 10)
#define GIB	(MIB << 10)
#define MANY_MAPPINGS	4096
#define MANY_REGIONS	60000
#define NR_PAGES	40

/* Everything lies here, as in the model, and is made anew each time */
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
	struct snapshot_frame frame[8][12];
	struct snapshot_past past[SNAPSHOT_HISTORY];
	uint64_t bucket[64][PGWALK_HIST_BUCKETS];
	size_t nr_bucket;
	char name[MANY_MAPPINGS][32];
} stage;

/* An empty snapshot of process 4211, with a past */
void stage__begin(uint64_t number, bool module);
struct snapshot_mapping *stage__add_mapping(uint64_t start, uint64_t size, uint8_t prot,
					    uint8_t kind, const char *name);
/* To the mapping that was added last */
struct snapshot_class *stage__add_class(struct snapshot_mapping *m, uint32_t class, uint64_t count);
/* Most near the median, few near the maximum */
void stage__time_faults(struct snapshot_faults *f, uint64_t p50, uint64_t p90, uint64_t p99,
			uint64_t max);
struct snapshot_region *stage__add_region(uint64_t start, uint64_t size, uint64_t resident,
					  uint64_t huge, uint64_t swapped, uint64_t faults,
					  const char *name);
/* The sums of all that was added: the last to be done */
void stage__end(void);

#endif
