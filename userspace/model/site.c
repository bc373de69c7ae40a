// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Merges the call stacks of an interval that name the same functions: two instructions of
 * one function are one site. Names are compared by their hash.
 */
#include <stdlib.h>
#include <string.h>

#include "site.h"

static int by_id(const void *a, const void *b)
{
	const struct site_key *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static int by_count(const void *a, const void *b)
{
	const struct snapshot_site *x = a, *y = b;

	if (x->sum.count != y->sum.count)
		return x->sum.count > y->sum.count ? -1 : 1;
	if (x->sum.total != y->sum.total)
		return x->sum.total > y->sum.total ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int by_mapping(const void *a, const void *b)
{
	const struct snapshot_part *x = a, *y = b;

	return x->mapping < y->mapping ? -1 : x->mapping > y->mapping;
}

static int by_part(const void *a, const void *b)
{
	const struct snapshot_part *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->total != y->total)
		return x->total > y->total ? -1 : 1;
	return by_mapping(x, y);
}

/* Merge parts of the same mapping. Return the number of parts */
static size_t merge_parts(struct snapshot_part *part, size_t count)
{
	size_t i, nr = 0;

	qsort(part, count, sizeof(*part), by_mapping);
	for (i = 0; i < count; i++) {
		if (!nr || part[nr - 1].mapping != part[i].mapping) {
			part[nr++] = part[i];
			continue;
		}
		part[nr - 1].count += part[i].count;
		part[nr - 1].latency_ns += part[i].latency_ns;
		part[nr - 1].total += part[i].total;
		part[nr - 1].total_ns += part[i].total_ns;
	}
	qsort(part, nr, sizeof(*part), by_part);
	return nr;
}

/* Set the parts of a site to those of its @count stacks; return the memory after them */
static struct snapshot_part *set_parts(struct snapshot_stack *sum, struct snapshot_part *part,
				       const struct snapshot_stack *stack,
				       const struct site_key *key, size_t count)
{
	size_t i;

	sum->part = part;
	sum->nr_parts = 0;
	for (i = 0; i < count; i++) {
		const struct snapshot_stack *s = &stack[key[i].at];

		if (s->nr_parts)
			memcpy(&part[sum->nr_parts], s->part, s->nr_parts * sizeof(*part));
		sum->nr_parts += s->nr_parts;
	}
	sum->nr_parts = merge_parts(part, sum->nr_parts);
	return part + sum->nr_parts;
}

static void add(struct snapshot_stack *sum, const struct snapshot_stack *s)
{
	sum->count += s->count;
	sum->latency_ns += s->latency_ns;
	sum->total += s->total;
	sum->total_ns += s->total_ns;
}

/**
 * sites__merge - merge stacks that name the same functions
 * @site: filled in, most faults first; room for @count
 * @key: room for @count
 * @stack: the stacks, most faults first
 * @count: number of stacks
 * @part: memory for the parts of the sites; room for those of all stacks
 * @all: set to the number of sites, including those without faults in this interval
 *
 * Return: number of sites with faults in this interval; they are the first of @site.
 */
size_t sites__merge(struct snapshot_site *site, struct site_key *key,
		    const struct snapshot_stack *stack, size_t count, struct snapshot_part *part,
		    size_t *all)
{
	size_t i, j, nr = 0;

	for (i = 0; i < count; i++)
		key[i] = (struct site_key){
			stack[i].names * PGWALK_FAULT_CLASS_NR + stack[i].class, i };
	qsort(key, count, sizeof(*key), by_id);
	for (i = 0; i < count; i = j) {
		site[nr] = (struct snapshot_site){ key[i].id, stack[key[i].at] };
		for (j = i + 1; j < count && key[j].id == key[i].id; j++)
			add(&site[nr].sum, &stack[key[j].at]);
		part = set_parts(&site[nr++].sum, part, stack, &key[i], j - i);
	}
	qsort(site, nr, sizeof(*site), by_count);
	*all = nr;
	while (nr && !site[nr - 1].sum.count)
		nr--;
	return nr;
}
