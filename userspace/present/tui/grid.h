/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A table on the screen: visible columns, sort order, cursor. */
#ifndef PGWALK_TUI_GRID_H
#define PGWALK_TUI_GRID_H

#include "list.h"
#include "row.h"

#define GRID_COLUMNS	40

/**
 * struct grid - a table with a cursor
 * @column: columns; as many as fit are shown; a last one without a width takes the
 *	rest of the line, and is always shown
 * @count: number of @column
 * @sort: index of the sort column
 * @reverse: reverse of the usual order of the column
 * @shift: columns after the first two that are skipped, to show columns further right
 * @list: cursor and visible rows
 * @kept: @id and @class identify the row that the cursor stays on
 * @id: see struct row
 * @class: see struct row
 */
struct grid {
	const struct column *column[GRID_COLUMNS];
	size_t count;
	size_t sort;
	bool reverse;
	size_t shift;
	struct list list;
	bool kept;
	uint64_t id;
	uint32_t class;
};

void grid__init(struct grid *g, const struct columns *columns,
		const char *const *titles, unsigned int memory);
void grid__select(struct grid *g, const struct columns *columns,
		  const char *const *titles, unsigned int memory);
int grid__sort_by(struct grid *g, const char *word);
bool grid__key(struct grid *g, int key);
int grid__order(const struct grid *g, struct row *row, size_t count);
void grid__keep(struct grid *g, const struct row *row);
void grid__find(struct grid *g, const struct row *row, size_t count);
void grid__draw(const struct grid *g, const struct paint *p, int y,
		const struct row *row);

#endif
