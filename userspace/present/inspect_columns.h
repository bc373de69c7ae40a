/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of pgwalk, by type of row. */
#ifndef PGWALK_PRESENT_INSPECT_COLUMNS_H
#define PGWALK_PRESENT_INSPECT_COLUMNS_H

#include "../inspect.h"
#include "column.h"

/* vma_columns.c: struct inspect_vma */
extern const struct columns vma_columns, vma_total_columns;
/* process_columns.c: struct inspect_process; struct inspect_process_total */
extern const struct columns process_columns, process_total_columns;
/* run_columns.c: struct pgwalk_frame_run; struct inspect_pages */
extern const struct columns run_columns, pages_columns;
/* mm_columns.c: struct pgwalk_mm, pgwalk_task, pgwalk_pgtable_stats, pgwalk_tables */
extern const struct columns mm_columns, task_columns, pgtable_columns,
	tables_columns;
/* frame_columns.c: struct pgwalk_frame; struct inspect_hit; struct pgwalk_rmap */
extern const struct columns frame_columns, hit_columns, rmap_columns;
/* translate_columns.c: struct pgwalk_step; struct pgwalk_translate */
extern const struct columns step_columns, translate_columns;
/* segment_columns.c: struct inspect_register; inspect_descriptor; pgwalk_gdt */
extern const struct columns register_columns, descriptor_columns, gdt_columns;
/* info_columns.c: struct pgwalk_info; struct pgwalk_geometry */
extern const struct columns info_columns, geometry_columns;
/* comparison_columns.c: struct inspect_difference; struct inspect_comparison */
extern const struct columns difference_columns, comparison_columns;
/* reach_columns.c: struct inspect_reach_size; inspect_reach_total; inspect_tlb */
extern const struct columns reach_columns, reach_total_columns, tlb_columns;
/* huge_columns.c: struct inspect_huge; inspect_huge_sum; inspect_huge_size; inspect_huge_total */
extern const struct columns huge_columns, huge_sum_columns, huge_size_columns, huge_total_columns;
/* folio_columns.c: struct inspect_folio; inspect_folio_sum */
extern const struct columns folio_columns, folio_sum_columns;
/* diff_columns.c: struct inspect_reading; inspect_page_change; inspect_mapping_change; inspect_diff, of sums and of processes */
extern const struct columns reading_columns, page_change_columns, mapping_change_columns, diff_columns, diff_readings_columns;

/* cow_columns.c: struct inspect_cow_row; inspect_relative; inspect_cow_total */
extern const struct columns cow_columns, relative_columns, cow_total_columns;
/* wss_columns.c: struct inspect_wss; inspect_wss_total */
extern const struct columns wss_columns, wss_total_columns;
/* lab_columns.c: struct inspect_lab; struct inspect_scene */
extern const struct columns lab_columns, scene_columns;

/* file_columns.c: struct inspect_file_run; inspect_file_mapping; inspect_file_total */
extern const struct columns file_columns, file_mapping_columns, file_total_columns;

/* Getters of one field, for tables of columns */
#define GET_FIELD(type, field, kind)					\
static void get_##field(const void *row, struct value *v)		\
{									\
	value__set(v, kind, (uint64_t)((const struct type *)row)->field); \
}

#define BOTH	(COLUMN_TEXT | COLUMN_JSON)
#define JSON	COLUMN_JSON

#endif
