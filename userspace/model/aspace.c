// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Keeps the target's mappings, by address. Observations update the whole address space or
 * a range of it; callers pass them in with their time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aspace.h"
#include "memory_sum.h"
#include "string_pool.h"
#include "sum.h"

struct region_list {
	struct region *at;
	size_t count, room;
};

/**
 * struct aspace - regions sorted by address, and the observation in progress
 * @known: all known regions
 * @seen: regions of the observation, sorted
 * @at: index in @known of the first region with an end above the start of the latest @seen
 * @from: start address of the observation
 * @want_memory: regions that are observed get their @memory
 * @now_ns: time of the observation
 * @covered: end of the range that was observed without a gap since the last start at 0
 * @complete: @covered reached the end at least once
 * @sum: sums over @known
 * @summed: @sum is up to date
 * @changes: number of completed observations
 */
struct aspace {
	struct region_list known;
	struct region_list seen;
	size_t at;
	uint64_t from;
	uint64_t now_ns;
	bool want_memory;
	uint64_t covered;
	bool complete;
	struct aspace_sum sum;
	bool summed;
	uint64_t changes;
};

static int list_push(struct region_list *l, const struct region *r)
{
	if (l->count == l->room) {
		size_t room = l->room ? 2 * l->room : 64;
		struct region *at = realloc(l->at, room * sizeof(*at));

		if (!at)
			return -ENOMEM;
		l->at = at;
		l->room = room;
	}
	l->at[l->count++] = *r;
	return 0;
}

/* Free what a region owns */
static void region_release(struct region *r)
{
	string_pool__put(r->name);
	free(r->memory);
}

/* Drop all regions from index @count on */
static void list_truncate(struct region_list *l, size_t count)
{
	while (l->count > count)
		region_release(&l->at[--l->count]);
}

/* Return the index of the first region that ends above @addr */
static size_t list_search(const struct region_list *l, uint64_t addr)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->at[mid].end > addr)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/** aspace__create - make an empty address space; NULL: no memory */
struct aspace *aspace__create(void)
{
	return calloc(1, sizeof(struct aspace));
}

/** aspace__destroy - free an address space; NULL is fine */
void aspace__destroy(struct aspace *a)
{
	if (!a)
		return;
	list_truncate(&a->known, 0);
	list_truncate(&a->seen, 0);
	free(a->known.at);
	free(a->seen.at);
	free(a);
}

/**
 * aspace__want_memory - keep the further counts of regions from the next observation on, or no longer
 * @a: the address space
 * @want: keep them
 */
void aspace__want_memory(struct aspace *a, bool want)
{
	a->want_memory = want;
}

/**
 * aspace__begin - begin an observation
 * @a: the address space
 * @start: its first address
 * @now_ns: its time
 */
void aspace__begin(struct aspace *a, uint64_t start, uint64_t now_ns)
{
	list_truncate(&a->seen, 0);
	a->at = list_search(&a->known, start);
	a->from = start;
	a->now_ns = now_ns;
	if (!start)
		a->covered = 0;
}

/* Test if overlapping regions have the same file, permissions and name */
static bool region_continues(const struct region *old, const struct region *new)
{
	return old->start < new->end && new->start < old->end &&
	       old->ino == new->ino && old->dev == new->dev &&
	       old->prot == new->prot && !strcmp(old->name, new->name);
}

/* Return the first known region that overlaps @r, or NULL */
static const struct region *find_old(struct aspace *a, const struct region *r)
{
	const struct region_list *l = &a->known;

	/* observations ascend, so a->at does, too */
	if (a->at && l->at[a->at - 1].end > r->start)
		a->at = list_search(l, r->start);
	while (a->at < l->count && l->at[a->at].end <= r->start)
		a->at++;
	return a->at < l->count && l->at[a->at].start < r->end ?
	       &l->at[a->at] : NULL;
}

