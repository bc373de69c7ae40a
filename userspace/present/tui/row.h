/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A row of any of the screens. */
#ifndef PGWALK_TUI_ROW_H
#define PGWALK_TUI_ROW_H

#include "../fault_columns.h"
#include "paint.h"

/** ROW_NO_CLASS - a row for all classes */
#define ROW_NO_CLASS	UINT32_MAX

/**
 * struct row - subject of a row
 * @base: for the columns shared with batch and JSON; must be first
 * @paint: for bars
 * @class: enum pgwalk_fault_class, or ROW_NO_CLASS
 * @id: identifies the row with @class, also in the next interval
 * @text: of the system: description of the count
 * @number: of the system: the count
 */
struct row {
	struct fault_row base;
	const struct paint *paint;
	uint32_t class;
	uint64_t id;
	const char *text;
	uint64_t number;
};

/* Cells of a histogram in one line, one per power of two from 256 ns on */
#define ROW_HISTOGRAM	24
#define ROW_HISTOGRAM_TITLE	"   1us       1ms      1s"

const struct column *row__column(const struct columns *columns,
				 const char *title);
bool row__matches(const struct row *row, const char *text);
enum style row__class_style(uint32_t class);
char *row__histogram(const struct paint *p,
		     const struct snapshot_latency *latency, char *buf,
		     size_t size);
const char *row__short_name(const char *name);

#endif
