/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Mappings that moved between two readings, as sources of a page_sweep; their pages are in a temporary file. */
#ifndef PGWALK_VERB_DIFF_MOVES_H
#define PGWALK_VERB_DIFF_MOVES_H

#include <stdio.h>

#include "../model/page_moves.h"
#include "../model/page_sweep.h"

/** MOVE_LIST_RUNS - runs that are read from the file at once */
#define MOVE_LIST_RUNS	64

/**
 * struct move_list - moves as a list of the sweep
 * @moves: the moves
 * @next: number of the next move
 * @spool: file of the runs of the moves; NULL: addresses in the first reading, without runs
 * @left: runs of the last move that were not passed on
 * @run: runs that were read
 * @nr_runs: number of @run
 * @used: number of @run that were passed on
 * @vma: the last move
 */
struct move_list {
	const struct page_moves *moves;
	unsigned int next;
	FILE *spool;
	uint64_t left;
	struct pgwalk_frame_run run[MOVE_LIST_RUNS];
	size_t nr_runs;
	size_t used;
	struct pgwalk_vma vma;
};

int move_list__next(void *ctx, const struct pgwalk_vma **vma, const struct pgwalk_frame_run **run);
int move_spool__write(FILE *spool, struct page_moves *moves, const struct page_segment *s, uint64_t *written);

#endif
