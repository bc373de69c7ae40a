// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The list of all screens, the way between them, and the rows of the current one. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/i18n.h"
#include "view.h"

static const struct view *const views[VIEW_NR] = {
	[VIEW_MAPPINGS] = &mappings_view,
	[VIEW_LATENCY] = &classes_latency_view,
	[VIEW_GAIN] = &classes_gain_view,
	[VIEW_ACCESS] = &classes_access_view,
	[VIEW_THREADS] = &threads_view,
	[VIEW_STACKS] = &stacks_view,
	[VIEW_PLACES] = &places_view,
	[VIEW_SYSTEM] = &system_view,
	[VIEW_PROCESSES] = &processes_view,
	[VIEW_PAGES] = &pages_view,
	[VIEW_PAGE] = &page_view,
	[VIEW_HELP] = &help_view,
};

/* The order of Tab; unavailable screens are skipped */
static const enum view_id tabs[] = {
	VIEW_MAPPINGS, VIEW_PROCESSES, VIEW_LATENCY, VIEW_GAIN, VIEW_ACCESS,
	VIEW_THREADS, VIEW_STACKS, VIEW_SYSTEM,
};

#define NR_TABS	((int)(sizeof(tabs) / sizeof(tabs[0])))

/**
 * view__of - return the view of a screen
 * @id: the screen
 *
 * Return: a constant.
 */
const struct view *view__of(enum view_id id)
{
	return views[id];
}

/**
 * view__home - return the first screen
 * @t: the screen
 *
 * Return: the mappings of one process, or the processes.
 */
enum view_id view__home(const struct tui *t)
{
	return t->snapshot &&
	       t->snapshot->target->scope != SNAPSHOT_PROCESS ?
	       VIEW_PROCESSES : VIEW_MAPPINGS;
}

/* Threads and stacks cost CPU time, so Tab skips them unless they are recorded */
static bool is_available(const struct tui *t, enum view_id id)
{
	switch (id) {
	case VIEW_MAPPINGS:
	case VIEW_PROCESSES:
		return id == view__home(t);
	case VIEW_THREADS:
		return view__home(t) == VIEW_MAPPINGS &&
		       (t->command.by_thread || t->snapshot->by_thread);
	case VIEW_STACKS:
		return id == t->id || t->snapshot->has_stacks;
	default:
		return true;
	}
}

/**
 * view__next - return the screen that Tab leads to
 * @t: the screen
 * @id: current screen
 * @step: 1 or -1
 *
 * Return: another screen, or @id.
 */
enum view_id view__next(const struct tui *t, enum view_id id, int step)
{
	int at = 0, i;

	for (i = 0; i < NR_TABS; i++)
		if (tabs[i] == id)
			at = i;
	for (i = 0; i < NR_TABS; i++) {
		at = (at + step + NR_TABS) % NR_TABS;
		if (is_available(t, tabs[at]))
			return tabs[at];
	}
	return id;
}

/**
 * view__go - show another screen
 * @t: the screen
 * @id: the other screen
 */
void view__go(struct tui *t, enum view_id id)
{
	if (id == t->id)
		return;
	if (id == VIEW_HELP || id == VIEW_PAGE)
		t->pager.list = (struct list){ 0 };
	if (id == VIEW_HELP || id == VIEW_PAGES)
		t->back = t->id;
	/* a mapping is traced only while its pages are shown */
	if (id != VIEW_PAGES && id != VIEW_PAGE && id != VIEW_HELP) {
		t->command.trace_start = 0;
		t->command.trace_end = 0;
	}
	t->command.stacks = id == VIEW_STACKS || id == VIEW_PLACES;
	if (id != VIEW_STACKS && id != VIEW_PLACES && id != VIEW_HELP)
		t->of_mapping = false;
	t->id = id;
	t->stale = true;
}

/**
 * view__tabs - draw the line of screens
 * @t: the screen
 * @y: the line
 *
 * Return: 1, the number of lines.
 */
