// SPDX-License-Identifier: GPL-2.0
/*
 * One row: what it is called, and what the address space says of it now. It knows
 * no other rows, and counts no faults.
 */
#include <errno.h>
#include <string.h>

#include "join.h"
#include "mapping.h"
#include "name.h"

/**
 * mapping__set_name - give a row a name, if it is a better one
 * @row: the row
 * @name: the name
 * @named: where it came from
 *
 * Return: 0 or -ENOMEM.
 */
int mapping__set_name(struct mapping *row, const char *name,
		      enum mapping_name named)
{
	const char *copy;

	if (named <= row->named)
		return 0;
	copy = name__create(name, SIZE_MAX);
	if (!copy)
		return -ENOMEM;
	name__put(row->name);
	row->name = copy;
	row->named = named;
	return 0;
}

/**
 * mapping__name - name a row as the probes saw it
 * @row: the row
 * @faults: some of its faults
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
		return mapping__set_name(row, join__kind_name(row),
					 MAPPING_NAME_KIND);
	if (row->named >= MAPPING_NAME_PROBE)
		return 0;
	memcpy(name, faults->name, PGWALK_NAME_MAX);
	return mapping__set_name(row, name, MAPPING_NAME_PROBE);
}

/* A row that is there: its parts say where, and how much */
static void add_up(struct mapping *row, const struct region *const *r,
		   unsigned int count)
{
	unsigned int i;

	row->live = row->counted = true;
	row->start = r[0]->start;
	row->end = r[0]->end;
	for (i = 0; i < count; i++) {
		if (r[i]->start < row->start)
			row->start = r[i]->start;
		if (r[i]->end > row->end)
			row->end = r[i]->end;
		row->counted = row->counted && r[i]->counted;
		row->resident += r[i]->resident;
		row->huge += r[i]->huge;
		row->swapped += r[i]->swapped;
	}
	if (r[0]->kind != PGWALK_VMA_UNSET)
		row->kind = r[0]->kind;
}

/**
 * mapping__refresh - ask the address space for a row: the parts of its latest place
 * @row: the row
 * @aspace: what is mapped; NULL: it is of another one, or gone
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
	if (!aspace)
		return 0;
	count = join__regions(aspace, row, r);
	if (!count && row->named == MAPPING_NAME_MAPS)
		return 0;
	if (!count) {
		name = join__file_name(aspace, row);
		return name ? mapping__set_name(row, name, MAPPING_NAME_MAPS) :
			      0;
	}
	add_up(row, r, count);
	if (r[0]->name[0])
		return mapping__set_name(row, r[0]->name, MAPPING_NAME_MAPS);
	if (row->named > MAPPING_NAME_KIND || r[0]->kind == PGWALK_VMA_UNSET)
		return 0;
	name = join__kind_name(row);
	if (!strcmp(row->name, name))
		return 0;
	row->named = MAPPING_NAME_NONE;		/* the kind is better known now */
	return mapping__set_name(row, name, MAPPING_NAME_KIND);
}
