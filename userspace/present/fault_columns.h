/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The tables of pgtop; a row of a table is a struct fault_row. */
#ifndef PGWALK_PRESENT_FAULT_COLUMNS_H
#define PGWALK_PRESENT_FAULT_COLUMNS_H

#include "fault_row.h"

/* Mappings and their classes: @mapping, @class, or @label for the sums */
extern const struct columns fault_columns;
/* Memory of mappings and of processes: the columns that can be selected, by the keys of SNAPSHOT_MEMORY_COLUMNS */
extern const struct columns mapping_memory_columns, process_memory_columns;
/* Classes of all mappings or processes: @class */
extern const struct columns class_columns;
/* Threads or processes: @task */
extern const struct columns fault_task_columns;
/* Pages of the traced mapping: @page */
extern const struct columns page_columns;
/* The machine, the first column of a table if there are streams of several */
extern const struct column host_column;
/* Call stacks: @stack */
extern const struct columns stack_columns;

/* Return the column with a key or title, in upper or lower case; NULL: none to sort by */
void fault_columns__label(const void *row, struct value *v);
const struct columns *fault_columns__memory(const struct columns *columns);
unsigned int fault_columns__memory_bit(const struct column *c);
const struct column *fault_columns__find(const struct columns *columns,
					 const char *word);

#endif
