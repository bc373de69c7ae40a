// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Names, matching, colours and histograms of rows. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../names/names.h"
#include "row.h"

/* The first cell of a histogram ends at 1 << HISTOGRAM_SHIFT ns */
#define HISTOGRAM_SHIFT	8

/**
 * row__short_name - shorten the name of a mapping
 * @name: name of a mapping; may be NULL
 *
 * Return: the last component of a path; else @name.
 */
const char *row__short_name(const char *name)
{
	const char *slash;

	if (!name)
		return "";
	slash = name[0] == '/' ? strrchr(name, '/') : NULL;
	return slash && slash[1] ? slash + 1 : name;
}

static bool has(const char *in, const char *text)
{
	return in && strcasestr(in, text);
}

/**
 * row__matches - test if a row matches a text
 * @row: the row
 * @text: a part of a name or of a class, in upper or lower case
 *
 * Return: true if it matches.
 */
bool row__matches(const struct row *row, const char *text)
{
	const struct fault_row *r = &row->base;
	char addr[24];
	size_t i;

	if (row->class != ROW_NO_CLASS && has(names__class(row->class), text))
		return true;
	if ((r->mapping && has(r->mapping->name, text)) ||
	    (r->task && has(r->task->comm, text)) ||
	    has(row->text, text) || has(r->label, text))
		return true;
	for (i = 0; r->stack && i < r->stack->nr_frames; i++)
		if (has(r->stack->frame[i].name, text) ||
		    has(r->stack->frame[i].module, text))
			return true;
	snprintf(addr, sizeof(addr), "%llx", (unsigned long long)row->id);
	return (r->page || r->mapping) && has(addr, text);
}

/**
 * row__class_style - return the style of a class
 * @class: enum pgwalk_fault_class
 *
 * Return: a style; the name has the same information.
 */
enum style row__class_style(uint32_t class)
{
	switch (class) {
	case PGWALK_FAULT_ANON_ZERO:
	case PGWALK_FAULT_ANON_NEW:
	case PGWALK_FAULT_SHMEM:
		return STYLE_ANON;
	case PGWALK_FAULT_THP_NEW:
	case PGWALK_FAULT_HUGETLB:
		return STYLE_HUGE;
	case PGWALK_FAULT_FILE_CACHED:
	case PGWALK_FAULT_SHARED_WRITE:
		return STYLE_FILE;
	case PGWALK_FAULT_COW_COPY:
	case PGWALK_FAULT_COW_REUSE:
	case PGWALK_FAULT_FILE_COW:
		return STYLE_COPY;
	case PGWALK_FAULT_SWAP_CACHED:
		return STYLE_SWAP;
	case PGWALK_FAULT_FILE_READ:
	case PGWALK_FAULT_SWAP_READ:
	case PGWALK_FAULT_UNATTRIBUTED:
		return STYLE_WARNING;
	case PGWALK_FAULT_SEGV_MAP:
	case PGWALK_FAULT_SEGV_ACCESS:
	case PGWALK_FAULT_SIGBUS:
	case PGWALK_FAULT_OOM:
		return STYLE_BAD;
	}
	return STYLE_PLAIN;
}

/**
 * row__histogram - format latencies as bars, a cell per power of two
 * @p: the screen to paint on
 * @latency: the histogram
 * @buf: filled in
 * @size: size of @buf, at least 3 * ROW_HISTOGRAM + 1
 *
 * The first cell has all below 256 ns, the last all above 1 s. Heights are
 * logarithmic, so that one slow fault among a million is visible.
 *
 * Return: @buf.
 */
char *row__histogram(const struct paint *p,
		     const struct snapshot_latency *latency, char *buf,
		     size_t size)
{
	double cell[ROW_HISTOGRAM] = { 0 };
	unsigned int b, i;

	for (b = 0; latency->bucket && b < PGWALK_HIST_BUCKETS; b++) {
		/* bucket b is in the power of two b / 4 + 1; below 4 ns all are in the first cell */
		int at = (int)(b / 4) + 2 - HISTOGRAM_SHIFT;

		at = at < 0 ? 0 : at;
		at = at >= ROW_HISTOGRAM ? ROW_HISTOGRAM - 1 : at;
		cell[at] += (double)latency->bucket[b];
	}
	for (i = 0; i < ROW_HISTOGRAM; i++)
		cell[i] = log1p(cell[i]);
	return paint__bars(p, buf, size, cell, ROW_HISTOGRAM);
}
