// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Adds mappings and runs of pages to cells, and joins cells when there are too many. */
#include <stdlib.h>

#include "../lib/page_size.h"
#include "space.h"

#define PAGE	page_bytes()

/**
 * struct space - sums and cells
 * @sums: sums by kind; its cells are @cell
 * @granule: size of the blocks in which cells are joined
 * @at: first address of the current mapping without a cell
 * @end: first address after the current mapping
 * @count: number of @cell
 * @cell: the cells
 */
struct space {
	struct inspect_space sums;
	uint64_t granule;
	uint64_t at;
	uint64_t end;
	size_t count;
	struct inspect_cell cell[SPACE_CELLS];
};

/**
 * space__create - create an empty address space
 * @has_frames: mapcounts are known
 *
 * Return: the address space; NULL: no memory.
 */
struct space *space__create(bool has_frames)
{
	struct space *s = calloc(1, sizeof(*s));
	uint32_t i;

	if (!s)
		return NULL;
	s->sums.has_frames = has_frames;
	s->granule = PAGE;
	for (i = 0; i < PGWALK_VMA_NR; i++)
		s->sums.kind[i].kind = i;
	return s;
}

/** space__destroy - free an address space; NULL is fine */
void space__destroy(struct space *s)
{
	free(s);
}

/* Is each byte of a cell of the same type as each byte of another? */
static bool is_alike(const struct inspect_cell *a, const struct inspect_cell *b)
{
	const uint64_t x[] = { a->mapped, a->resident, a->unique, a->huge, a->swapped };
	const uint64_t y[] = { b->mapped, b->resident, b->unique, b->huge, b->swapped };
	const uint64_t size_a = a->end - a->start, size_b = b->end - b->start;
	size_t i;

	for (i = 0; i < sizeof(x) / sizeof(x[0]); i++)
		if ((x[i] && x[i] != size_a) || (y[i] && y[i] != size_b) || !x[i] != !y[i])
			return false;
	return true;
}

/* Add a cell to the one before it if they are in one block, or adjacent and alike */
static bool join(const struct space *s, struct inspect_cell *to, const struct inspect_cell *from)
{
	if (to->start / s->granule != from->start / s->granule &&
	    (to->end != from->start || !is_alike(to, from)))
		return false;
	to->end = from->end;
	to->mapped += from->mapped;
	to->resident += from->resident;
	to->unique += from->unique;
	to->huge += from->huge;
	to->swapped += from->swapped;
	return true;
}

static void coarsen(struct space *s)
{
	size_t i, count;

	while (s->count > SPACE_CELLS / 2) {
		s->granule *= 2;
		for (i = 1, count = 1; i < s->count; i++)
			if (!join(s, &s->cell[count - 1], &s->cell[i]))
				s->cell[count++] = s->cell[i];
		s->count = count;
	}
}

static void add(struct space *s, const struct inspect_cell *cell)
{
	if (s->count && join(s, &s->cell[s->count - 1], cell))
		return;
	if (s->count == SPACE_CELLS)
		coarsen(s);
	s->cell[s->count++] = *cell;
}

/* Add the pages up to an address, without any in memory */
static void add_reserved(struct space *s, uint64_t end)
{
	const struct inspect_cell cell = { .start = s->at, .end = end, .mapped = end - s->at };

	if (s->at < end)
		add(s, &cell);
	s->at = end;
}

/**
 * space__begin - begin a mapping
 * @s: the address space
 * @vma: the mapping, with its counts; it follows the one before
 */
void space__begin(struct space *s, const struct pgwalk_vma *vma)
{
	struct inspect_space_kind *k = &s->sums.kind[vma->kind < PGWALK_VMA_NR ? vma->kind : 0];

	s->at = vma->start;
	s->end = vma->end;
	k->mappings++;
	k->reserved += vma->end - vma->start;
	k->resident += vma->resident + vma->hugetlb;
	k->unique += vma->exclusive;
	k->huge += vma->huge_2m + vma->huge_1g;
	k->swapped += vma->swapped;
}

static bool is_resident(uint32_t kind)
{
	return kind == PGWALK_KIND_PRESENT || kind == PGWALK_KIND_PROTNONE || kind == PGWALK_KIND_NUMA_HINT ||
	       kind == PGWALK_KIND_UFFD_RWP;
}

/**
 * space__run - add a run of pages of the current mapping
 * @s: the address space
 * @run: the run; it follows the one before
 */
void space__run(struct space *s, const struct pgwalk_frame_run *run)
{
	const uint64_t start = run->run.start > s->at ? run->run.start : s->at;
	const uint64_t end = run->run.end < s->end ? run->run.end : s->end;
	struct inspect_cell cell = { .start = start, .end = end };
	uint64_t size;

	if (start >= end)
		return;
	add_reserved(s, start);
	size = end - start;
	cell.mapped = size;
	if (is_resident(run->run.kind)) {
		cell.resident = size;
		cell.unique = run->mapcount == 1 ? size : 0;
		cell.huge = run->run.shift >= 21 ? size : 0;
	} else if (run->run.kind == PGWALK_KIND_SWAP) {
		cell.swapped = size;
	}
	add(s, &cell);
	s->at = end;
}

/** space__end - end the current mapping */
void space__end(struct space *s)
{
	add_reserved(s, s->end);
}

/**
 * space__mapping - add a mapping of which only sums of pages are known
 * @s: the address space
 * @sums: the mapping, as one cell; it follows the one before
 * @kind: enum pgwalk_vma_kind; 0: unknown
 */
void space__mapping(struct space *s, const struct inspect_cell *sums, uint32_t kind)
{
	struct inspect_space_kind *k = &s->sums.kind[kind < PGWALK_VMA_NR ? kind : 0];

	k->mappings++;
	k->reserved += sums->mapped;
	k->resident += sums->resident;
	k->unique += sums->unique;
	k->huge += sums->huge;
	k->swapped += sums->swapped;
	add(s, sums);
}

/**
 * space__take - return sums and cells
 * @s: the address space
 * @out: filled; its cells are valid until the address space is changed
 */
void space__take(const struct space *s, struct inspect_space *out)
{
	*out = s->sums;
	out->cell = s->cell;
	out->nr_cells = s->count;
	out->granule = s->granule;
}