int view__tabs(struct tui *t, int y)
{
	const struct paint *p = &t->paint;
	int i, x = 0;

	for (i = 0; i < NR_TABS; i++) {
		if (!is_available(t, tabs[i]))
			continue;
		x += paint__format(p, y, x, p->width - x,
				   tabs[i] == t->id ? STYLE_KEY : STYLE_DIM,
				   tabs[i] == t->id ? "[%s]" : " %s ",
				   _(views[tabs[i]]->name));
	}
	return 1;
}

/**
 * view__add - add a row
 * @t: the screen
 * @faults: faults of the row; may be NULL
 * @id: see struct row
 * @class: see struct row
 *
 * Return: the row, with the other fields 0; NULL: no memory.
 */
struct row *view__add(struct tui *t, const struct snapshot_faults *faults,
		      uint64_t id, uint32_t class)
{
	struct row *row;

	if (t->nr_rows == t->room) {
		size_t room = t->room ? 2 * t->room : 256;

		row = realloc(t->row, room * sizeof(*row));
		if (!row)
			return NULL;
		t->row = row;
		t->room = room;
	}
	row = &t->row[t->nr_rows++];
	*row = (struct row){ .paint = &t->paint, .id = id, .class = class };
	row->base.snapshot = t->snapshot;
	row->base.faults = faults;
	return row;
}

static void filter(struct tui *t)
{
	size_t i, kept = 0;

	for (i = 0; i < t->nr_rows; i++)
		if (!t->filter[0] || row__matches(&t->row[i], t->filter))
			t->row[kept++] = t->row[i];
	t->nr_rows = kept;
}

/* Sort and filter rows; the first row of each mapping shows its properties */
static int finish_rows(struct tui *t)
{
	const struct snapshot *s = t->snapshot;
	bool *has_row = calloc(s->nr_mappings + 1, sizeof(*has_row));
	size_t i;

	if (!has_row)
		return -ENOMEM;
	for (i = 0; i < t->nr_rows; i++) {
		struct fault_row *row = &t->row[i].base;
		size_t at;

		if (!row->mapping)
			continue;
		at = (size_t)(row->mapping - s->mapping);
		row->single = !has_row[at];
		has_row[at] = true;
	}
	free(has_row);
	return 0;
}

/**
 * view__rows - make the rows of the screen, if they are stale
 * @t: the screen
 *
 * Return: 0 or a negative errno.
 */
int view__rows(struct tui *t)
{
	const struct view *v = views[t->id];
	struct grid *g = &t->grid[t->id];

	if (!t->stale)
		return 0;
	t->nr_rows = 0;
	if (v->fill(t))
		return -ENOMEM;
	t->stale = false;
	if (!v->titles)
		return 0;
	t->found = t->nr_rows;
	filter(t);
	if (grid__order(g, t->row, t->nr_rows))
		return -ENOMEM;
	if (t->options.rows && t->nr_rows > t->options.rows)
		t->nr_rows = t->options.rows;
	list__fit(&g->list, t->nr_rows, g->list.height);
	grid__find(g, t->row, t->nr_rows);
	return t->id == VIEW_MAPPINGS ? finish_rows(t) : 0;
}

/**
 * view__at - return the row at the cursor
 * @t: the screen
 *
 * Return: the row; NULL: there is none.
 */
const struct row *view__at(const struct tui *t)
{
	size_t at = t->grid[t->id].list.cursor;

	return views[t->id]->titles && at < t->nr_rows ? &t->row[at] : NULL;
}

/** view__no_faults - return the text of an empty table */
const char *view__no_faults(const struct tui *t)
{
	return t->snapshot->since_start ? _("no faults since the start") :
					  _("no faults in this interval");
}

/**
 * view__note - show a line of text until the next key
 * @t: the screen
 * @bad: it is an error
 * @format: as printf(), with its arguments; translated here
 */
void view__note(struct tui *t, bool bad, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->note, sizeof(t->note), gettext(format), args);
	va_end(args);
	t->bad = bad;
}
