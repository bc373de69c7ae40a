/* SPDX-License-Identifier: GPL-2.0 */
/* The memory of a target that its threads change, and what can be done to it. */
#ifndef PGWALK_TORTURE_AREA_H
#define PGWALK_TORTURE_AREA_H

#include <stdbool.h>
#include <stddef.h>

#define PAGE		4096UL
#define HUGE		(2UL << 20)
#define AREA_HUGES	4
#define AREA_BYTES	(AREA_HUGES * HUGE)

/**
 * struct area - reserved address space, a part of which is mapped
 * @start:	aligned to 2M; as much behind the area is kept free to move pages to
 * @shared:	of shared memory: it is not collapsed. (Where that fails, 6.12 leaks nodes of
 *		the page cache, which kmemleak would report as if they were ours.)
 */
struct area {
	char *start;
	bool shared;
};

/* The same address in each process that comes of the caller by fork */
bool area_map(struct area *area, bool shared);
/* At an address of that alignment, so much of it, nothing mapped; NULL: there is no room */
char *area_reserve(size_t bytes, size_t align);

/*
 * Faults that a hole or a missing permission answers with a signal are part of it: true if
 * there was none. area_catch() is for the whole process.
 */
void area_catch(void);
bool area_touch(char *at);
bool area_look(const char *at);
void area_touch_all(char *from, char *to);

/* One change of some page or some 2M; it counts itself */
void area_change(const struct area *area);

#endif
