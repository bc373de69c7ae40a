/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Mappings that are at other addresses in a second reading of a process. */
#ifndef PGWALK_MODEL_PAGE_MOVES_H
#define PGWALK_MODEL_PAGE_MOVES_H

#include <stdbool.h>
#include <stdint.h>

#include "pgwalk.h"

/** PAGE_MOVES_MAX - limit of ranges of each reading that are searched for moves */
#define PAGE_MOVES_MAX		8192

/**
 * struct page_piece - a range that has no counterpart at its address in the other reading
 * @start: first address
 * @end: first address after the range
 * @offset: offset in the file; of anonymous memory in the kernel's numbering, which mremap() keeps
 * @ino: inode of the file
 * @dev: its device
 * @prot: PGWALK_PROT_*
 * @special: memory of the kernel, as [vdso]
 */
struct page_piece {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint64_t ino;
	uint64_t dev;
	uint8_t prot;
	bool special;
};

/**
 * struct page_move - a range that moved
 * @from: its address in the first reading
 * @start: its address in the second reading
 * @bytes: its size
 * @first: number of its first run in the spool
 * @runs: number of its runs
 * @prot: PGWALK_PROT_* in the first reading
 */
struct page_move {
	uint64_t from;
	uint64_t start;
	uint64_t bytes;
	uint64_t first;
	uint64_t runs;
	uint8_t prot;
};

/**
 * struct page_moves - the search
 * @piece: ranges of the first and of the second reading
 * @count: number of them
 * @room: number of elements of @piece
 * @dropped: ranges above the limit
 * @move: results, by @from
 * @by_start: their order by @start
 * @nr_moves: number of @move
 */
struct page_moves {
	struct page_piece *piece[2];
	unsigned int count[2];
	unsigned int room[2];
	uint64_t dropped;
	struct page_move *move;
	uint32_t *by_start;
	unsigned int nr_moves;
};

bool page_moves__is_like(const struct pgwalk_vma *a, const struct pgwalk_vma *b);
int page_moves__add(struct page_moves *m, unsigned int reading, const struct pgwalk_vma *vma, uint64_t start,
		    uint64_t end);
int page_moves__find(struct page_moves *m, uint64_t limit);
void page_moves__clear(struct page_moves *m);

#endif
