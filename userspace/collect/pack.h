/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records without their zeroes, as streams keep them: a bit for each word of 8
 * bytes, then the words that are not 0. It knows no record, and does no I/O.
 */
#ifndef PGWALK_COLLECT_PACK_H
#define PGWALK_COLLECT_PACK_H

#include <stddef.h>
#include <stdint.h>

/** PACK_MASK - words that hold the bits of @words words */
#define PACK_MASK(words)	(((words) + 63) / 64)

/**
 * pack__words - leave out the zeroes
 * @to: room for PACK_MASK(@count) + @count words
 * @from: the words
 * @count: how many there are
 *
 * Return: how many words were written.
 */
static inline size_t pack__words(uint64_t *to, const uint64_t *from,
				 size_t count)
{
	size_t used = PACK_MASK(count), i;

	for (i = 0; i < used; i++)
		to[i] = 0;
	for (i = 0; i < count; i++) {
		if (!from[i])
			continue;
		to[i / 64] |= 1ULL << i % 64;
		to[used++] = from[i];
	}
	return used;
}

/**
 * pack__rest - how many words follow the bits
 * @mask: PACK_MASK(@count) words
 * @count: of the record
 *
 * Return: the number; SIZE_MAX: there are bits of words that the record has not.
 */
static inline size_t pack__rest(const uint64_t *mask, size_t count)
{
	size_t rest = 0, i;

	for (i = 0; i < PACK_MASK(count); i++)
		rest += (size_t)__builtin_popcountll(mask[i]);
	if (count % 64 && mask[count / 64] >> count % 64)
		return SIZE_MAX;
	return rest;
}

/**
 * pack__unpack - put the zeroes back
 * @to: room for @count words
 * @mask: the bits
 * @from: pack__rest() words
 * @count: of the record
 */
static inline void pack__unpack(uint64_t *to, const uint64_t *mask,
				const uint64_t *from, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		to[i] = mask[i / 64] >> i % 64 & 1 ? *from++ : 0;
}

#endif
