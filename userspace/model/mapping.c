// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * One row: its name, its regions in the address space, and their counts.
 */
#include <errno.h>
#include <string.h>

#include "../lib/page_size.h"
#include "../names/names.h"
#include "mapping.h"
#include "memory_sum.h"
#include "string_pool.h"

#define PAGE	page_bytes()

/* Compare a path with the last component that the probe saw; " (deleted)" is ignored */
static bool same_file_name(const char *path, const char *probe)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t len = strlen(probe);

	return !strncmp(base, probe, len) &&
	       (!base[len] || !strcmp(base + len, " (deleted)") ||
		len >= PGWALK_NAME_MAX - 1);
}

/* Anonymous memory has neither. Inode 0 of a device is a file: the first System V segment */
static bool has_file(uint64_t ino, uint32_t dev)
{
	return ino || dev;
}

/*
 * Test if both have the same file, or both have none. On stacked file systems the probe
 * sees another inode than /proc shows; then the names are compared.
 */
static bool same_backing(const struct mapping *row, const struct region *r)
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
 * mapping__region - find the region of a range of a row
 * @row: the row
 * @span: one of its ranges
 * @aspace: address space of the row
 *
 * Return: the first region that matches, or NULL: unmapped.
 */
const struct region *mapping__region(const struct mapping *row,
				     const struct mapping_span *span,
				     const struct aspace *aspace)
{
	const struct region *r = aspace__find(aspace, span->start, span->end);

	for (; r && r->start < span->end; r = aspace__next(aspace, r))
		if (r->prot == row->prot && same_backing(row, r))
			return r;
	return NULL;
}

/*
 * Find the current regions of a row, without duplicates, the region of the latest range
 * first. Ranges from before a move do not count. Return their number; 0: unmapped.
 */
static unsigned int regions_of(const struct mapping *row, const struct aspace *aspace,
			       const struct region *r[MAPPING_SPANS])
{
	uint64_t base = row->span[0].start - row->span[0].offset * PAGE;
	unsigned int i, j, count = 0;

	for (i = 0; i < row->nr_spans; i++) {
		const struct mapping_span *s = &row->span[i];

		if (s->start - s->offset * PAGE != base)
			continue;
		r[count] = mapping__region(row, s, aspace);
		for (j = 0; j < count && r[j] != r[count]; j++)
			;
		if (r[count] && j == count)
			count++;
	}
	return count;
}

/* Return the path of a row's file, whatever the permissions of the region; or NULL */
static const char *path_of(const struct mapping *row, const struct aspace *aspace)
{
	const struct mapping_span *span = &row->span[0];
	const struct region *r = aspace__find(aspace, span->start, span->end);

	for (; r && r->start < span->end; r = aspace__next(aspace, r))
		if (has_file(row->ino, row->dev) && same_backing(row, r))
			return r->name;
	return NULL;
}

/* Return the name of a mapping without a name of its own, a constant */
static const char *kind_name(const struct mapping *row)
{
	if (names__kind(row->kind))
		return names__kind(row->kind);
	return has_file(row->ino, row->dev) ? "file" : "anon";
}

/**
 * mapping__set_name - set the name of a row, if its source is better
 * @row: the row
 * @name: the name
 * @named: its source
 *
 * Return: 0 or -ENOMEM.
 */
int mapping__set_name(struct mapping *row, const char *name,
		      enum mapping_name named)
{
	const char *copy;

	if (named <= row->named)
		return 0;
	copy = string_pool__create(name, SIZE_MAX);
	if (!copy)
		return -ENOMEM;
	string_pool__put(row->name);
	row->name = copy;
	row->named = named;
	return 0;
}

/**
 * mapping__name - set the name and kind of a row as the probes saw them
 * @row: the row
 * @faults: faults of the row
 *
 * Return: 0 or -ENOMEM.
 */
int mapping__name(struct mapping *row, const struct pgwalk_fault_row *faults)
{
	uint32_t kind = faults->kind & ~PGWALK_MAPPING_FOREIGN;
	char name[PGWALK_NAME_MAX + 1] = "";

	row->foreign = faults->kind & PGWALK_MAPPING_FOREIGN;
	if (row->kind == PGWALK_VMA_UNSET && kind < PGWALK_VMA_NR)
		row->kind = (uint8_t)kind;
	if (!faults->name[0])
		return mapping__set_name(row, kind_name(row), MAPPING_NAME_KIND);
	if (row->named >= MAPPING_NAME_PROBE)
		return 0;
	memcpy(name, faults->name, PGWALK_NAME_MAX);
	return mapping__set_name(row, name, MAPPING_NAME_PROBE);
}

/* Set the range and the counts of a live row from its regions */
static void add_up(struct mapping *row, const struct region *const *r,
		   unsigned int count)
{
	unsigned int i;

	row->live = row->counted = true;
	row->start = r[0]->start;
	row->end = r[0]->end;
	memory_sum__begin(&row->memory);
	for (i = 0; i < count; i++) {
		if (r[i]->start < row->start)
			row->start = r[i]->start;
		if (r[i]->end > row->end)
			row->end = r[i]->end;
		row->counted = row->counted && r[i]->counted;
		row->resident += r[i]->resident;
		row->huge += r[i]->huge;
		row->swapped += r[i]->swapped;
		memory_sum__add(&row->memory, r[i]->memory);
	}
	memory_sum__end(&row->memory, count);
	if (r[0]->kind != PGWALK_VMA_UNSET)
		row->kind = r[0]->kind;
}

/**
 * mapping__refresh - update a row from the regions of its latest range
 * @row: the row
 * @aspace: address space of the row; NULL: not observed, or exited
 *
 * Return: 0 or -ENOMEM.
 */
int mapping__refresh(struct mapping *row, const struct aspace *aspace)
{
	const struct region *r[MAPPING_SPANS];
	unsigned int count;
	const char *name;

	row->live = row->counted = false;
	row->resident = row->huge = row->swapped = 0;
	memory_sum__end(&row->memory, 0);
	if (!aspace)
		return 0;
	count = regions_of(row, aspace, r);
	if (!count && row->named == MAPPING_NAME_MAPS)
		return 0;
	if (!count) {
		name = path_of(row, aspace);
		return name ? mapping__set_name(row, name, MAPPING_NAME_MAPS) :
			      0;
	}
	add_up(row, r, count);
	if (r[0]->name[0])
		return mapping__set_name(row, r[0]->name, MAPPING_NAME_MAPS);
	if (row->named > MAPPING_NAME_KIND || r[0]->kind == PGWALK_VMA_UNSET)
		return 0;
	name = kind_name(row);
	if (!strcmp(row->name, name))
		return 0;
	row->named = MAPPING_NAME_NONE;		/* the kind is more precise now */
	return mapping__set_name(row, name, MAPPING_NAME_KIND);
}
