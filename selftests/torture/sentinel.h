/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that is held still: stopped, its memory locked, each of its pages known. It
 * has a twin by fork that shares them, so it is known who maps them, too.
 */
#ifndef PGWALK_TORTURE_SENTINEL_H
#define PGWALK_TORTURE_SENTINEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SENTINEL_PLACES	80

/**
 * struct place - a page of the sentinel
 * @kind:	enum pgwalk_kind; PGWALK_KIND_NONE: nothing was ever touched there
 * @shift:	of its leaf
 * @mappers:	entries that map it, in all processes; 0: not known
 * @word:	the first of its content; 0: not known
 * @pfn:	by pagemap; 0: it has none
 */
struct place {
	uint64_t addr, word, pfn;
	uint8_t kind, shift, mappers;
};

/**
 * struct sentinel - the process and what is known of it
 * @low:	the first address of its places
 * @high:	behind the last
 */
struct sentinel {
	pid_t pid, twin;
	unsigned int nr;
	uint64_t low, high;
	struct place place[SENTINEL_PLACES];
};

/* Both processes, stopped; NULL: it could not be done. Their frames are not known yet */
struct sentinel *sentinel_start(void);
/* Ask pagemap where the pages are */
bool sentinel_locate(struct sentinel *sentinel);
void sentinel_end(struct sentinel *sentinel);

#endif
