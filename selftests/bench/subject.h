/* SPDX-License-Identifier: GPL-2.0 */
/* The processes that are looked at. They must do nothing while they are. */
#ifndef PGWALK_BENCH_SUBJECT_H
#define PGWALK_BENCH_SUBJECT_H

#include <stdbool.h>
#include <sys/types.h>

#define SUBJECT_PAGE	4096UL

/**
 * enum subject_layout - what there is in the range
 *
 * @SUBJECT_ROW:	4K pages, touched one after another: most frames follow each other
 * @SUBJECT_SCATTERED:	4K pages, touched in a random order: hardly any two do
 * @SUBJECT_HUGE:	transparent huge pages
 * @SUBJECT_SPARSE:	a reservation, nothing present
 * @SUBJECT_SHARED:	one page, mapped by so many processes as there are pages told
 */
enum subject_layout {
	SUBJECT_ROW,
	SUBJECT_SCATTERED,
	SUBJECT_HUGE,
	SUBJECT_SPARSE,
	SUBJECT_SHARED,
};

/**
 * struct subject - such a process, and what it is looked at with
 * @pid:	of the process
 * @start:	of the range
 * @pages:	of 4K in the range; processes that map its one page if it is shared
 * @device:	/dev/pgwalk, attached to it
 * @pagemap:	its /proc/PID/pagemap
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

/* Memory for @pages 4K pages, huge or never huge, untouched; NULL: there is none */
char *subject_map(unsigned long pages, bool huge);

#endif
