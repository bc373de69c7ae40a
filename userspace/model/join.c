// SPDX-License-Identifier: GPL-2.0
/*
 * The rules by which mappings that were split, merged or moved are one row,
 * and by which a row is found again in the address space. Pure: no state.
 *
 * vm_pgoff makes the rules short. Within one mapping, and across every split,
 * merge and mremap() of it, the page at an address keeps its offset, that of
 * anonymous memory too once it has been touched. So the same offset of the same
 * file (or of no file) is the same page, wherever it is mapped.
 */
#include <string.h>

#include "../words.h"
#include "join.h"

#define PAGE	(1ULL << PGWALK_PAGE_SHIFT)

static uint64_t overlap(uint64_t a_start, uint64_t a_end, uint64_t b_start,
			uint64_t b_end)
{
	uint64_t start = a_start > b_start ? a_start : b_start;
	uint64_t end = a_end < b_end ? a_end : b_end;

	return start < end ? end - start : 0;
}

static void rank_span(const struct mapping_span *s,
		      const struct pgwalk_fault_key *key,
		      struct join_rank *rank)
{
	uint64_t s_len = s->end - s->start, key_len = key->end - key->start;

	rank->how = JOIN_OVERLAP;
	rank->bytes = overlap(s->start, s->end, key->start, key->end);
	if (!rank->bytes) {
		rank->how = JOIN_MOVED;
		rank->bytes = PAGE * overlap(s->offset, s->offset + s_len / PAGE,
					     key->offset,
					     key->offset + key_len / PAGE);
	}
	if (!rank->bytes)
		rank->how = JOIN_NOT;
	rank->odd = s_len + key_len - 2 * rank->bytes;
}

/** join__prot - PGWALK_PROT_* of a mapping as the probe saw it */
uint8_t join__prot(const struct pgwalk_fault_key *key)
{
	/* VM_READ, VM_WRITE, VM_EXEC and VM_SHARED have the numbers of PGWALK_PROT_* */
	return key->vm_flags & 15;
}

/** join__is_only_one - is it [heap] or [stack]? An address space has one of each */
bool join__is_only_one(const char *name)
{
	return !strcmp(name, "[heap]") || !strcmp(name, "[stack]");
}

/**
 * join__rank - tell how well a mapping continues a row
 * @row: of the same mm, file and permissions
 * @key: the mapping
 * @name: of the mapping as the probe saw it, PGWALK_NAME_MAX bytes
 * @rank: filled
 */
void join__rank(const struct mapping *row, const struct pgwalk_fault_key *key,
		const char *name, struct join_rank *rank)
{
	struct join_rank r;
	unsigned int i;

	memset(rank, 0, sizeof(*rank));
	for (i = 0; i < row->nr_spans; i++) {
		rank_span(&row->span[i], key, &r);
		if (join__better(&r, rank))
			*rank = r;
	}
	if (rank->how < JOIN_NAMED && join__is_only_one(row->name) &&
	    !strncmp(row->name, name, PGWALK_NAME_MAX))
		rank->how = JOIN_NAMED;
}

/**
 * join__better - is one rank better than the other?
 * @a: this one
 * @b: that one
 */
bool join__better(const struct join_rank *a, const struct join_rank *b)
{
	if (a->how != b->how)
		return a->how > b->how;
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes;
	return a->odd < b->odd;
}

/* The end of a path, as the probe saw it: "libc.so.6", or "x (deleted)" for "x" */
static bool same_file_name(const char *path, const char *probe)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t len = strlen(probe);

	return !strncmp(base, probe, len) &&
	       (!base[len] || !strcmp(base + len, " (deleted)") ||
		len >= PGWALK_NAME_MAX - 1);
}

/* Anonymous memory has neither. Inode 0 alone is a file too: the first System V segment */
static bool has_file(uint64_t ino, uint32_t dev)
{
	return ino || dev;
}

/*
 * Is it the same file, or no file for both? The inode settles it; where file
 * systems lie upon each other the probe sees another one than /proc does, so
 * a name will do.
 */
static bool same_backing(const struct region *r, const struct mapping *row)
{
	if (!has_file(row->ino, row->dev) || !has_file(r->ino, r->dev))
		return has_file(row->ino, row->dev) == has_file(r->ino, r->dev);
	if (r->dev == row->dev)
		return r->ino == row->ino;
	if (row->named == MAPPING_NAME_MAPS)
		return !strcmp(r->name, row->name);
	return row->named == MAPPING_NAME_PROBE &&
	       same_file_name(r->name, row->name);
}

/**
 * join__region - find a row's mapping in the address space
 * @a: the address space
 * @row: the row
 * @span: one of its ranges
 *
 * Return: the first mapping that fits, or NULL: it is gone.
 */
const struct region *join__region(const struct aspace *a,
				  const struct mapping *row,
				  const struct mapping_span *span)
{
	const struct region *r = aspace__find(a, span->start, span->end);

	for (; r && r->start < span->end; r = aspace__next(a, r))
		if (r->prot == row->prot && same_backing(r, row))
			return r;
	return NULL;
}

/**
 * join__file_name - find the path of a row's file, whatever its permissions now
 * @a: the address space
 * @row: the row
 *
 * Return: the path, until the address space changes; or NULL.
 */
const char *join__file_name(const struct aspace *a, const struct mapping *row)
{
	const struct mapping_span *span = &row->span[0];
	const struct region *r = aspace__find(a, span->start, span->end);

	for (; r && r->start < span->end; r = aspace__next(a, r))
		if (has_file(row->ino, row->dev) && same_backing(r, row))
			return r->name;
	return NULL;
}

/**
 * join__regions - find the parts that a row's mapping has now
 * @a: the address space
 * @row: the row
 * @r: filled: each of them once, that of the latest range first
 *
 * Only ranges of one placement count: where it was before a move is not it.
 *
 * Return: how many there are; 0: it is gone.
 */
unsigned int join__regions(const struct aspace *a, const struct mapping *row,
			   const struct region *r[MAPPING_SPANS])
{
	uint64_t base = row->span[0].start - row->span[0].offset * PAGE;
	unsigned int i, j, count = 0;

	for (i = 0; i < row->nr_spans; i++) {
		const struct mapping_span *s = &row->span[i];

		if (s->start - s->offset * PAGE != base)
			continue;
		r[count] = join__region(a, row, s);
		for (j = 0; j < count && r[j] != r[count]; j++)
			;
		if (r[count] && j == count)
			count++;
	}
	return count;
}

/**
 * join__kind_name - what a mapping without a name of its own is called
 * @row: the mapping
 *
 * Return: a constant.
 */
const char *join__kind_name(const struct mapping *row)
{
	if (words__kind(row->kind))
		return words__kind(row->kind);
	return has_file(row->ino, row->dev) ? "file" : "anon";
}
