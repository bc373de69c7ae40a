// SPDX-License-Identifier: GPL-2.0
/* Which row a mapping was given: to be found at once the next time. It searches nothing. */
#include <string.h>

#include "index.h"
#include "memo.h"

/* Classes of one mapping are in one row */
static unsigned int place(const struct pgwalk_fault_key *key,
			  struct pgwalk_fault_key *same)
{
	*same = *key;
	same->class = 0;
	return index__hash((const uint64_t *)same, sizeof(*same) / 8) % MEMOS;
}

/**
 * memos__find - the row that a mapping was given the last time
 * @m: the memos
 * @key: the mapping
 * @rows: all rows
 *
 * Return: its index; 0: it is not known, or gone.
 */
unsigned int memos__find(const struct memos *m,
			 const struct pgwalk_fault_key *key,
			 const struct mapping *rows)
{
	struct pgwalk_fault_key same;
	const struct memo *memo = &m->memo[place(key, &same)];

	if (!memo->born || memo->born != rows[memo->row].born ||
	    memcmp(&memo->key, &same, sizeof(same)))
		return 0;
	return memo->row;
}

/**
 * memos__keep - remember the row that a mapping was given
 * @m: the memos
 * @key: the mapping
 * @row: the index of the row
 * @born: as in the row
 */
void memos__keep(struct memos *m, const struct pgwalk_fault_key *key,
		 unsigned int row, uint32_t born)
{
	struct pgwalk_fault_key same;
	struct memo *memo = &m->memo[place(key, &same)];

	*memo = (struct memo) { same, row, born };
}
