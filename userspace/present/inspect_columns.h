/* SPDX-License-Identifier: GPL-2.0 */
/* The columns of pgwalk, by what a row of theirs is. */
#ifndef PGWALK_PRESENT_INSPECT_COLUMNS_H
#define PGWALK_PRESENT_INSPECT_COLUMNS_H

#include "../inspect.h"
#include "column.h"

/* vma_columns.c: struct inspect_vma */
extern const struct columns vma_columns, vma_total_columns;
/* run_columns.c: struct pgwalk_frame_run; struct inspect_pages */
extern const struct columns run_columns, pages_columns;
/* space_columns.c: struct pgwalk_mm, pgwalk_task, pgwalk_census, pgwalk_tables */
extern const struct columns mm_columns, task_columns, census_columns,
	tables_columns;
/* frame_columns.c: struct pgwalk_frame; struct inspect_hit; struct pgwalk_rmap */
extern const struct columns frame_columns, hit_columns, rmap_columns;
/* step_columns.c: struct pgwalk_step; struct pgwalk_translate */
extern const struct columns step_columns, translate_columns;
/* segment_columns.c: struct inspect_register; inspect_descriptor; pgwalk_gdt */
extern const struct columns register_columns, descriptor_columns, gdt_columns;
/* info_columns.c: struct pgwalk_info; struct pgwalk_geometry */
extern const struct columns info_columns, geometry_columns;
/* verdict_columns.c: struct inspect_difference; struct inspect_verdict */
extern const struct columns difference_columns, verdict_columns;

/* Getters of one field, for tables of columns */
#define GET_FIELD(type, field, kind)					\
static void get_##field(const void *row, struct value *v)		\
{									\
	value__set(v, kind, (uint64_t)((const struct type *)row)->field); \
}

#define BOTH	(COLUMN_TEXT | COLUMN_JSON)
#define JSON	COLUMN_JSON

#endif
