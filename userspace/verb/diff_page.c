// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Writes the page of pgwalk diff --html, in bounded memory: rows stream, and pictures have bounded numbers of parts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../collect/record/page_stream.h"
#include "../model/change_cells.h"
#include "../model/largest_changes.h"
#include "../model/page_run.h"
#include "../model/space.h"
#include "../present/html/html.h"
#include "diff_page.h"
#include "page_file.h"
#include "run.h"

/* So many rows of each table bound the size of a page to less than 5 MB */
#define ROWS		16384
#define FLUSH_ROWS	256

/**
 * struct diff_page - the page
 * @run: the run
 * @file: its file
 * @html: the page
 * @space: both readings
 * @changed: ranges with changes
 * @largest: mappings with the most changes
 * @rows: rows of the current table
 * @page: the rest of the page
 */
struct diff_page {
	struct run *run;
	struct page_file file;
	struct html html;
	struct space *space[2];
	struct change_cells changed;
	struct largest_changes largest;
	uint64_t rows;
	struct inspect_diff_page page;
};

/**
 * diff_page__create - begin the file of a page
 * @out: set to the page; NULL without memory
 * @run: the run, with the path in its options
 *
 * Return: 0 or -1.
 */
int diff_page__create(struct diff_page **out, struct run *run)
{
	struct diff_page *p = calloc(1, sizeof(*p));

	*out = p;
	if (!p)
		return run__fail(run, -ENOMEM);
	p->run = run;
	p->space[0] = space__create(true);
	p->space[1] = space__create(true);
	if (!p->space[0] || !p->space[1])
		return run__fail(run, -ENOMEM);
	return page_file__begin(&p->file, run, run->options->html);
}

/**
 * diff_page__destroy - end the file, and free a page
 * @p: the page; NULL is fine
 * @err: 0, or -1 if the page is not complete: an earlier file stays
 *
 * Return: 0 or -1.
 */
int diff_page__destroy(struct diff_page *p, int err)
{
	if (!p)
		return err;
	html__destroy(&p->html);
	err = page_file__end(&p->file, err);
	space__destroy(p->space[0]);
	space__destroy(p->space[1]);
	free(p);
	return err;
}

/* Begin the part of a mapping between two addresses. Return whether there is one */
static bool begin_mapping(struct space *space, const struct pgwalk_vma *vma, uint64_t first, uint64_t until)
{
	struct pgwalk_vma part = *vma;

	if (part.start < first)
		part.start = first;
	if (part.end > until)
		part.end = until;
	if (part.start >= part.end)
		return false;
	space__begin(space, &part);
	return true;
}

static void add_pages(struct space *space, const struct pgwalk_frame_run *run, uint64_t first, uint64_t until)
{
	struct pgwalk_frame_run part = *run;

	if (page_run__clip(&part, first, until))
		space__run(space, &part);
}

/**
 * diff_page__read - read the mappings and pages of a reading
 * @p: the page
 * @reading: 0 or 1
 * @path: its file
 * @diff: the range that is shown, and the first address that was not compared
 *
 * Return: 0 or -errno.
 */
int diff_page__read(struct diff_page *p, unsigned int reading, const char *path, const struct inspect_diff *diff)
{
	const uint64_t first = diff->range.start, until = diff->until < diff->range.end ? diff->until : diff->range.end;
	struct space *space = p->space[reading];
	const struct pgwalk_frame_run *run;
	const struct pgwalk_vma *vma;
	struct page_stream *stream;
	bool in_range = false;
	int got, err = page_stream__open(&stream, path);

	if (err)
		return err;
	while ((got = page_stream__next(stream, &vma, &run)) > 0) {
		if (vma && in_range)
			space__end(space);
		if (vma && vma->start >= until)
			break;
		if (vma)
			in_range = begin_mapping(space, vma, first, until);
		else if (in_range)
			add_pages(space, run, first, until);
	}
	if (got <= 0 && in_range)
		space__end(space);
	page_stream__close(stream);
	return 0;
}

/**
 * diff_page__begin_mappings - begin the page with the changed mappings
 * @p: the page
 * @diff: the readings
 */
void diff_page__begin_mappings(struct diff_page *p, const struct inspect_diff *diff)
{
	char title[160];

	snprintf(title, sizeof(title), diff->of[0].pid == diff->of[1].pid ? "Changes of %d %s" : "Changes from %d %s to %d %s",
		 diff->of[0].pid, diff->of[0].comm, diff->of[1].pid, diff->of[1].comm);
	html__begin(&p->html, p->run->report.out, p->run->options->svg, title);
	html__begin_changed_mappings(&p->html);
}

static int flush(struct diff_page *p)
{
	if (p->rows % FLUSH_ROWS)
		return 0;
	return page_file__flush(p->run, &p->html) || p->run->closed ? -1 : 0;
}

/** diff_page__mapping - write a changed mapping. Return 0, or -1 to stop */
int diff_page__mapping(void *page, const struct inspect_mapping_change *row)
{
	struct diff_page *p = page;

	largest_changes__add(&p->largest, row);
	if (p->rows == ROWS) {
		p->page.mappings_left_out++;
		return 0;
	}
	html__changed_mapping(&p->html, row);
	p->rows++;
	return flush(p);
}

/** diff_page__begin_pages - end the changed mappings, begin the changed pages */
void diff_page__begin_pages(struct diff_page *p)
{
	html__begin_changed_pages(&p->html);
	p->rows = 0;
}

/** diff_page__row - write a run of changed pages. Return 0, or -1 to stop */
int diff_page__row(void *page, const struct inspect_page_change *row)
{
	struct diff_page *p = page;

	change_cells__add(&p->changed, row->start, row->end);
	if (p->rows == ROWS) {
		p->page.pages_left_out++;
		return 0;
	}
	html__changed_page(&p->html, row);
	p->rows++;
	return flush(p);
}

/**
 * diff_page__end - end the page
 * @p: the page, after the changed pages
 * @diff: the readings and the total
 *
 * Return: 0 or -1.
 */
int diff_page__end(struct diff_page *p, const struct inspect_diff *diff)
{
	struct inspect_diff_page *page = &p->page;
	int err;

	page->made = page_file__time();
	page->diff = diff;
	space__take(p->space[0], &page->space[0]);
	space__take(p->space[1], &page->space[1]);
	page->changed = p->changed.range;
	page->nr_changed = p->changed.count;
	page->largest = p->largest.mapping;
	page->nr_largest = p->largest.count;
	err = html__end_diff(&p->html, page);
	return page_file__complete(p->run, err);
}