/* Copy the counts of an earlier observation to a region without counts */
static void keep_counts(const struct region *old, struct region *r)
{
	if (!old->counted || !region_continues(old, r))
		return;
	r->counted = true;
	r->resident = old->resident;
	r->huge = old->huge;
	r->giant = old->giant;
	r->swapped = old->swapped;
	r->counted_ns = old->counted_ns;
	if (old->memory)
		r->memory = malloc(sizeof(*r->memory));
	if (r->memory)
		*r->memory = *old->memory;
	if (r->kind == PGWALK_VMA_UNSET)
		r->kind = old->kind;
}

static bool has_name(const char *name, const struct pgwalk_vma *vma)
{
	return !strncmp(name, vma->name, vma->name_len) &&
	       strlen(name) == strnlen(vma->name, vma->name_len);
}

/* Share the name of the old region, or of the region before */
static const char *name_region(const struct aspace *a, const struct region *old,
			       const struct pgwalk_vma *vma)
{
	const struct region_list *seen = &a->seen;

	if (old && has_name(old->name, vma))
		return string_pool__get(old->name);
	if (seen->count && has_name(seen->at[seen->count - 1].name, vma))
		return string_pool__get(seen->at[seen->count - 1].name);
	return string_pool__create(vma->name, vma->name_len);
}

/* Return the memory of a counted mapping; NULL: no memory */
static struct snapshot_memory *create_memory(const struct pgwalk_vma *vma)
{
	struct snapshot_memory *memory = malloc(sizeof(*memory));

	if (!memory)
		return NULL;
	*memory = (struct snapshot_memory){
		.counted = true,
		.frames_counted = vma->frames_counted,
		.eligible = -1,
		.pss = vma->pss,
		.uss = sum__uss(vma),
		.lazyfree = vma->lazyfree,
		.tables = vma->tables,
	};
	return memory;
}

/**
 * aspace__add - add the next mapping of the observation
 * @a: the address space
 * @vma: in ascending order; the first may begin before the observation
 *
 * Return: 0; -EINVAL if it is out of order or empty; -ENOMEM.
 */
int aspace__add(struct aspace *a, const struct pgwalk_vma *vma)
{
	struct region r = {
		.start = vma->start,
		.end = vma->end,
		.ino = vma->ino,
		.dev = vma->dev_major << 20 | vma->dev_minor,
		.prot = vma->prot,
		.kind = vma->kind,
		.counted = vma->counted,
		.resident = vma->resident + vma->hugetlb,
		.huge = vma->huge_2m + vma->huge_1g,
		.giant = vma->huge_1g,
		.swapped = vma->swapped,
		.counted_ns = a->now_ns,
	};
	const struct region *old;
	int err;

	if (r.start >= r.end ||
	    (a->seen.count && r.start < a->seen.at[a->seen.count - 1].end))
		return -EINVAL;
	if (a->seen.count == ASPACE_MAX_REGIONS)
		return 0;
	old = find_old(a, &r);
	r.name = name_region(a, old, vma);
	if (!r.name)
		return -ENOMEM;
	if (!r.counted && old)
		keep_counts(old, &r);
	else if (r.counted && a->want_memory)
		r.memory = create_memory(vma);
	err = vma->counted && a->want_memory && !r.memory ? -ENOMEM : list_push(&a->seen, &r);
	if (err)
		region_release(&r);
	return err;
}

/**
 * aspace__detail - set the figures of a mapping that are not in its record
 * @a: the address space, with an observation in progress
 * @start: first address of the mapping that was added last; for any other, nothing happens
 * @detail: its frames and its eligibility
 */
void aspace__detail(struct aspace *a, uint64_t start, const struct snapshot_memory *detail)
{
	struct region *r = a->seen.count ? &a->seen.at[a->seen.count - 1] : NULL;

	if (!r || r->start != start || !r->memory)
		return;
	r->memory->frames_known = detail->frames_known;
	r->memory->frames = detail->frames;
	r->memory->eligible = detail->eligible;
}

/*
 * Replace the known regions of the observed range. A known region that reaches into the
 * range is dropped: it was observed again or is unmapped.
 */
