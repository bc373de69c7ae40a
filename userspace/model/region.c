// SPDX-License-Identifier: GPL-2.0
/*
 * The address space of a snapshot: what is mapped, and how many faults landed
 * there. The faults are given to what is there now: those of what is gone are in
 * none. It holds what the last snapshot points to until the next one.
 */
#include <errno.h>
#include <stdlib.h>

#include "name.h"
#include "region.h"

/**
 * struct landing - where faults of the interval landed
 * @start: of the range
 * @end: the first address behind it
 * @faults: how many
 */
struct landing {
	uint64_t start;
	uint64_t end;
	uint64_t faults;
};

/**
 * struct regions - memory of the last snapshot
 * @at: its regions; their names are held
 * @count: how many
 * @room: so many fit
 * @landing: for the next one
 */
struct regions {
	struct snapshot_region *at;
	size_t count;
	size_t room;
	struct landing landing[MAPPINGS_MAX * MAPPING_SPANS];
};

/** regions__create - memory for a snapshot; NULL: there is none */
struct regions *regions__create(void)
{
	return calloc(1, sizeof(struct regions));
}

/** regions__destroy - free it; NULL is fine */
void regions__destroy(struct regions *r)
{
	if (!r)
		return;
	regions__drop(r);
	free(r->at);
	free(r);
}

/** regions__drop - the last snapshot is looked at no longer */
void regions__drop(struct regions *r)
{
	while (r->count)
		name__put(r->at[--r->count].name);
}

static uint64_t placement(const struct mapping_span *s)
{
	return s->start - (s->offset << PGWALK_PAGE_SHIFT);
}

/* Where a row's faults landed; what it was moved from, it was moved from here */
static size_t add_landings(struct landing *to, const struct mapping *row)
{
	size_t count = 1;
	unsigned int i;

	*to = (struct landing) { row->span[0].start, row->span[0].end, 0 };
	for (i = 0; i < row->nr_spans; i++) {
		const struct mapping_span *s = &row->span[i];

		if (!i || placement(s) != placement(&row->span[0]))
			to->faults += s->faults;
		else if (s->faults)
			to[count++] = (struct landing) { s->start, s->end,
							 s->faults };
	}
	return count;
}

static int by_start(const void *a, const void *b)
{
	const struct landing *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static size_t find_landings(struct landing *to, struct mappings *m,
			    uint64_t interval)
{
	unsigned int i, nr_active;
	const uint16_t *active = mappings__active(m, interval, &nr_active);
	size_t count = 0;

	for (i = 0; i < nr_active; i++) {
		const struct mapping *row = mappings__at(m, active[i]);

		if (mappings__is_own(m, row))
			count += add_landings(&to[count], row);
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
		.name = name__get(r->name),
	};
}

/* Both by address: each landing goes to the first region it has a byte of */
static void land(struct regions *r, const struct landing *landing, size_t count)
{
	struct snapshot_region *at = r->at, *end = r->at + r->count;
	size_t i;

	for (i = 0; i < count; i++) {
		while (at < end && at->end <= landing[i].start)
			at++;
		if (at < end && at->start < landing[i].end)
			at->faults += landing[i].faults;
	}
}

/**
 * regions__take - the address space of a snapshot
 * @r: holds what it points to
 * @aspace: what is mapped
 * @m: the rows
 * @interval: its number
 * @s: @regions is filled already; filled
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
		land(r, r->landing, find_landings(r->landing, m, interval));
	s->has_regions = true;
	s->region = r->at;
	s->nr_regions = r->count;
	return 0;
}
