/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The mappings of the target as last observed, by address. */
#ifndef PGWALK_MODEL_ASPACE_H
#define PGWALK_MODEL_ASPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../snapshot_memory.h"
#include "pgwalk.h"

/** ASPACE_MAX_REGIONS - limit; regions above it, at the high end, are dropped */
#define ASPACE_MAX_REGIONS	(1U << 17)

/**
 * struct region - one mapping
 * @start: first address
 * @end: first address after the mapping
 * @ino: inode of the file, 0 if anonymous
 * @dev: major << 20 | minor, as struct pgwalk_fault_key
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if unknown
 * @counted: the next four fields are known
 * @resident: bytes present, including hugetlb
 * @huge: bytes in 2M and 1G leaves, part of @resident
 * @giant: bytes in 1G leaves, part of @huge
 * @swapped: bytes swapped out
 * @memory: further counts, owned; NULL: unknown, or not wanted
 * @counted_ns: time of the counts
 * @name: as in /proc/PID/maps, "" without a name; in the string pool
 */
struct region {
	uint64_t start;
	uint64_t end;
	uint64_t ino;
	uint32_t dev;
	uint8_t prot;
	uint8_t kind;
	bool counted;
	uint64_t resident;
	uint64_t huge;
	uint64_t giant;
	uint64_t swapped;
	struct snapshot_memory *memory;
	uint64_t counted_ns;
	const char *name;
};

/**
 * struct aspace_sum - sums over all regions
 * @regions: number of regions
 * @counted: number of regions with counts; the sums below cover only these
 * @bytes: bytes mapped
 * @resident: see struct region
 * @huge: see struct region
 * @swapped: see struct region
 * @memory: see struct region; a count is known if it is known of all counted regions
 * @oldest_ns: time of the oldest count
 * @complete: the whole address space was observed at least once
 */
struct aspace_sum {
	size_t regions;
	size_t counted;
	uint64_t bytes;
	uint64_t resident;
	uint64_t huge;
	uint64_t swapped;
	struct snapshot_memory memory;
	uint64_t oldest_ns;
	bool complete;
};

struct aspace;

struct aspace *aspace__create(void);
void aspace__destroy(struct aspace *a);

void aspace__want_memory(struct aspace *a, bool want);
void aspace__begin(struct aspace *a, uint64_t start, uint64_t now_ns);
int aspace__add(struct aspace *a, const struct pgwalk_vma *vma);
void aspace__detail(struct aspace *a, uint64_t start, const struct snapshot_memory *detail);
int aspace__end(struct aspace *a, uint64_t end);

const struct region *aspace__find(const struct aspace *a, uint64_t start,
				  uint64_t end);
const struct region *aspace__next(const struct aspace *a,
				  const struct region *r);
uint64_t aspace__changes(const struct aspace *a);
void aspace__sum(struct aspace *a, struct aspace_sum *sum);

#endif
