/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The address space of a process in one line, from low to high addresses. */
#ifndef PGWALK_TUI_ADDRESS_BAR_H
#define PGWALK_TUI_ADDRESS_BAR_H

#include "../../snapshot.h"
#include "paint.h"

/** ADDRESS_BAR_ZOOM_MAX - limit of zoom steps; each step doubles the scale */
#define ADDRESS_BAR_ZOOM_MAX	24

/**
 * struct address_bar - the visible part of the address space
 * @zoom: number of zoom steps; 0: all of it
 * @start: first address of the selected mapping, which is in the middle if zoomed
 * @end: first address after it; 0: no mapping is selected
 */
struct address_bar {
	unsigned int zoom;
	uint64_t start;
	uint64_t end;
};

void address_bar__zoom(struct address_bar *bar, int step);
void address_bar__draw(const struct address_bar *bar, const struct paint *p, int y,
		       const struct snapshot *s);
void address_bar__legend(const struct paint *p, int y);

#endif
