// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* One snapshot and the memory that it points to. */
#include <string.h>

#include "stage.h"

struct stage stage;

static unsigned int bucket_of(uint64_t v)
{
	unsigned int p = 63 - (unsigned int)__builtin_clzll(v | 1);

	return v < 4 ? (unsigned int)v : 4 * (p - 1) + ((v >> (p - 2)) & 3);
}

void stage__time_faults(struct snapshot_faults *f, uint64_t p50, uint64_t p90, uint64_t p99,
			uint64_t max)
{
	uint64_t *bucket = stage.bucket[stage.nr_bucket++ % 64];

	memset(bucket, 0, sizeof(stage.bucket[0]));
	bucket[bucket_of(p50)] = f->count / 2;
	bucket[bucket_of(p50 * 2 / 3)] = f->count / 4;
	bucket[bucket_of(p90)] += f->count / 8;
	bucket[bucket_of(p99)] += f->count / 64 + 1;
	bucket[bucket_of(max)] += 1;
	f->latency = (struct snapshot_latency){
		.samples = f->count, .sum_ns = f->count * (p50 + p90) / 2, .p50_ns = p50,
		.p90_ns = p90, .p99_ns = p99, .max_ns = max, .bucket = bucket,
	};
}

struct snapshot_class *stage__add_class(struct snapshot_mapping *m, uint32_t class, uint64_t count)
{
	struct snapshot_class *c = &stage.class[stage.nr_class++];

	*c = (struct snapshot_class){ .class = class };
	c->faults.count = count;
	c->faults.write = count;
	c->faults.leaf_4k = count;
	if (!m->nr_classes)
		m->class = c;
	m->nr_classes++;
	m->faults.count += count;
	return c;
}

struct snapshot_mapping *stage__add_mapping(uint64_t start, uint64_t size, uint8_t prot,
					    uint8_t kind, const char *name)
{
	struct snapshot_mapping *m = &stage.mapping[stage.s.nr_mappings++];

	*m = (struct snapshot_mapping){
		.id = (uint32_t)(SNAPSHOT_NOWHERE + stage.s.nr_mappings), .start = start, .end = start + size, .prot = prot, .kind = kind, .live = true,
		.counted = stage.target.module, .name = name,
	};
	return m;
}

struct snapshot_region *stage__add_region(uint64_t start, uint64_t size, uint64_t resident,
					  uint64_t huge, uint64_t swapped, uint64_t faults,
					  const char *name)
{
	struct snapshot_region *r = &stage.region[stage.s.nr_regions++];

	*r = (struct snapshot_region){
		.start = start, .end = start + size, .counted = stage.target.module,
		.resident = resident, .huge = huge, .swapped = swapped, .faults = faults,
		.name = name,
	};
	return r;
}

void stage__end(void)
{
	size_t i, j;

	stage.s.mapping = stage.mapping;
	stage.s.region = stage.region;
	stage.s.class = stage.sum;
	stage.s.task = stage.task;
	memset(stage.sum, 0, sizeof(stage.sum));
	for (i = 0; i < stage.nr_class; i++) {
		const struct snapshot_class *c = &stage.class[i];

		for (j = 0; j < stage.s.nr_classes && stage.sum[j].class != c->class; j++)
			;
		if (j == stage.s.nr_classes)
			stage.sum[stage.s.nr_classes++] = *c;
		else
			stage.sum[j].faults.count += c->faults.count;
		if (c->class >= PGWALK_FAULT_SIGNAL_FIRST)
			continue;
		stage.s.total.count += c->faults.count;
		stage.s.total.major += c->faults.major;
	}
	stage.s.total.count += stage.s.unattributed.count;
}

void stage__begin(uint64_t number, bool module)
{
	size_t i;

	memset(&stage, 0, sizeof(stage));
	stage.target = (struct snapshot_target){ .pid = 4211, .comm = "redis-server", .preempt = "voluntary",
					      .module = module };
	stage.s = (struct snapshot){ .target = &stage.target, .number = number, .seconds = 1,
				  .wall_ns = 1764417601ULL * 1000000000, .quiet = 27,
				  .complete = true, .self_ns = 3100000, .nr_threads = 6,
				  .counted = module, .past = stage.past };
	if (module) {
		stage.s.resident = 1239 * MIB;
		stage.s.huge = 756 * MIB;
		stage.s.swapped = 12 * MIB;
		stage.s.tables_bytes = 3174 * KIB;
		stage.s.walk_ns = 210000;
		stage.s.age_seconds = 0.3;
	}
	stage.s.nr_past = SNAPSHOT_HISTORY;
	for (i = 0; i < SNAPSHOT_HISTORY; i++)
		stage.past[i] = (struct snapshot_past){ .seconds = 1,
						     .faults = i % 31 == 7 ? 0 : (i * i * 7919) % 18301 };
}
