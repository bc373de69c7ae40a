/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The memory that the threads of a target change, and the changes. */
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
 * @start:	aligned to 2M; the same size after the area stays free as a target of moves
 * @shared:	shared memory, which is never collapsed: on 6.12 a failed collapse of shared
 *		memory leaks nodes of the page cache, which kmemleak would report here
 */
struct area {
	char *start;
	bool shared;
};

/* Map an area at the same address in each process that the caller forks */
bool area_map(struct area *area, bool shared);
/* Reserve address space of this size and alignment with nothing mapped; NULL: no room */
char *area_reserve(size_t bytes, size_t align);

/*
 * An access to a hole, or without permission, returns false instead of raising a signal.
 * area_catch() installs the handler for the whole process.
 */
void area_catch(void);
bool area_touch(char *at);
bool area_read(const char *at);
void area_touch_all(char *from, char *to);

/* Make one random change of a page or of 2M, and count it */
void area_change(const struct area *area);

#endif
