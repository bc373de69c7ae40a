/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for the module to write to, with nothing mapped behind it, and a look
 * afterwards at what was written to it. It must not know what should have been.
 * It is far from all else: a pointer of which a byte changes under a call leads
 * to nothing that the fuzzer needs.
 */
#ifndef PGWALK_FUZZ_ARENA_H
#define PGWALK_FUZZ_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "input.h"

#define ARENA_BYTES	12288
#define ARENA_FILL	0xC5

/**
 * struct arena - some pages, and none behind them
 * @base: ARENA_BYTES that can be written
 * @readonly: the same pages, that cannot
 * @before: what was in them before the call
 */
struct arena {
	unsigned char *base;
	const unsigned char *readonly;
	unsigned char *before;
};

/* What can be reached at an address */
struct arena_reach {
	size_t readable, writable;
};

int arena_create(struct arena *arena);
/* An address for so many bytes; not all are in the arena */
void *arena_place(const struct arena *arena, enum input_place place, size_t size);
struct arena_reach arena_reach(const struct arena *arena, const void *at);
/* Fills it, with zeroes or with ARENA_FILL */
void arena_fill(struct arena *arena, unsigned char with);
void arena_remember(struct arena *arena);
/* Is all as it was remembered, but size bytes from there on? */
bool arena_is_same(const struct arena *arena, const void *but, size_t size);

#endif
