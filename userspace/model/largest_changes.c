// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Keeps the mappings with the most changed memory. */
#include <string.h>

#include "largest_changes.h"

/* A page with two changes counts twice: it differs more */
static uint64_t size_of(const struct inspect_mapping_change *m)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < INSPECT_CHANGE_NR; i++)
		sum += m->bytes[i];
	return sum;
}

/* Only the last part of a path is of use in a picture */
static const char *end_of(const char *name, size_t size)
{
	const size_t len = strlen(name);

	if (len >= size)
		name += len - size + 1;
	while ((*name & 0xc0) == 0x80)
		name++;
	return name;
}

static void set(struct largest_changes *l, unsigned int at, const struct inspect_mapping_change *m)
{
	l->mapping[at] = *m;
	memccpy(l->name[at], end_of(m->name ? m->name : "", sizeof(l->name[at])), '\0', sizeof(l->name[at]));
	l->mapping[at].name = l->name[at];
}

/**
 * largest_changes__add - consider a mapping
 * @l: the mappings; zeroed before the first one
 * @mapping: the mapping; its name is copied
 */
void largest_changes__add(struct largest_changes *l, const struct inspect_mapping_change *mapping)
{
	const uint64_t size = size_of(mapping);
	unsigned int at = l->count;

	if (!size || (at == INSPECT_DIFF_LARGEST && size <= size_of(&l->mapping[at - 1])))
		return;
	if (at < INSPECT_DIFF_LARGEST)
		l->count++;
	else
		at--;
	for (; at && size_of(&l->mapping[at - 1]) < size; at--)
		set(l, at, &l->mapping[at - 1]);
	set(l, at, mapping);
}