static int splice(struct aspace *a, uint64_t from, uint64_t to)
{
	struct region_list *known = &a->known, *seen = &a->seen;
	size_t head = list_search(known, from), tail = head, i, count;
	struct region *at;

	while (tail < known->count && known->at[tail].start < to)
		tail++;
	list_truncate(seen, ASPACE_MAX_REGIONS - head);
	if (known->count - tail > ASPACE_MAX_REGIONS - head - seen->count)
		list_truncate(known, tail + ASPACE_MAX_REGIONS - head - seen->count);
	count = head + seen->count + known->count - tail;
	if (count > known->room) {
		at = realloc(known->at, (count + count / 4) * sizeof(*at));
		if (!at)
			return -ENOMEM;
		known->at = at;
		known->room = count + count / 4;
	}
	at = known->at;
	for (i = head; i < tail; i++)
		region_release(&at[i]);
	if (known->count > tail && tail != head + seen->count)
		memmove(at + head + seen->count, at + tail,
			(known->count - tail) * sizeof(*at));
	if (seen->count)
		memcpy(at + head, seen->at, seen->count * sizeof(*at));
	known->count = count;
	seen->count = 0;		/* the names moved along */
	a->summed = false;
	a->changes++;
	return 0;
}

/**
 * aspace__end - end the observation; regions in its range that were not added are dropped
 * @a: the address space
 * @end: first address after the range
 *
 * Return: 0 or -ENOMEM, with the regions unchanged.
 */
int aspace__end(struct aspace *a, uint64_t end)
{
	uint64_t from = a->from, to = end;

	if (from <= a->covered && end > a->covered)
		a->covered = end;
	a->complete = a->complete || a->covered == UINT64_MAX;
	if (a->seen.count) {
		if (a->seen.at[0].start < from)
			from = a->seen.at[0].start;
		if (a->seen.at[a->seen.count - 1].end > to)
			to = a->seen.at[a->seen.count - 1].end;
	}
	return splice(a, from, to);
}

/**
 * aspace__find - find the first mapping that overlaps a range
 * @a: the address space
 * @start: first address of the range
 * @end: first address after the range
 *
 * Return: the mapping, valid until the next aspace__end(); or NULL.
 */
const struct region *aspace__find(const struct aspace *a, uint64_t start,
				  uint64_t end)
{
	size_t i = list_search(&a->known, start);

	if (i == a->known.count || a->known.at[i].start >= end)
		return NULL;
	return &a->known.at[i];
}

/**
 * aspace__next - walk the mappings by address
 * @a: the address space
 * @r: the current mapping, or NULL for the first
 *
 * Return: the next mapping, or NULL.
 */
const struct region *aspace__next(const struct aspace *a,
				  const struct region *r)
{
	size_t i = r ? (size_t)(r - a->known.at) + 1 : 0;

	return i < a->known.count ? &a->known.at[i] : NULL;
}

/** aspace__changes - number of completed observations; unchanged: no region changed */
uint64_t aspace__changes(const struct aspace *a)
{
	return a->changes;
}

static void sum_up(const struct aspace *a, struct aspace_sum *sum)
{
	const struct region *r = NULL;

	memset(sum, 0, sizeof(*sum));
	memory_sum__begin(&sum->memory);
	sum->complete = a->complete;
	while ((r = aspace__next(a, r))) {
		sum->regions++;
		sum->bytes += r->end - r->start;
		if (!r->counted)
			continue;
		if (!sum->counted++ || r->counted_ns < sum->oldest_ns)
			sum->oldest_ns = r->counted_ns;
		sum->resident += r->resident;
		sum->huge += r->huge;
		sum->swapped += r->swapped;
		memory_sum__add(&sum->memory, r->memory);
	}
	memory_sum__end(&sum->memory, sum->counted);
	sum->memory.eligible = -1;
}

/**
 * aspace__sum - add up all mappings
 * @a: the address space
 * @sum: filled in
 */
void aspace__sum(struct aspace *a, struct aspace_sum *sum)
{
	if (!a->summed)
		sum_up(a, &a->sum);
	a->summed = true;
	*sum = a->sum;
}
