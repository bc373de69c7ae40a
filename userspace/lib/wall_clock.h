/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Times of day as text. */
#ifndef PGWALK_LIB_WALL_CLOCK_H
#define PGWALK_LIB_WALL_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/** WALL_CLOCK_MAX - size of the longest text, with its NUL */
#define WALL_CLOCK_MAX	48

enum wall_clock_form {
	WALL_CLOCK_TIME,	/* 23:59:58+01:00 */
	WALL_CLOCK_DATE,	/* with the date */
	WALL_CLOCK_MS,		/* with the date and milliseconds */
};

char *wall_clock__format(char *buf, size_t size, uint64_t ns, enum wall_clock_form form);

#endif
