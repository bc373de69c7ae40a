/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The mappings with the most changed memory between two readings, in bounded memory. */
#ifndef PGWALK_MODEL_LARGEST_CHANGES_H
#define PGWALK_MODEL_LARGEST_CHANGES_H

#include "../inspect.h"

/**
 * struct largest_changes - the mappings, from the most changed memory to the least
 * @count: number of @mapping
 * @mapping: the mappings; their names are @name
 * @name: their names, or the ends of long ones
 */
struct largest_changes {
	unsigned int count;
	struct inspect_mapping_change mapping[INSPECT_DIFF_LARGEST];
	char name[INSPECT_DIFF_LARGEST][128];
};

void largest_changes__add(struct largest_changes *l, const struct inspect_mapping_change *mapping);

#endif
