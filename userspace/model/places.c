// SPDX-License-Identifier: GPL-2.0
/*
 * Where rows were seen, by address and by the offset of their pages. It finds those
 * that a mapping may continue; join.c says which of them it does.
 */
#include <stdlib.h>

#include "index.h"
#include "join.h"
#include "places.h"
#include "spans.h"

/**
 * struct places - the ranges of all rows, twice
 * @by_address: where they were seen
 * @by_offset: which pages of their file, or memory, that was
 */
struct places {
	struct spans *by_address;
	struct spans *by_offset;
};

/** places__create - no row was seen anywhere; NULL: no memory */
struct places *places__create(void)
{
	struct places *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->by_address = spans__create(MAPPING_ROWS * MAPPING_SPANS);
	p->by_offset = spans__create(MAPPING_ROWS * MAPPING_SPANS);
	if (p->by_address && p->by_offset)
		return p;
	places__destroy(p);
	return NULL;
}

/** places__destroy - free it; NULL is fine */
void places__destroy(struct places *p)
{
	if (!p)
		return;
	spans__destroy(p->by_address);
	spans__destroy(p->by_offset);
	free(p);
}

/* Only rows that have in common what never changes in a row are compared */
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
	uint64_t pages = (s->end - s->start) >> PGWALK_PAGE_SHIFT;

	return (struct span) { group, s->offset, s->offset + pages, index };
}

static uint64_t row_group(const struct mapping *row)
{
	return group_of(row->mm, row->ino, row->dev, row->prot);
}

/**
 * places__add - a row was seen with a range for the first time
 * @p: the places
 * @index: of the row, which has no more than MAPPING_SPANS ranges in all
 * @row: the row
 * @s: the range
 */
void places__add(struct places *p, unsigned int index,
		 const struct mapping *row, const struct mapping_span *s)
{
	struct span address = address_span(row_group(row), s, index);
	struct span offset = offset_span(row_group(row), s, index);

	spans__add(p->by_address, &address);
	spans__add(p->by_offset, &offset);
}

/** places__remove - forget what was added with the same arguments */
void places__remove(struct places *p, unsigned int index,
		    const struct mapping *row, const struct mapping_span *s)
{
	struct span address = address_span(row_group(row), s, index);
	struct span offset = offset_span(row_group(row), s, index);

	spans__remove(p->by_address, &address);
	spans__remove(p->by_offset, &offset);
}

static uint64_t key_group(const struct pgwalk_fault_key *key)
{
	return group_of(key->mm, key->ino, key->dev, join__prot(key));
}

/**
 * places__find - which rows were seen at the addresses of a mapping?
 * @p: the places
 * @key: the mapping
 * @row: filled with their indices; one may be there more than once
 * @max: no more than so many
 *
 * Return: how many.
 */
unsigned int places__find(const struct places *p,
			  const struct pgwalk_fault_key *key, uint32_t *row,
			  unsigned int max)
{
	const struct mapping_span s = { .start = key->start, .end = key->end };
	struct span range = address_span(key_group(key), &s, 0);

	return spans__find(p->by_address, &range, row, max);
}

/** places__find_moved - the same by the pages of the mapping, wherever they were */
unsigned int places__find_moved(const struct places *p,
				const struct pgwalk_fault_key *key,
				uint32_t *row, unsigned int max)
{
	const struct mapping_span s = { key->start, key->end, key->offset, 0 };
	struct span range = offset_span(key_group(key), &s, 0);

	return spans__find(p->by_offset, &range, row, max);
}
