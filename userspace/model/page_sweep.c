// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Sweeps over several lists of mappings and pages by address, in the memory of one mapping and one run of each. A list
 * must be in order: each run is in the mapping before it.
 */
#include <string.h>

#include "page_sweep.h"

/** page_sweep__init - begin a sweep without lists */
void page_sweep__init(struct page_sweep *s)
{
	s->count = 0;
	s->at = 0;
}

/* Make a pending mapping or run the current one, and get the next one, as far as that is possible */
static int refill(struct page_list *l)
{
	for (;;) {
		if (l->pending_run && !l->has_run) {
			l->run = *l->pending_run;
			l->has_run = true;
			l->pending_run = NULL;
		} else if (l->pending_vma && !l->has_vma) {
			memcpy(l->vma, l->pending_vma, sizeof(*l->vma) + l->pending_vma->name_len);
			l->vma->name[l->vma->name_len] = '\0';
			l->has_vma = true;
			l->serial++;
			l->pending_vma = NULL;
		}
		if (!l->next || l->pending_run || l->pending_vma)
			return 0;
		switch (l->next(l->ctx, &l->pending_vma, &l->pending_run)) {
		case 0:
			l->next = NULL;
			return 0;
		case 1:
			break;
		default:
			return -1;
		}
	}
}

/**
 * page_sweep__add - add a list
 * @s: the sweep, before its first segment
 * @next: gets the next mapping or run
 * @ctx: argument of @next
 *
 * Return: 0; -1: @next failed.
 */
int page_sweep__add(struct page_sweep *s, page_sweep_next next, void *ctx)
{
	struct page_list *l = &s->list[s->count++];

	l->next = next;
	l->ctx = ctx;
	l->vma = (void *)l->room;
	l->has_vma = false;
	l->has_run = false;
	l->serial = 0;
	l->pending_vma = NULL;
	l->pending_run = NULL;
	return refill(l);
}

/* Drop the run and the mapping that end at or before an address */
static int advance(struct page_list *l, uint64_t at)
{
	while (l->has_vma) {
		if (l->has_run && l->run.run.end <= at)
			l->has_run = false;
		else if (!l->has_run && !l->pending_run && l->vma->end <= at)
			l->has_vma = false;
		else
			break;
		if (refill(l))
			return -1;
	}
	return 0;
}

static void cut(uint64_t *end, uint64_t at, uint64_t bound)
{
	if (bound > at && bound < *end)
		*end = bound;
}

static void fill(struct page_segment *segment, unsigned int i, const struct page_list *l)
{
	const uint64_t at = segment->start;

	segment->list[i] = NULL;
	segment->run[i] = NULL;
	if (!l->has_vma)
		return;
	cut(&segment->end, at, l->vma->start);
	cut(&segment->end, at, l->vma->end);
	if (at >= l->vma->start && at < l->vma->end)
		segment->list[i] = l;
	if (!l->has_run)
		return;
	cut(&segment->end, at, l->run.run.start);
	cut(&segment->end, at, l->run.run.end);
	if (at >= l->run.run.start && at < l->run.run.end)
		segment->run[i] = &l->run;
}

/**
 * page_sweep__next - get the next segment with a mapping
 * @s: the sweep
 * @limit: first address after the last segment
 * @segment: filled; valid until the next call
 *
 * Return: 1; 0 at the end; -1: a list failed.
 */
int page_sweep__next(struct page_sweep *s, uint64_t limit, struct page_segment *segment)
{
	bool found = false, left = true;
	unsigned int i;

	while (!found && left && s->at < limit) {
		*segment = (struct page_segment){ .start = s->at, .end = limit };
		left = false;
		for (i = 0; i < s->count; i++) {
			if (advance(&s->list[i], s->at))
				return -1;
			fill(segment, i, &s->list[i]);
			left |= s->list[i].has_vma;
			found |= !!segment->list[i];
		}
		s->at = segment->end;
	}
	return found;
}
