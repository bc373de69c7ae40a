// SPDX-License-Identifier: GPL-2.0
/*
 * Merge the call stacks of an interval that name the same functions: two instructions of
 * one function are one site. It compares no names, and keeps nothing between intervals.
 */
#include <stdlib.h>

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

static void add(struct snapshot_stack *sum, const struct snapshot_stack *s)
{
	sum->count += s->count;
	sum->latency_ns += s->latency_ns;
	sum->total += s->total;
	sum->total_ns += s->total_ns;
}

/**
 * sites__merge - make a site of the stacks that name the same functions
 * @site: filled, the most faults first; room for @count
 * @key: room for @count
 * @stack: the stacks, the most faults first
 * @count: how many
 *
 * Return: how many sites have faults in this interval: the first of @site.
 */
size_t sites__merge(struct snapshot_site *site, struct site_key *key,
		     const struct snapshot_stack *stack, size_t count)
{
	size_t i, nr = 0;

	for (i = 0; i < count; i++)
		key[i] = (struct site_key){
			stack[i].names * PGWALK_FAULT_CLASS_NR + stack[i].class, i };
	qsort(key, count, sizeof(*key), by_id);
	for (i = 0; i < count; i++) {
		const struct snapshot_stack *s = &stack[key[i].at];

		if (i && key[i].id == key[i - 1].id)
			add(&site[nr - 1].sum, s);
		else
			site[nr++] = (struct snapshot_site){ key[i].id, *s };
	}
	qsort(site, nr, sizeof(*site), by_count);
	while (nr && !site[nr - 1].sum.count)
		nr--;
	return nr;
}
