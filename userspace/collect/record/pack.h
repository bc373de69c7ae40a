/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Compression of records in streams: zero words of 8 bytes are left out. A bitmap of the non-zero
 * words comes first.
 */
#ifndef PGWALK_COLLECT_PACK_H
#define PGWALK_COLLECT_PACK_H

#include <stddef.h>
#include <stdint.h>

/** PACK_MASK - size of the bitmap of @words words, in words */
#define PACK_MASK(words)	(((words) + 63) / 64)

/**
 * pack__words - leave out zero words
 * @to: room for PACK_MASK(@count) + @count words
 * @from: the words
 * @count: number of words
 *
 * Return: number of words written.
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
 * pack__rest - count the words after the bitmap
 * @mask: PACK_MASK(@count) words
 * @count: number of words of the record
 *
 * Return: the number; SIZE_MAX: the bitmap has bits beyond @count.
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
 * pack__unpack - restore zero words
 * @to: room for @count words
 * @mask: the bitmap
 * @from: pack__rest() words
 * @count: number of words of the record
 */
static inline void pack__unpack(uint64_t *to, const uint64_t *mask,
				const uint64_t *from, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		to[i] = mask[i / 64] >> i % 64 & 1 ? *from++ : 0;
}

#endif
