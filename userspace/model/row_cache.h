/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A cache of the rows of recent keys. */
#ifndef PGWALK_MODEL_ROW_CACHE_H
#define PGWALK_MODEL_ROW_CACHE_H

#include "mapping.h"

/** ROW_CACHE_SIZE - size of the cache */
#define ROW_CACHE_SIZE	8192

/**
 * struct row_cache - direct-mapped cache by the hash of the key
 * @key: with class 0
 * @row: index of the row
 * @generation: @generation of the row, to detect reuse of the index; 0: unused
 *
 * All zeroes: an empty cache.
 */
struct row_cache {
	struct row_cache_entry {
		struct pgwalk_fault_key key;
		uint32_t row;
		uint32_t generation;
	} entry[ROW_CACHE_SIZE];
};

unsigned int row_cache__find(const struct row_cache *m,
			     const struct pgwalk_fault_key *key,
			     const struct mapping *rows);
void row_cache__set(struct row_cache *m, const struct pgwalk_fault_key *key,
		    unsigned int row, uint32_t generation);

#endif
