// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Rules that decide if mappings that were split, merged or moved are one row.
 *
 * vm_pgoff makes the rules short. Within one mapping, and across every split, merge and
 * mremap() of it, a page keeps its offset; a page of anonymous memory does so once it has
 * been touched. So an offset of a file (or of anonymous memory) identifies a page, wherever
 * it is mapped.
 */
#include <string.h>

#include "../lib/page_size.h"
#include "row_identity.h"

#define PAGE	page_bytes()

static uint64_t overlap(uint64_t a_start, uint64_t a_end, uint64_t b_start,
			uint64_t b_end)
{
	uint64_t start = a_start > b_start ? a_start : b_start;
	uint64_t end = a_end < b_end ? a_end : b_end;

	return start < end ? end - start : 0;
}

static void rank_span(const struct mapping_span *s,
		      const struct pgwalk_fault_key *key,
		      struct row_rank *rank)
{
	uint64_t s_len = s->end - s->start, key_len = key->end - key->start;

	rank->relation = ROW_OVERLAP;
	rank->bytes = overlap(s->start, s->end, key->start, key->end);
	if (!rank->bytes) {
		rank->relation = ROW_MOVED;
		rank->bytes = PAGE * overlap(s->offset, s->offset + s_len / PAGE,
					     key->offset,
					     key->offset + key_len / PAGE);
	}
	if (!rank->bytes)
		rank->relation = ROW_UNRELATED;
	rank->differing = s_len + key_len - 2 * rank->bytes;
}

/** row_identity__prot - return PGWALK_PROT_* of a mapping as the probe saw it */
uint8_t row_identity__prot(const struct pgwalk_fault_key *key)
{
	/* VM_READ, VM_WRITE, VM_EXEC and VM_SHARED have the numbers of PGWALK_PROT_* */
	return key->vm_flags & 15;
}

/** row_identity__is_unique - test for [heap] and [stack], unique in an address space */
bool row_identity__is_unique(const char *name)
{
	return !strcmp(name, "[heap]") || !strcmp(name, "[stack]");
}

/**
 * row_identity__rank - rank a mapping as continuation of a row
 * @row: row with the same mm, file and permissions
 * @key: the mapping
 * @name: name of the mapping as the probe saw it, PGWALK_NAME_MAX bytes
 * @rank: filled in
 */
void row_identity__rank(const struct mapping *row, const struct pgwalk_fault_key *key,
			const char *name, struct row_rank *rank)
{
	struct row_rank r;
	unsigned int i;

	memset(rank, 0, sizeof(*rank));
	for (i = 0; i < row->nr_spans; i++) {
		rank_span(&row->span[i], key, &r);
		if (row_identity__is_better(&r, rank))
			*rank = r;
	}
	if (rank->relation < ROW_NAMED && row_identity__is_unique(row->name) &&
	    !strncmp(row->name, name, PGWALK_NAME_MAX))
		rank->relation = ROW_NAMED;
}

/**
 * row_identity__is_better - test if a rank is better than another
 * @a: the rank
 * @b: the other rank
 */
bool row_identity__is_better(const struct row_rank *a, const struct row_rank *b)
{
	if (a->relation != b->relation)
		return a->relation > b->relation;
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes;
	return a->differing < b->differing;
}
