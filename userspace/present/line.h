/* SPDX-License-Identifier: GPL-2.0 */
/* What a row of any of pgtop's tables is about, and the cells that several tables have. */
#ifndef PGWALK_PRESENT_LINE_H
#define PGWALK_PRESENT_LINE_H

#include "../snapshot.h"
#include "column.h"

/**
 * struct line - what one row of cells is about; what does not apply is NULL
 * @snapshot: the interval
 * @mapping: in the rows of mappings and of their classes
 * @class: one class of @mapping, @task or all; NULL: all of them
 * @task: a thread or a process
 * @page: a page of the mapping that is being looked into
 * @stack: where faults came from
 * @faults: those of the row; not of pages and stacks
 * @label: of a row that is about none of these
 * @alone: a row of a class that has no row of its mapping above: it tells of
 *	the mapping too
 */
struct line {
	const struct snapshot *snapshot;
	const struct snapshot_mapping *mapping;
	const struct snapshot_class *class;
	const struct snapshot_task *task;
	const struct snapshot_page *page;
	const struct snapshot_stack *stack;
	const struct snapshot_faults *faults;
	const char *label;
	bool alone;
};

/* Where a column stands, besides COLUMN_TEXT */
#define LINE_SCREEN	(1U << COLUMN_OWN)		/* on the full screen */
#define LINE_MAPPING	(1U << (COLUMN_OWN + 1))	/* JSON: of a mapping */
#define LINE_CLASS	(1U << (COLUMN_OWN + 2))	/* JSON: of a class */
#define LINE_TOTAL	(1U << (COLUMN_OWN + 3))	/* JSON: of the total */
#define LINE_TASK	(1U << (COLUMN_OWN + 4))	/* JSON: of a thread or process */
#define LINE_FAULTS	(LINE_CLASS | LINE_TOTAL | LINE_TASK)

/* Counters of struct snapshot_faults that are told as they are */
#define LINE_COUNTERS(X)						\
	X(count) X(major) X(missed_exit) X(missed_entry) X(read)	\
	X(write) X(exec) X(kernel) X(gup) X(retries) X(leaf_4k)		\
	X(leaf_2m) X(leaf_1g) X(retry_ns) X(around) X(thp_fallback)	\
	X(remote)
/* What is known of the latency, if any is */
#define LINE_LATENCIES(X)						\
	X(p50_ns) X(p90_ns) X(p99_ns) X(max_ns) X(sum_ns)

#define LINE_DECLARE(field)						\
	void line__##field(const void *row, struct value *v);
LINE_COUNTERS(LINE_DECLARE)
LINE_LATENCIES(LINE_DECLARE)
#undef LINE_DECLARE

void line__minor(const void *row, struct value *v);
void line__rate(const void *row, struct value *v);
void line__major_rate(const void *row, struct value *v);
void line__share(const void *row, struct value *v);
void line__samples(const void *row, struct value *v);
void line__histogram(const void *row, struct value *v);
void line__class(const void *row, struct value *v);
void line__others(struct value *v, uint64_t remote);

#endif
