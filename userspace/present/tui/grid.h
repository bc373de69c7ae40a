/* SPDX-License-Identifier: GPL-2.0 */
/* Rows and columns on the screen: which fit, in which order, where the cursor is. */
#ifndef PGWALK_TUI_GRID_H
#define PGWALK_TUI_GRID_H

#include "list.h"
#include "row.h"

#define GRID_COLUMNS	32

/**
 * struct grid - a table one can move in
 * @column: as many of these as fit, from the left; the last one in what room is left, if it
 *	has no width of its own: then it is always there
 * @count: how many
 * @sort: the column it is sorted by
 * @reverse: the other way round than is usual for the column
 * @shift: columns behind the first two that are left out, to see those further right
 * @list: where one is
 * @kept: the next two are of the row that the cursor is to stay with
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
		const char *const *titles);
int grid__sort_by(struct grid *g, const char *word);
bool grid__key(struct grid *g, int key);
int grid__order(const struct grid *g, struct row *row, size_t count);
void grid__keep(struct grid *g, const struct row *row);
void grid__find(struct grid *g, const struct row *row, size_t count);
void grid__draw(const struct grid *g, const struct paint *p, int y,
		const struct row *row);

#endif
