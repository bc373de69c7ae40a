/* SPDX-License-Identifier: GPL-2.0 */
/* Names of ranges of addresses, to be found by address. It knows no files. */
#ifndef PGWALK_COLLECT_SYMBOL_TABLE_H
#define PGWALK_COLLECT_SYMBOL_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct symbol_table;

/**
 * struct symbol_range - what a name stands for
 * @start: first address
 * @size: bytes; 4 GiB and more are cut off
 * @rank: where names overlap, the highest one is told; of like ones that which begins
 *	last; SYMBOL_RANK_LABEL: it ends where the next one begins
 * @taste: and of those that begin together, the highest again
 */
struct symbol_range {
	uint64_t start;
	uint64_t size;
	uint32_t rank;
	uint32_t taste;
};

#define SYMBOL_RANK_LABEL	0

int symbol_table__create(struct symbol_table **out);
void symbol_table__destroy(struct symbol_table *t);

int symbol_table__add(struct symbol_table *t, const struct symbol_range *range,
		      const char *name, size_t len);
void symbol_table__sort(struct symbol_table *t);
const char *symbol_table__find(const struct symbol_table *t, uint64_t addr,
			       uint64_t *start);
size_t symbol_table__bytes(const struct symbol_table *t);

#endif
