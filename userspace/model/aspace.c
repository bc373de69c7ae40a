// SPDX-License-Identifier: GPL-2.0
/*
 * The target's mappings by address, kept current from observations of whole or
 * partial ranges. It asks nobody: observations and their time are handed in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aspace.h"
#include "name.h"

struct region_list {
	struct region *at;
	size_t count, room;
};

/**
 * struct aspace - regions sorted by address, and an observation under way
 * @known: what is there
 * @seen: what the observation has told so far, sorted too
 * @at: in @known, the first region that ends behind the latest of @seen begins
 * @from: where the observation began
 * @now_ns: when
 * @covered: since the last one from 0 on, all up to here was looked at
 * @complete: that went up to the end, once at least
 * @sum: of all that is known
 * @summed: it is up to date
 * @changes: observations that there were
 */
struct aspace {
	struct region_list known;
	struct region_list seen;
	size_t at;
	uint64_t from;
	uint64_t now_ns;
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

/* Only so many stay */
static void list_cut(struct region_list *l, size_t count)
{
	while (l->count > count)
		name__put(l->at[--l->count].name);
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
	list_cut(&a->known, 0);
	list_cut(&a->seen, 0);
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
	list_cut(&a->seen, 0);
	a->at = list_search(&a->known, start);
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

/* The first known region that has a byte of the latest observed one, or NULL */
static const struct region *find_old(struct aspace *a, const struct region *r)
{
	const struct region_list *l = &a->known;

	/* observations go up, and so does this */
	if (a->at && l->at[a->at - 1].end > r->start)
		a->at = list_search(l, r->start);
	while (a->at < l->count && l->at[a->at].end <= r->start)
		a->at++;
	return a->at < l->count && l->at[a->at].start < r->end ?
	       &l->at[a->at] : NULL;
}

/* A mapping that was only listed keeps the counts of an earlier look */
static void keep_counts(const struct region *was, struct region *r)
{
	if (!was->counted || !region_continues(was, r))
		return;
	r->counted = true;
	r->resident = was->resident;
	r->huge = was->huge;
	r->giant = was->giant;
	r->swapped = was->swapped;
	r->counted_ns = was->counted_ns;
	if (r->kind == PGWALK_VMA_UNSET)
		r->kind = was->kind;
}

static bool is_called(const char *name, const struct pgwalk_vma *vma)
{
	return !strncmp(name, vma->name, vma->name_len) &&
	       strlen(name) == strnlen(vma->name, vma->name_len);
}

/* The name it had, or that of the mapping before it, is not kept twice */
static const char *name_region(const struct aspace *a, const struct region *was,
			       const struct pgwalk_vma *vma)
{
	const struct region_list *seen = &a->seen;

	if (was && is_called(was->name, vma))
		return name__get(was->name);
	if (seen->count && is_called(seen->at[seen->count - 1].name, vma))
		return name__get(seen->at[seen->count - 1].name);
	return name__create(vma->name, vma->name_len);
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
		.giant = vma->huge_1g,
		.swapped = vma->swapped,
		.counted_ns = a->now_ns,
	};
	const struct region *was;
	int err;

	if (r.start >= r.end ||
	    (a->seen.count && r.start < a->seen.at[a->seen.count - 1].end))
		return -EINVAL;
	if (a->seen.count == ASPACE_MAX_REGIONS)
		return 0;
	was = find_old(a, &r);
	r.name = name_region(a, was, vma);
	if (!r.name)
		return -ENOMEM;
	if (!r.counted && was)
		keep_counts(was, &r);
	err = list_push(&a->seen, &r);
	if (err)
		name__put(r.name);
	return err;
}

/*
 * Old regions before the observed range, the observed ones, old ones behind
 * it. One that reaches into the range was told there or is gone.
 */
static int splice(struct aspace *a, uint64_t from, uint64_t to)
{
	struct region_list *known = &a->known, *seen = &a->seen;
	size_t head = list_search(known, from), tail = head, i, count;
	struct region *at;

	while (tail < known->count && known->at[tail].start < to)
		tail++;
	list_cut(seen, ASPACE_MAX_REGIONS - head);
	if (known->count - tail > ASPACE_MAX_REGIONS - head - seen->count)
		list_cut(known, tail + ASPACE_MAX_REGIONS - head - seen->count);
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
		name__put(at[i].name);
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

/** aspace__changes - observations that ended: is it as many, it is what it was */
uint64_t aspace__changes(const struct aspace *a)
{
	return a->changes;
}

static void sum_up(const struct aspace *a, struct aspace_sum *sum)
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

/**
 * aspace__sum - add up all mappings
 * @a: the address space
 * @sum: filled
 */
void aspace__sum(struct aspace *a, struct aspace_sum *sum)
{
	if (!a->summed)
		sum_up(a, &a->sum);
	a->summed = true;
	*sum = a->sum;
}
