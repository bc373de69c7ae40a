/* SPDX-License-Identifier: GPL-2.0 */
/* Which row a mapping was given the last time. */
#ifndef PGWALK_MODEL_MEMO_H
#define PGWALK_MODEL_MEMO_H

#include "mapping.h"

/** MEMOS - mappings that are remembered */
#define MEMOS	8192

/**
 * struct memos - by the hash of the key, the latest only
 * @key: with class 0
 * @row: the index of its row
 * @born: as in the row, else another one has that index now; 0: no row
 *
 * All zeroes is an empty one.
 */
struct memos {
	struct memo {
		struct pgwalk_fault_key key;
		uint32_t row;
		uint32_t born;
	} memo[MEMOS];
};

unsigned int memos__find(const struct memos *m,
			 const struct pgwalk_fault_key *key,
			 const struct mapping *rows);
void memos__keep(struct memos *m, const struct pgwalk_fault_key *key,
		 unsigned int row, uint32_t born);

#endif
