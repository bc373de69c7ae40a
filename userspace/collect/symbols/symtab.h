/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A table of named address ranges, searched by address. */
#ifndef PGWALK_COLLECT_SYMTAB_H
#define PGWALK_COLLECT_SYMTAB_H

#include <stddef.h>
#include <stdint.h>

struct symtab;

/**
 * struct symbol_range - the range of a name
 * @start: first address
 * @size: size in bytes, limited to 4 GiB - 1
 * @rank: of overlapping ranges, the highest rank is found; with equal ranks the last that begins.
 *	SYMBOL_RANK_LABEL: the range ends where the next one begins
 * @preference: of equal @start and @rank, the highest is found
 */
struct symbol_range {
	uint64_t start;
	uint64_t size;
	uint32_t rank;
	uint32_t preference;
};

#define SYMBOL_RANK_LABEL	0

int symtab__create(struct symtab **out);
void symtab__destroy(struct symtab *t);

int symtab__add(struct symtab *t, const struct symbol_range *range,
		const char *name, size_t len);
void symtab__sort(struct symtab *t);
const char *symtab__find(const struct symtab *t, uint64_t addr,
			 uint64_t *start);
size_t symtab__bytes(const struct symtab *t);

#endif
