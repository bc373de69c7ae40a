// SPDX-License-Identifier: GPL-2.0
/*
 * The target's mappings by address, kept current from observations of whole or
 * partial ranges. It asks nobody: observations and their time are handed in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aspace.h"

struct region_list {
	struct region *at;
	size_t count, room;
};

/**
 * struct aspace - regions sorted by address, and an observation under way
 * @known: what is there
 * @seen: what the observation has told so far, sorted too
 * @from: where the observation began
 * @now_ns: when
 * @covered: since the last one from 0 on, all up to here was looked at
 * @complete: that went up to the end, once at least
 */
struct aspace {
	struct region_list known;
	struct region_list seen;
	uint64_t from;
	uint64_t now_ns;
	uint64_t covered;
	bool complete;
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

static void list_clear(struct region_list *l)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		free(l->at[i].name);
	l->count = 0;
}

/* Index of the first region that ends behind @addr */
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

/** aspace__create - an address space of which nothing is known; NULL: no memory */
struct aspace *aspace__create(void)
{
	return calloc(1, sizeof(struct aspace));
}

/** aspace__destroy - forget it; NULL is fine */
void aspace__destroy(struct aspace *a)
{
	if (!a)
		return;
	list_clear(&a->known);
	list_clear(&a->seen);
	free(a->known.at);
	free(a->seen.at);
	free(a);
}

/**
 * aspace__begin - start to tell what is mapped from some address on
 * @a: the address space
 * @start: the observation begins here
 * @now_ns: and at this time
 */
void aspace__begin(struct aspace *a, uint64_t start, uint64_t now_ns)
{
	list_clear(&a->seen);
	a->from = start;
	a->now_ns = now_ns;
	if (!start)
		a->covered = 0;
}

/* What is called the same and lies there as well is taken for the same */
static bool region_continues(const struct region *was, const struct region *is)
{
	return was->start < is->end && is->start < was->end &&
	       was->ino == is->ino && was->dev == is->dev &&
	       was->prot == is->prot && !strcmp(was->name, is->name);
}

/* A mapping that was only listed keeps the counts of an earlier look */
static void keep_counts(const struct aspace *a, struct region *r)
{
	const struct region *was = aspace__find(a, r->start, r->end);

	if (!was || !was->counted || !region_continues(was, r))
		return;
	r->counted = true;
	r->resident = was->resident;
	r->huge = was->huge;
	r->swapped = was->swapped;
	r->counted_ns = was->counted_ns;
	if (r->kind == PGWALK_VMA_UNSET)
		r->kind = was->kind;
}

/**
 * aspace__add - tell the next mapping of the observation
 * @a: the address space
 * @vma: by ascending address; the first may begin before the observation
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
		.swapped = vma->swapped,
		.counted_ns = a->now_ns,
	};
	int err;

	if (r.start >= r.end ||
	    (a->seen.count && r.start < a->seen.at[a->seen.count - 1].end))
		return -EINVAL;
	if (a->seen.count == ASPACE_MAX_REGIONS)
		return 0;
	r.name = strndup(vma->name, vma->name_len);
	if (!r.name)
		return -ENOMEM;
	if (!r.counted)
		keep_counts(a, &r);
	err = list_push(&a->seen, &r);
	if (err)
		free(r.name);
	return err;
}

/*
 * Old regions before the observed range, the observed ones, old ones behind
 * it. One that reaches into the range was told there or is gone.
 */
static int splice(struct aspace *a, uint64_t from, uint64_t to)
{
	struct region_list *known = &a->known, *seen = &a->seen;
	size_t head = list_search(known, from), tail = head, i;
	size_t old = known->count;
	struct region *at;

	while (tail < old && known->at[tail].start < to)
		tail++;
	at = malloc((head + seen->count + old - tail + 1) * sizeof(*at));
	if (!at)
		return -ENOMEM;
	for (i = head; i < tail; i++)
		free(known->at[i].name);
	if (head)
		memcpy(at, known->at, head * sizeof(*at));
	if (seen->count)
		memcpy(at + head, seen->at, seen->count * sizeof(*at));
	if (old > tail)
		memcpy(at + head + seen->count, known->at + tail,
		       (old - tail) * sizeof(*at));
	free(known->at);
	known->at = at;
	known->count = head + seen->count + old - tail;
	known->room = known->count + 1;
	seen->count = 0;		/* the names moved along */
	return 0;
}

/**
 * aspace__end - the observation is complete: what it did not tell is not there
 * @a: the address space
 * @end: it went up to here
 *
 * Return: 0 or -ENOMEM, which leaves all as it was.
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
 * aspace__find - the first mapping that has a byte in a range
 * @a: the address space
 * @start: of the range
 * @end: the first address behind the range
 *
 * Return: it, until the next aspace__end(); or NULL.
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
 * @r: the last one, or NULL for the first
 *
 * Return: the next one, or NULL.
 */
const struct region *aspace__next(const struct aspace *a,
				  const struct region *r)
{
	size_t i = r ? (size_t)(r - a->known.at) + 1 : 0;

	return i < a->known.count ? &a->known.at[i] : NULL;
}

/**
 * aspace__sum - add up all mappings
 * @a: the address space
 * @sum: filled
 */
void aspace__sum(const struct aspace *a, struct aspace_sum *sum)
{
	const struct region *r = NULL;

	memset(sum, 0, sizeof(*sum));
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
	}
}
