/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A row of any of pgtop's tables, and cells that several tables have. */
#ifndef PGWALK_PRESENT_FAULT_ROW_H
#define PGWALK_PRESENT_FAULT_ROW_H

#include "../snapshot.h"
#include "column.h"

/**
 * struct fault_row - subject of one row; fields that do not apply are NULL
 * @snapshot: the interval
 * @mapping: in rows of mappings and of their classes
 * @class: one class of @mapping, @task or all; NULL: all classes
 * @task: a thread or a process
 * @page: a page of the traced mapping
 * @stack: a call stack
 * @faults: faults of the row; not for pages and stacks
 * @label: text of a row without any of these
 * @single: row of a class without a row of its mapping above; it shows the
 *	properties of the mapping, too
 */
struct fault_row {
	const struct snapshot *snapshot;
	const struct snapshot_mapping *mapping;
	const struct snapshot_class *class;
	const struct snapshot_task *task;
	const struct snapshot_page *page;
	const struct snapshot_stack *stack;
	const struct snapshot_faults *faults;
	const char *label;
	bool single;
};

/* Outputs of a column, besides COLUMN_TEXT */
#define FAULT_ROW_SCREEN	(1U << COLUMN_OWN)		/* on the full screen */
#define FAULT_ROW_MAPPING	(1U << (COLUMN_OWN + 1))	/* JSON: of a mapping */
#define FAULT_ROW_CLASS		(1U << (COLUMN_OWN + 2))	/* JSON: of a class */
#define FAULT_ROW_TOTAL		(1U << (COLUMN_OWN + 3))	/* JSON: of the total */
#define FAULT_ROW_TASK		(1U << (COLUMN_OWN + 4))	/* JSON: of a thread or process */
#define FAULT_ROW_FAULTS	(FAULT_ROW_CLASS | FAULT_ROW_TOTAL | FAULT_ROW_TASK)

/* Counters of struct snapshot_faults that are columns */
#define FAULT_ROW_COUNTERS(X)						\
	X(count) X(major) X(missed_exit) X(missed_entry) X(read)	\
	X(write) X(exec) X(kernel) X(gup) X(retries) X(leaf_4k)		\
	X(leaf_2m) X(leaf_1g) X(retry_ns) X(around) X(thp_fallback)	\
	X(remote)
/* Figures of struct snapshot_latency, unknown without samples */
#define FAULT_ROW_LATENCIES(X)						\
	X(p50_ns) X(p90_ns) X(p99_ns) X(max_ns) X(sum_ns)

#define FAULT_ROW_DECLARE(field)					\
	void fault_row__##field(const void *row, struct value *v);
FAULT_ROW_COUNTERS(FAULT_ROW_DECLARE)
FAULT_ROW_LATENCIES(FAULT_ROW_DECLARE)
#undef FAULT_ROW_DECLARE

void fault_row__minor(const void *row, struct value *v);
void fault_row__rate(const void *row, struct value *v);
void fault_row__major_rate(const void *row, struct value *v);
void fault_row__time(const void *row, struct value *v);
void fault_row__time_share(const void *row, struct value *v);
void fault_row__share(const void *row, struct value *v);
void fault_row__samples(const void *row, struct value *v);
void fault_row__histogram(const void *row, struct value *v);
void fault_row__class(const void *row, struct value *v);
void fault_row__append_remote(struct value *v, uint64_t remote);

#endif
