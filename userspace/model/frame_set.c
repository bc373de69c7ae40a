// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A set of page frames: a bit for each frame, in blocks that are allocated when their first frame is
 * added. The memory is bounded by that of the machine: 32 MB for each TB.
 */
#include <errno.h>
#include <stdlib.h>

#include "frame_set.h"

#define WORD_BITS	64
#define BLOCK_WORDS	512
#define BLOCK_FRAMES	((uint64_t)BLOCK_WORDS * WORD_BITS)
/* Physical addresses have at most 52 bits, frames 40 */
#define FRAMES_MAX	(1ULL << 40)

/**
 * struct frame_set - blocks of frames
 * @block: blocks by their first frame; NULL: without a frame
 * @room: number of @block
 */
struct frame_set {
	uint64_t **block;
	uint64_t room;
};

/** frame_set__create - create an empty set; NULL: no memory */
struct frame_set *frame_set__create(void)
{
	return calloc(1, sizeof(struct frame_set));
}

/** frame_set__destroy - free a set; NULL is fine */
void frame_set__destroy(struct frame_set *set)
{
	uint64_t i;

	if (!set)
		return;
	for (i = 0; i < set->room; i++)
		free(set->block[i]);
	free(set->block);
	free(set);
}

/* Return the block of a frame, which is allocated if necessary; NULL: no memory */
static uint64_t *block_of(struct frame_set *set, uint64_t pfn)
{
	const uint64_t index = pfn / BLOCK_FRAMES;

	if (index >= set->room) {
		const uint64_t room = index + 64;
		uint64_t **block = reallocarray(set->block, room, sizeof(void *));

		if (!block)
			return NULL;
		while (set->room < room)
			block[set->room++] = NULL;
		set->block = block;
	}
	if (!set->block[index])
		set->block[index] = calloc(BLOCK_WORDS, sizeof(uint64_t));
	return set->block[index];
}

/**
 * frame_set__add - add consecutive frames
 * @set: the set
 * @pfn: first frame
 * @nr: number of frames
 *
 * Return: number of frames that were not in the set; -ENOMEM; -EPROTO: no frame has such a number.
 */
int64_t frame_set__add(struct frame_set *set, uint64_t pfn, uint64_t nr)
{
	const uint64_t end = pfn + nr;
	int64_t added = 0;

	if (pfn >= FRAMES_MAX || nr > FRAMES_MAX - pfn)
		return -EPROTO;
	while (pfn < end) {
		const unsigned int first = pfn % WORD_BITS;
		const uint64_t left = end - pfn;
		const unsigned int bits = left < WORD_BITS - first ? (unsigned int)left : WORD_BITS - first;
		const uint64_t mask = (bits == WORD_BITS ? ~0ULL : (1ULL << bits) - 1) << first;
		uint64_t *block = block_of(set, pfn), *word;

		if (!block)
			return -ENOMEM;
		word = &block[pfn % BLOCK_FRAMES / WORD_BITS];
		added += __builtin_popcountll(mask & ~*word);
		*word |= mask;
		pfn += bits;
	}
	return added;
}
