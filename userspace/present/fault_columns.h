/* SPDX-License-Identifier: GPL-2.0 */
/* The tables of pgtop: every row of them is a struct line. */
#ifndef PGWALK_PRESENT_FAULT_COLUMNS_H
#define PGWALK_PRESENT_FAULT_COLUMNS_H

#include "line.h"

/* Mappings and their classes: @mapping, @class, or @label for the sums */
extern const struct columns fault_columns;
/* Classes of all mappings or processes: @class */
extern const struct columns class_columns;
/* Threads or processes: @task */
extern const struct columns who_columns;
/* Pages of the mapping that is being looked into: @page */
extern const struct columns page_columns;
/* Call stacks: @stack */
extern const struct columns stack_columns;

/*
 * The column of a table that a person means with a word: a key or a title, in
 * upper or lower case; NULL: there is none to order by.
 */
const struct column *fault_columns__find(const struct columns *columns,
					 const char *word);
/* Orders rows by a column: numbers from the largest, names and addresses from the first */
int fault_columns__compare(const struct column *c, const void *a,
			   const void *b);

#endif
