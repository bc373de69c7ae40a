/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The processes that are read. They are idle during that time. */
#ifndef PGWALK_BENCH_SUBJECT_H
#define PGWALK_BENCH_SUBJECT_H

#include <stdbool.h>
#include <sys/types.h>

#define SUBJECT_PAGE	4096UL

/**
 * enum subject_layout - the pages of the range
 *
 * @SUBJECT_ROW:	4K pages, touched in order: most frames are consecutive
 * @SUBJECT_SCATTERED:	4K pages, touched in a random order: few frames are consecutive
 * @SUBJECT_HUGE:	transparent huge pages
 * @SUBJECT_SPARSE:	a reservation without present pages
 * @SUBJECT_SHARED:	one page that @pages processes map
 * @SUBJECT_MAPPINGS:	a reservation of @pages mappings of one page each
 */
enum subject_layout {
	SUBJECT_ROW,
	SUBJECT_SCATTERED,
	SUBJECT_HUGE,
	SUBJECT_SPARSE,
	SUBJECT_SHARED,
	SUBJECT_MAPPINGS,
};

/**
 * struct subject - a process, and the files to read it with
 * @pid:	of the process
 * @start:	address of the range
 * @pages:	number of 4K pages in the range; of mapping processes if SUBJECT_SHARED
 * @device:	/dev/pgwalk, attached to the process
 * @pagemap:	/proc/PID/pagemap
 * @leash:	pipe; the process exits when it is closed
 */
struct subject {
	pid_t pid;
	unsigned long start;
	long pages;
	int device;
	int pagemap;
	int leash;
};

int subject_start(struct subject *s, enum subject_layout layout, long pages);
void subject_stop(struct subject *s);

/* Map @pages untouched 4K pages, always huge or never huge; return NULL on failure */
char *subject_map(unsigned long pages, bool huge);

#endif
