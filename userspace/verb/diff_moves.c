// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads and writes the pages of mappings that moved between two readings. */
#include <errno.h>

#include "../model/page_run.h"
#include "diff_moves.h"

static int next_run(struct move_list *l, const struct pgwalk_frame_run **run)
{
	if (l->used == l->nr_runs) {
		l->nr_runs = fread(l->run, sizeof(l->run[0]), l->left < MOVE_LIST_RUNS ? l->left : MOVE_LIST_RUNS, l->spool);
		l->used = 0;
		if (!l->nr_runs)
			return -EIO;
	}
	l->left--;
	*run = &l->run[l->used++];
	return 1;
}

/**
 * move_list__next - read the next move, or the next run of its pages; a source of a page_sweep
 * @ctx: the list
 * @vma: set to the move; NULL: to a run
 * @run: set to the run; NULL: to a move
 *
 * Return: 1; 0: there is no more; or -errno.
 */
int move_list__next(void *ctx, const struct pgwalk_vma **vma, const struct pgwalk_frame_run **run)
{
	struct move_list *l = ctx;
	const struct page_move *m;

	*vma = NULL;
	*run = NULL;
	if (l->left)
		return next_run(l, run);
	if (l->next == l->moves->nr_moves)
		return 0;
	m = &l->moves->move[l->spool ? l->moves->by_start[l->next] : l->next];
	l->next++;
	l->vma.start = l->spool ? m->start : m->from;
	l->vma.end = l->vma.start + m->bytes;
	l->vma.offset = m->from;
	l->vma.prot = m->prot;
	l->vma.name_len = 0;
	if (l->spool && m->runs) {
		if (fseeko(l->spool, (off_t)(m->first * sizeof(l->run[0])), SEEK_SET))
			return -errno;
		l->left = m->runs;
		l->nr_runs = 0;
		l->used = 0;
	}
	*vma = &l->vma;
	return 1;
}

/**
 * move_spool__write - write the pages of a segment of a move, at their address in the second reading
 * @spool: the file
 * @moves: the moves
 * @s: the segment; its second list are @moves at their addresses in the first reading
 * @written: number of runs in the file; changed
 *
 * Return: 0 or -EIO.
 */
int move_spool__write(FILE *spool, struct page_moves *moves, const struct page_segment *s, uint64_t *written)
{
	struct page_move *m = &moves->move[s->list[1]->serial - 1];
	struct pgwalk_frame_run run = *s->run[0];

	page_run__clip(&run, s->start, s->end);
	run.run.start += m->start - m->from;
	run.run.end += m->start - m->from;
	if (!m->runs++)
		m->first = *written;
	++*written;
	return fwrite(&run, sizeof(run), 1, spool) == 1 ? 0 : -EIO;
}
