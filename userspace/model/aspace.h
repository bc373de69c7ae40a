/* SPDX-License-Identifier: GPL-2.0 */
/* The mappings of the target as they were last seen, by address. */
#ifndef PGWALK_MODEL_ASPACE_H
#define PGWALK_MODEL_ASPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgwalk.h"

/** ASPACE_MAX_REGIONS - what is kept of a larger address space is its low end */
#define ASPACE_MAX_REGIONS	(1U << 17)

/**
 * struct region - one mapping
 * @start: first address
 * @end: the first address behind it
 * @ino: of the file, 0 if anonymous
 * @dev: major << 20 | minor, as struct pgwalk_fault_key
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if not known
 * @counted: were the next four counted?
 * @resident: bytes present, hugetlb too
 * @huge: of these, in 2M and 1G leaves
 * @giant: of these, in 1G leaves
 * @swapped: bytes swapped out
 * @counted_ns: when
 * @name: as in /proc/PID/maps, "" if it has none; may be held, see name.h
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
	uint64_t counted_ns;
	const char *name;
};

/**
 * struct aspace_sum - all regions together
 * @regions: how many
 * @counted: of these, with counts; the rest adds nothing below
 * @bytes: mapped
 * @resident: see struct region
 * @huge: see struct region
 * @swapped: see struct region
 * @oldest_ns: when the first of the counts was taken
 * @complete: all of the address space was looked at, once at least
 */
struct aspace_sum {
	size_t regions;
	size_t counted;
	uint64_t bytes;
	uint64_t resident;
	uint64_t huge;
	uint64_t swapped;
	uint64_t oldest_ns;
	bool complete;
};

struct aspace;

struct aspace *aspace__create(void);
void aspace__destroy(struct aspace *a);

void aspace__begin(struct aspace *a, uint64_t start, uint64_t now_ns);
int aspace__add(struct aspace *a, const struct pgwalk_vma *vma);
int aspace__end(struct aspace *a, uint64_t end);

const struct region *aspace__find(const struct aspace *a, uint64_t start,
				  uint64_t end);
const struct region *aspace__next(const struct aspace *a,
				  const struct region *r);
uint64_t aspace__changes(const struct aspace *a);
void aspace__sum(struct aspace *a, struct aspace_sum *sum);

#endif
