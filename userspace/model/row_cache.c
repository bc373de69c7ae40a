// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* A direct-mapped cache of the rows of recent keys. */
#include <string.h>

#include "index.h"
#include "row_cache.h"

/* Return the slot of a key and the key without its class: a row has all classes of a mapping */
static unsigned int slot_of(const struct pgwalk_fault_key *key,
			    struct pgwalk_fault_key *plain)
{
	*plain = *key;
	plain->class = 0;
	return index__hash((const uint64_t *)plain, sizeof(*plain) / 8) % ROW_CACHE_SIZE;
}

/**
 * row_cache__find - find the row of a mapping
 * @m: the cache
 * @key: the mapping
 * @rows: all rows
 *
 * Return: its index; 0: not in the cache, or the row was evicted.
 */
unsigned int row_cache__find(const struct row_cache *m,
			     const struct pgwalk_fault_key *key,
			     const struct mapping *rows)
{
	struct pgwalk_fault_key plain;
	const struct row_cache_entry *entry = &m->entry[slot_of(key, &plain)];

	if (!entry->generation || entry->generation != rows[entry->row].generation ||
	    memcmp(&entry->key, &plain, sizeof(plain)))
		return 0;
	return entry->row;
}

/**
 * row_cache__set - set the row of a mapping
 * @m: the cache
 * @key: the mapping
 * @row: index of the row
 * @generation: @generation of the row
 */
void row_cache__set(struct row_cache *m, const struct pgwalk_fault_key *key,
		    unsigned int row, uint32_t generation)
{
	struct pgwalk_fault_key plain;
	struct row_cache_entry *entry = &m->entry[slot_of(key, &plain)];

	*entry = (struct row_cache_entry) { plain, row, generation };
}
