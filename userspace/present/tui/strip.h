/* SPDX-License-Identifier: GPL-2.0 */
/* The whole address space of a process, left to right, in one line. */
#ifndef PGWALK_TUI_STRIP_H
#define PGWALK_TUI_STRIP_H

#include "../../snapshot.h"
#include "paint.h"

/** STRIP_ZOOM_MAX - twice as near, so often */
#define STRIP_ZOOM_MAX	24

/**
 * struct strip - what part of it is seen
 * @zoom: how often it was made twice as near; 0: all of it
 * @start: of the mapping that is looked at; it is in the middle, if zoomed
 * @end: the first address behind it; 0: none is
 */
struct strip {
	unsigned int zoom;
	uint64_t start;
	uint64_t end;
};

void strip__zoom(struct strip *strip, int step);
void strip__draw(const struct strip *strip, const struct paint *p, int y,
		 const struct snapshot *s);
void strip__legend(const struct paint *p, int y);

#endif
