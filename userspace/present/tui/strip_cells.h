/* SPDX-License-Identifier: GPL-2.0 */
/* An address space, pressed into a line of cells. */
#ifndef PGWALK_TUI_STRIP_CELLS_H
#define PGWALK_TUI_STRIP_CELLS_H

#include "strip.h"

#define STRIP_CELLS_MAX	512

/**
 * struct strip_cell - what is in one cell
 * @gap: nothing but address space that nobody uses
 * @known: the bytes below were counted
 * @mapped: bytes of mappings
 * @resident: of these, present
 * @huge: of these, in leaves of 2M or 1G
 * @giant: of these, in leaves of 1G
 * @swapped: bytes swapped out
 * @faulting: a region that faulted in this interval has its middle here
 * @hot: some of such a region is here
 * @selected: some of the mapping that is looked at is here
 * @name: of the mapping that has most of the cell; NULL in a gap
 * @most: how much of it
 */
struct strip_cell {
	bool gap;
	bool known;
	double mapped;
	double resident;
	double huge;
	double giant;
	double swapped;
	bool faulting;
	bool hot;
	bool selected;
	const char *name;
	double most;
};

int strip_cells__make(const struct strip *strip, const struct snapshot *s,
		      struct strip_cell *cell, int width);

#endif
