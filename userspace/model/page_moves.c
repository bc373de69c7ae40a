// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Finds mappings that are at other addresses in a second reading. Split, merge and mremap() keep the offset of a page,
 * also the one that the kernel gives anonymous memory when it is first touched: the offset identifies the page.
 */
#include <errno.h>
#include <stdlib.h>

#include "page_moves.h"

static bool is_special(const struct pgwalk_vma *vma)
{
	return vma->kind == PGWALK_VMA_VDSO;
}

static uint64_t dev_of(const struct pgwalk_vma *vma)
{
	return (uint64_t)vma->dev_major << 32 | vma->dev_minor;
}

/** page_moves__is_like - can a mapping be the other one, split, merged, grown or with other permissions? */
bool page_moves__is_like(const struct pgwalk_vma *a, const struct pgwalk_vma *b)
{
	return a->ino == b->ino && dev_of(a) == dev_of(b) && is_special(a) == is_special(b) &&
	       a->start - a->offset == b->start - b->offset;
}

static int grow(struct page_moves *m, unsigned int reading)
{
	const unsigned int room = m->room[reading] ? 2 * m->room[reading] : 64;
	struct page_piece *piece = realloc(m->piece[reading], room * sizeof(*piece));

	if (!piece)
		return -ENOMEM;
	m->piece[reading] = piece;
	m->room[reading] = room;
	return 0;
}

/**
 * page_moves__add - add a range without a counterpart, by address
 * @m: the search
 * @reading: 0: of the first reading; 1: of the second one
 * @vma: its mapping
 * @start: first address
 * @end: first address after the range
 *
 * Return: 0 or -ENOMEM.
 */
int page_moves__add(struct page_moves *m, unsigned int reading, const struct pgwalk_vma *vma, uint64_t start, uint64_t end)
{
	const struct page_piece p = {
		.start = start, .end = end, .offset = vma->offset + (start - vma->start), .ino = vma->ino,
		.dev = dev_of(vma), .prot = vma->prot, .special = is_special(vma),
	};
	struct page_piece *last = m->count[reading] ? &m->piece[reading][m->count[reading] - 1] : NULL;

	if (last && last->end == start && last->ino == p.ino && last->dev == p.dev && last->prot == p.prot &&
	    last->special == p.special && last->offset + (last->end - last->start) == p.offset) {
		last->end = end;
		return 0;
	}
	if (m->count[reading] == PAGE_MOVES_MAX) {
		m->dropped++;
		return 0;
	}
	if (m->count[reading] == m->room[reading] && grow(m, reading))
		return -ENOMEM;
	m->piece[reading][m->count[reading]++] = p;
	return 0;
}

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_object(const struct page_piece *a, const struct page_piece *b)
{
	int diff = order(a->special, b->special);

	if (!diff)
		diff = order(a->dev, b->dev);
	return diff ? diff : order(a->ino, b->ino);
}

static int compare_pieces(const void *x, const void *y)
{
	const struct page_piece *a = x, *b = y;
	int diff = compare_object(a, b);

	if (!diff)
		diff = order(a->offset, b->offset);
	return diff ? diff : order(a->start, b->start);
}

static int compare_from(const void *x, const void *y)
{
	return order(((const struct page_move *)x)->from, ((const struct page_move *)y)->from);
}

static const struct page_move *ordered;

static int compare_start(const void *x, const void *y)
{
	return order(ordered[*(const uint32_t *)x].start, ordered[*(const uint32_t *)y].start);
}

/* The pages that both pieces have; both go on after them. The piece that begins first has no counterpart there */
static void match(struct page_moves *m, struct page_piece *a, struct page_piece *b)
{
	uint64_t ahead = a->offset > b->offset ? a->offset - b->offset : 0;
	uint64_t bytes;

	b->start += ahead;
	b->offset += ahead;
	ahead = b->offset - a->offset;
	a->start += ahead;
	a->offset += ahead;
	bytes = a->end - a->start < b->end - b->start ? a->end - a->start : b->end - b->start;
	m->move[m->nr_moves++] = (struct page_move){ .from = a->start, .start = b->start, .bytes = bytes, .prot = a->prot };
	a->start += bytes;
	a->offset += bytes;
	b->start += bytes;
	b->offset += bytes;
}

/* 0: they have pages in common; below 0: @a ends before @b begins */
static int relation(const struct page_piece *a, const struct page_piece *b)
{
	const int diff = compare_object(a, b);

	if (diff)
		return diff;
	if (a->offset + (a->end - a->start) <= b->offset)
		return -1;
	return b->offset + (b->end - b->start) <= a->offset;
}

/* Remove what is at or after an address */
static void trim(struct page_moves *m, unsigned int reading, uint64_t limit)
{
	unsigned int i, left = 0;

	for (i = 0; i < m->count[reading]; i++) {
		struct page_piece *p = &m->piece[reading][i];

		if (p->end > limit)
			p->end = limit;
		if (p->start < p->end)
			m->piece[reading][left++] = *p;
	}
	m->count[reading] = left;
}

/**
 * page_moves__find - find ranges with the same pages of the same object
 * @m: the search, with all ranges
 * @limit: first address that is not compared
 *
 * Each range is used once, so that of several mappings of the same part of a file one is found.
 *
 * Return: 0 or -ENOMEM.
 */
int page_moves__find(struct page_moves *m, uint64_t limit)
{
	unsigned int a = 0, b = 0, i;

	for (i = 0; i < 2; i++)
		trim(m, i, limit);
	if (!m->count[0] || !m->count[1])
		return 0;
	/* each step ends a range */
	m->move = calloc((size_t)m->count[0] + m->count[1], sizeof(*m->move));
	m->by_start = calloc((size_t)m->count[0] + m->count[1], sizeof(*m->by_start));
	if (!m->move || !m->by_start)
		return -ENOMEM;
	for (i = 0; i < 2; i++)
		qsort(m->piece[i], m->count[i], sizeof(*m->piece[i]), compare_pieces);
	while (a < m->count[0] && b < m->count[1]) {
		struct page_piece *x = &m->piece[0][a], *y = &m->piece[1][b];
		const int diff = relation(x, y);

		if (!diff)
			match(m, x, y);
		a += diff < 0 || x->start == x->end;
		b += diff > 0 || y->start == y->end;
	}
	qsort(m->move, m->nr_moves, sizeof(*m->move), compare_from);
	for (i = 0; i < m->nr_moves; i++)
		m->by_start[i] = i;
	ordered = m->move;
	qsort(m->by_start, m->nr_moves, sizeof(*m->by_start), compare_start);
	return 0;
}

/** page_moves__clear - free the memory of the search */
void page_moves__clear(struct page_moves *m)
{
	free(m->piece[0]);
	free(m->piece[1]);
	free(m->move);
	free(m->by_start);
	*m = (struct page_moves){ .count = { 0 } };
}
