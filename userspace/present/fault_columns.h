/* SPDX-License-Identifier: GPL-2.0 */
/* The columns of pgtop, and what one of its lines is about. */
#ifndef PGWALK_PRESENT_FAULT_COLUMNS_H
#define PGWALK_PRESENT_FAULT_COLUMNS_H

#include "../snapshot.h"
#include "column.h"

/**
 * struct line - what one row of cells is about
 * @snapshot: the interval
 * @mapping: NULL in the rows total and unattributed
 * @class: one class of @mapping; NULL: all of them
 * @faults: those of the line
 * @label: of a line without a mapping; NULL otherwise
 */
struct line {
	const struct snapshot *snapshot;
	const struct snapshot_mapping *mapping;
	const struct snapshot_class *class;
	const struct snapshot_faults *faults;
	const char *label;
};

/* Where a column stands in JSON */
#define FAULT_MAPPING	(1U << COLUMN_OWN)		/* of a mapping */
#define FAULT_CLASS	(1U << (COLUMN_OWN + 1))	/* of a class */
#define FAULT_TOTAL	(1U << (COLUMN_OWN + 2))	/* of the total */

extern const struct columns fault_columns;

#endif
