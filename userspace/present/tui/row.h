/* SPDX-License-Identifier: GPL-2.0 */
/* A row of any of the screens, and the columns that only a screen has. */
#ifndef PGWALK_TUI_ROW_H
#define PGWALK_TUI_ROW_H

#include "../fault_columns.h"
#include "paint.h"

/** ROW_NO_CLASS - a row about all classes */
#define ROW_NO_CLASS	UINT32_MAX

/**
 * struct row - what a row is about
 * @line: for the columns that batch and JSON have too; must be first
 * @paint: how bars can be drawn
 * @class: enum pgwalk_fault_class, or ROW_NO_CLASS
 * @id: with @class, tells it from all other rows, also in the next interval
 * @what: of the system: what was counted
 * @number: how often
 */
struct row {
	struct line line;
	const struct paint *paint;
	uint32_t class;
	uint64_t id;
	const char *what;
	uint64_t number;
};

/* Cells of a histogram that is drawn in one line: a power of two each, from 256 ns */
#define ROW_HISTOGRAM	24
#define ROW_HISTOGRAM_TITLE	"   1u        1m       1s"

const struct column *row__column(const struct columns *columns,
				 const char *title);
bool row__matches(const struct row *row, const char *text);
enum style row__class_style(uint32_t class);
char *row__histogram(const struct paint *p,
		     const struct snapshot_latency *latency, char *buf,
		     size_t size);
const char *row__short_name(const char *name);

#endif
