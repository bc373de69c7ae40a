// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The address space in a snapshot: all mappings, and the faults of each. Faults of
 * unmapped ranges are in no region.
 */
#include <errno.h>
#include <stdlib.h>

#include "../lib/page_size.h"
#include "string_pool.h"
#include "region.h"

/**
 * struct fault_range - faults of the interval in a range
 * @start: first address
 * @end: first address after the range
 * @faults: number of faults
 */
struct fault_range {
	uint64_t start;
	uint64_t end;
	uint64_t faults;
};

/**
 * struct regions - memory of the last snapshot
 * @at: regions; their names are in the string pool
 * @count: number of @at
 * @room: allocated @at
 * @range: faults of the next snapshot
 */
struct regions {
	struct snapshot_region *at;
	size_t count;
	size_t room;
	struct fault_range range[MAPPINGS_MAX * MAPPING_SPANS];
};

/** regions__create - allocate the memory of a snapshot; NULL: no memory */
struct regions *regions__create(void)
{
	return calloc(1, sizeof(struct regions));
}

/** regions__destroy - free the memory; NULL is fine */
void regions__destroy(struct regions *r)
{
	if (!r)
		return;
	regions__drop(r);
	free(r->at);
	free(r);
}

/** regions__drop - release the regions of the last snapshot */
void regions__drop(struct regions *r)
{
	while (r->count)
		string_pool__put(r->at[--r->count].name);
}

static uint64_t placement(const struct mapping_span *s)
{
	return s->start - (s->offset << page_shift());
}

/* Add the faults of a row by range; those of ranges before a move go to the current range */
static size_t add_ranges(struct fault_range *to, const struct mapping *row)
{
	size_t count = 1;
	unsigned int i;

	*to = (struct fault_range) { row->span[0].start, row->span[0].end, 0 };
	for (i = 0; i < row->nr_spans; i++) {
		const struct mapping_span *s = &row->span[i];

		if (!i || placement(s) != placement(&row->span[0]))
			to->faults += s->faults;
		else if (s->faults)
			to[count++] = (struct fault_range) { s->start, s->end,
							 s->faults };
	}
	return count;
}

static int by_start(const void *a, const void *b)
{
	const struct fault_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static size_t find_ranges(struct fault_range *to, struct mappings *m,
			    uint64_t interval)
{
	unsigned int i, nr_active;
	const uint16_t *active = mappings__active(m, interval, &nr_active);
	size_t count = 0;

	for (i = 0; i < nr_active; i++) {
		const struct mapping *row = mappings__at(m, active[i]);

		if (mappings__is_own(m, row))
			count += add_ranges(&to[count], row);
	}
	qsort(to, count, sizeof(*to), by_start);
	return count;
}

static void copy_region(struct snapshot_region *to, const struct region *r)
{
	*to = (struct snapshot_region) {
		.start = r->start,
		.end = r->end,
		.prot = r->prot,
		.kind = r->kind,
		.counted = r->counted,
		.resident = r->resident,
		.huge = r->huge,
		.giant = r->giant,
		.swapped = r->swapped,
		.name = string_pool__get(r->name),
	};
}

/* Both are sorted by address: the faults of a range go to the first region that overlaps it */
static void distribute(struct regions *r, const struct fault_range *range, size_t count)
{
	struct snapshot_region *at = r->at, *end = r->at + r->count;
	size_t i;

	for (i = 0; i < count; i++) {
		while (at < end && at->end <= range[i].start)
			at++;
		if (at < end && at->start < range[i].end)
			at->faults += range[i].faults;
	}
}

/**
 * regions__take - fill the address space of a snapshot
 * @r: owns the memory @s points to
 * @aspace: the address space
 * @m: the rows
 * @interval: number of the interval
 * @s: @regions is set already; filled in
 *
 * Return: 0 or -ENOMEM.
 */
int regions__take(struct regions *r, const struct aspace *aspace,
		  struct mappings *m, uint64_t interval, struct snapshot *s)
{
	const struct region *region = NULL;
	size_t need = s->regions;

	regions__drop(r);
	if (need > r->room) {
		struct snapshot_region *at = realloc(r->at, (need + need / 4) *
						     sizeof(*at));

		if (!at)
			return -ENOMEM;
		r->at = at;
		r->room = need + need / 4;
	}
	while ((region = aspace__next(aspace, region)))
		copy_region(&r->at[r->count++], region);
	if (r->count)
		distribute(r, r->range, find_ranges(r->range, m, interval));
	s->has_regions = true;
	s->region = r->at;
	s->nr_regions = r->count;
	return 0;
}
