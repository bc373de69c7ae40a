/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Maps an address space to a line of cells. */
#ifndef PGWALK_TUI_ADDRESS_CELLS_H
#define PGWALK_TUI_ADDRESS_CELLS_H

#include "address_bar.h"

#define ADDRESS_CELLS_MAX	512

/**
 * struct address_cell - content of one cell
 * @gap: unmapped addresses only
 * @known: the counts of bytes below are known
 * @mapped: bytes of mappings
 * @resident: bytes present
 * @huge: bytes in leaves of 2M or 1G, part of @resident
 * @giant: bytes in leaves of 1G, part of @huge
 * @swapped: bytes swapped out
 * @faulting: the middle of a region with faults in this interval is in the cell
 * @hot: a part of such a region is in the cell
 * @selected: a part of the selected mapping is in the cell
 * @name: mapping with the largest part of the cell; NULL in a gap
 * @most: length of that part
 */
struct address_cell {
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

int address_cells__make(const struct address_bar *bar, const struct snapshot *s,
			struct address_cell *cell, int width);

#endif
