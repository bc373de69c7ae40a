// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The ranges of rows, by address and by the offset of their pages. It finds the rows that
 * a mapping may continue; row_identity.c has the rules.
 */
#include <stdlib.h>

#include "../lib/page_size.h"
#include "index.h"
#include "row_identity.h"
#include "range_index.h"
#include "interval_tree.h"

/**
 * struct range_index - the ranges of all rows in two trees
 * @by_address: ranges of addresses
 * @by_offset: ranges of page offsets in the file, or in anonymous memory
 */
struct range_index {
	struct interval_tree *by_address;
	struct interval_tree *by_offset;
};

/** range_index__create - make an empty index; NULL: no memory */
struct range_index *range_index__create(void)
{
	struct range_index *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->by_address = interval_tree__create(MAPPING_ROWS * MAPPING_SPANS);
	p->by_offset = interval_tree__create(MAPPING_ROWS * MAPPING_SPANS);
	if (p->by_address && p->by_offset)
		return p;
	range_index__destroy(p);
	return NULL;
}

/** range_index__destroy - free an index; NULL is fine */
void range_index__destroy(struct range_index *p)
{
	if (!p)
		return;
	interval_tree__destroy(p->by_address);
	interval_tree__destroy(p->by_offset);
	free(p);
}

/* Return the group of a row: a hash of the properties that never change in a row */
static uint64_t group_of(uint64_t mm, uint64_t ino, uint32_t dev, uint8_t prot)
{
	uint64_t fixed[] = { mm, ino, (uint64_t)dev << 8 | prot };

	return index__hash(fixed, 3);
}

static struct span address_span(uint64_t group, const struct mapping_span *s,
				unsigned int index)
{
	return (struct span) { group, s->start, s->end, index };
}

static struct span offset_span(uint64_t group, const struct mapping_span *s,
			       unsigned int index)
{
	uint64_t pages = (s->end - s->start) >> page_shift();

	return (struct span) { group, s->offset, s->offset + pages, index };
}

static uint64_t row_group(const struct mapping *row)
{
	return group_of(row->mm, row->ino, row->dev, row->prot);
}

/**
 * range_index__add - add a new range of a row
 * @p: the index
 * @index: index of the row, which has at most MAPPING_SPANS ranges
 * @row: the row
 * @s: the range
 */
void range_index__add(struct range_index *p, unsigned int index,
		      const struct mapping *row, const struct mapping_span *s)
{
	struct span address = address_span(row_group(row), s, index);
	struct span offset = offset_span(row_group(row), s, index);

	interval_tree__add(p->by_address, &address);
	interval_tree__add(p->by_offset, &offset);
}

/** range_index__remove - remove the range that was added with the same arguments */
void range_index__remove(struct range_index *p, unsigned int index,
			 const struct mapping *row, const struct mapping_span *s)
{
	struct span address = address_span(row_group(row), s, index);
	struct span offset = offset_span(row_group(row), s, index);

	interval_tree__remove(p->by_address, &address);
	interval_tree__remove(p->by_offset, &offset);
}

static uint64_t key_group(const struct pgwalk_fault_key *key)
{
	return group_of(key->mm, key->ino, key->dev, row_identity__prot(key));
}

/**
 * range_index__find - find rows with a range at the addresses of a mapping
 * @p: the index
 * @key: the mapping
 * @row: filled with indices of rows; a row may be there more than once
 * @max: limit of @row
 *
 * Return: number of @row.
 */
unsigned int range_index__find(const struct range_index *p,
			       const struct pgwalk_fault_key *key, uint32_t *row,
			       unsigned int max)
{
	const struct mapping_span s = { .start = key->start, .end = key->end };
	struct span range = address_span(key_group(key), &s, 0);

	return interval_tree__find(p->by_address, &range, row, max);
}

/** range_index__find_moved - as range_index__find(), by page offset, at any address */
unsigned int range_index__find_moved(const struct range_index *p,
				     const struct pgwalk_fault_key *key,
				     uint32_t *row, unsigned int max)
{
	const struct mapping_span s = { key->start, key->end, key->offset, 0 };
	struct span range = offset_span(key_group(key), &s, 0);

	return interval_tree__find(p->by_offset, &range, row, max);
}
