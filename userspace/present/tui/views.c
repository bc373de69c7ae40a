// SPDX-License-Identifier: GPL-2.0
/* All screens: which there are, how one gets from one to another, and their rows. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view.h"

static const struct view *const views[VIEW_NR] = {
	[VIEW_MAPPINGS] = &mappings_view,
	[VIEW_LATENCY] = &classes_latency_view,
	[VIEW_GAIN] = &classes_gain_view,
	[VIEW_ACCESS] = &classes_access_view,
	[VIEW_THREADS] = &threads_view,
	[VIEW_STACKS] = &stacks_view,
	[VIEW_SYSTEM] = &system_view,
	[VIEW_PROCESSES] = &processes_view,
	[VIEW_PAGES] = &pages_view,
	[VIEW_PAGE] = &page_view,
	[VIEW_HELP] = &help_view,
};

/* The order of Tab; what is not there now is passed over */
static const enum view_id tabs[] = {
	VIEW_MAPPINGS, VIEW_PROCESSES, VIEW_LATENCY, VIEW_GAIN, VIEW_ACCESS,
	VIEW_THREADS, VIEW_STACKS, VIEW_SYSTEM,
};

#define NR_TABS	((int)(sizeof(tabs) / sizeof(tabs[0])))

/**
 * view__of - what a screen is made of
 * @id: the screen
 *
 * Return: a constant.
 */
const struct view *view__of(enum view_id id)
{
	return views[id];
}

/**
 * view__home - the first screen
 * @t: the screen
 *
 * Return: mappings of one process, or the processes.
 */
enum view_id view__home(const struct tui *t)
{
	return t->snapshot &&
	       t->snapshot->target->scope != SNAPSHOT_PROCESS ?
	       VIEW_PROCESSES : VIEW_MAPPINGS;
}

/* Threads and stacks cost something: nobody gets there by accident */
static bool is_there(const struct tui *t, enum view_id id)
{
	switch (id) {
	case VIEW_MAPPINGS:
	case VIEW_PROCESSES:
		return id == view__home(t);
	case VIEW_THREADS:
		return view__home(t) == VIEW_MAPPINGS &&
		       (t->wish.by_thread || t->snapshot->by_thread);
	case VIEW_STACKS:
		return id == t->id || t->snapshot->has_stacks;
	default:
		return true;
	}
}

/**
 * view__next - the screen that Tab leads to
 * @t: the screen
 * @id: where one is
 * @step: 1 or -1
 *
 * Return: another one, or @id.
 */
enum view_id view__next(const struct tui *t, enum view_id id, int step)
{
	int at = 0, i;

	for (i = 0; i < NR_TABS; i++)
		if (tabs[i] == id)
			at = i;
	for (i = 0; i < NR_TABS; i++) {
		at = (at + step + NR_TABS) % NR_TABS;
		if (is_there(t, tabs[at]))
			return tabs[at];
	}
	return id;
}

/**
 * view__go - show another screen
 * @t: the screen
 * @id: of these
 */
void view__go(struct tui *t, enum view_id id)
{
	if (id == t->id)
		return;
	if (id == VIEW_HELP || id == VIEW_PAGE)
		t->pager.list = (struct list){ 0 };
	if (id == VIEW_HELP || id == VIEW_PAGES)
		t->back = t->id;
	/* single faults are told only while somebody looks */
	if (id != VIEW_PAGES && id != VIEW_PAGE && id != VIEW_HELP) {
		t->wish.look_start = 0;
		t->wish.look_end = 0;
	}
	t->wish.stacks = id == VIEW_STACKS;
	t->id = id;
	t->stale = true;
}

/**
 * view__tabs - draw the line of all screens
 * @t: the screen
 * @y: the line
 *
 * Return: 1, the lines it took.
 */
int view__tabs(struct tui *t, int y)
{
	const struct paint *p = &t->paint;
	int i, x = 0;

	for (i = 0; i < NR_TABS; i++) {
		if (!is_there(t, tabs[i]))
			continue;
		x += paint__format(p, y, x, p->width - x,
				   tabs[i] == t->id ? STYLE_KEY : STYLE_DIM,
				   tabs[i] == t->id ? "[%s]" : " %s ",
				   views[tabs[i]]->name);
	}
	return 1;
}

/**
 * view__add - add a row
 * @t: the screen
 * @faults: those of the row; may be NULL
 * @id: see struct row
 * @class: see struct row
 *
 * Return: the row, to be filled further; NULL: no memory.
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
	row->line.snapshot = t->snapshot;
	row->line.faults = faults;
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

/* What is known of a mapping stands once: in the first of its rows, as they are now */
static int settle(struct tui *t)
{
	const struct snapshot *s = t->snapshot;
	bool *seen = calloc(s->nr_mappings + 1, sizeof(*seen));
	size_t i;

	if (!seen)
		return -ENOMEM;
	for (i = 0; i < t->nr_rows; i++) {
		struct line *line = &t->row[i].line;
		size_t at;

		if (!line->mapping)
			continue;
		at = (size_t)(line->mapping - s->mapping);
		line->alone = !seen[at];
		seen[at] = true;
	}
	free(seen);
	return 0;
}

/**
 * view__rows - make the rows of the screen, if there is anything new
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
	return t->id == VIEW_MAPPINGS ? settle(t) : 0;
}

/**
 * view__at - the row at the cursor
 * @t: the screen
 *
 * Return: the row; NULL: there is none.
 */
const struct row *view__at(const struct tui *t)
{
	size_t at = t->grid[t->id].list.cursor;

	return views[t->id]->titles && at < t->nr_rows ? &t->row[at] : NULL;
}

/**
 * view__note - tell the person something, until the next key
 * @t: the screen
 * @bad: it could not be done
 * @format: as printf(), and what follows
 */
void view__note(struct tui *t, bool bad, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->note, sizeof(t->note), format, args);
	va_end(args);
	t->bad = bad;
}
