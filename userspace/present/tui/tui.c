// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Creates and destroys the screen, and passes snapshots and keys to it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <ncurses.h>

#include "view.h"

/* The rows of mappings and of processes have columns of memory */
static bool has_memory(enum view_id id)
{
	return id == VIEW_MAPPINGS || id == VIEW_PROCESSES;
}

/**
 * tui__select_memory - show other columns of memory
 * @t: the screen
 * @columns: SNAPSHOT_MEMORY_*
 */
void tui__select_memory(struct tui *t, unsigned int columns)
{
	int i;

	t->command.memory = columns;
	for (i = 0; i < VIEW_NR; i++)
		if (has_memory((enum view_id)i))
			grid__select(&t->grid[i], view__of((enum view_id)i)->columns,
				     view__of((enum view_id)i)->titles, columns);
	t->stale = true;
}

static void init_grids(struct tui *t)
{
	const char *sort = t->options.sort;
	bool found = !sort;
	int i;

	for (i = 0; i < VIEW_NR; i++) {
		const struct view *v = view__of((enum view_id)i);

		if (!v->titles)
			continue;
		grid__init(&t->grid[i], v->columns, v->titles, has_memory((enum view_id)i) ? t->command.memory : 0);
		if (sort && !grid__sort_by(&t->grid[i], sort))
			found = true;
	}
	/* the rows of the system have a fixed order */
	t->grid[VIEW_SYSTEM].sort = t->grid[VIEW_SYSTEM].count;
	/* pages are sorted hottest first */
	grid__sort_by(&t->grid[VIEW_PAGES], "FAULTS");
	if (!found)
		view__note(t, true, "%s: no such column on the screen", sort);
}

/**
 * tui__create - set up the terminal and the screen
 * @out: set on success
 * @options: options
 *
 * Return: 0; -ENOTTY: stdout is no terminal; -ENOTSUP: it cannot move its cursor, or $TERM
 * is unknown; -ENOMEM.
 */
int tui__create(struct tui **out, const struct tui_options *options)
{
	struct tui *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	t->options = *options;
	t->interval = options->interval;
	t->command.by_thread = options->by_thread;
	t->command.memory = options->memory;
	t->command.seek_time = -1;
	t->id = options->by_thread ? VIEW_THREADS : VIEW_MAPPINGS;
	t->stale = true;
	init_grids(t);
	err = terminal__create(&t->terminal);
	if (err) {
		free(t);
		return err;
	}
	paint__init(&t->paint, terminal__utf8(t->terminal),
		    terminal__colour(t->terminal));
	err = layout__draw(t);
	if (err) {
		tui__destroy(t);
		return err;
	}
	*out = t;
	return 0;
}

/**
 * tui__destroy - free the screen and restore the terminal
 * @t: may be NULL
 */
void tui__destroy(struct tui *t)
{
	if (!t)
		return;
	terminal__destroy(t->terminal);
	pager__fini(&t->pager);
	free(t->row);
	free(t->part);
	free(t);
}

/**
 * tui__fd - return the descriptor of the keys
 * @t: the screen
 *
 * Return: a descriptor to poll.
 */
int tui__fd(const struct tui *t)
{
	return terminal__fd(t->terminal);
}

/**
 * tui__show - draw an interval
 * @t: the screen
 * @snapshot: must stay valid and unchanged until the next one
 *
 * Return: 0 or -ENOMEM.
 */
int tui__show(struct tui *t, const struct snapshot *snapshot)
{
	bool first = !t->snapshot;

	t->snapshot = snapshot;
	/* a text is updated by a key only */
	t->stale |= !!view__of(t->id)->titles;
	if (first && t->id == VIEW_MAPPINGS)
		t->id = view__home(t);
	if (first && t->id == VIEW_THREADS)
		t->id = view__home(t) == VIEW_PROCESSES ? VIEW_PROCESSES :
							  VIEW_THREADS;
	return layout__draw(t);
}

/**
 * tui__input - handle the pending keys
 * @t: the screen
 * @command: filled in
 *
 * Return: 0 or -ENOMEM.
 */
int tui__input(struct tui *t, struct tui_command *command)
{
	bool any = false;
	int key, err;

	t->command.quit = false;
	t->command.close = false;
	t->command.interval = 0;
	t->command.query_addr = 0;
	t->command.write = false;
	t->command.reset = false;
	t->command.enter = 0;
	t->command.leave = false;
	t->command.step = 0;
	t->command.seek = 0;
	t->command.seek_time = -1;
	while (!t->command.quit && (key = getch()) != ERR) {
		any = true;
		if (key == KEY_RESIZE)
			continue;
		if (t->snapshot)
			keys__take(t, key);
		else
			keys__early(t, key);
	}
	err = any ? layout__draw(t) : 0;
	*command = t->command;
	return err;
}

/**
 * tui__show_details - show the details of the page of tui_command.query_addr
 * @t: the screen
 * @details: copied
 *
 * Return: 0 or -ENOMEM.
 */
int tui__show_details(struct tui *t, const struct snapshot_page_details *details)
{
	if (details->addr != t->query_addr)
		return 0;	/* of an earlier request */
	t->details = *details;
	t->has_details = true;
	if (details->error) {
		snprintf(t->details_error, sizeof(t->details_error), "%s",
			 details->error);
		t->details.error = t->details_error;
	}
	t->stale |= t->id == VIEW_PAGE;
	return layout__draw(t);
}

/**
 * tui__note - show a line of text until the next key
 * @t: the screen
 * @text: copied
 */
void tui__note(struct tui *t, const char *text)
{
	view__note(t, false, "%s", text);
	layout__draw(t);
}

/**
 * tui__restart - show the first screen, without a snapshot
 * @t: the screen
 * @inside: the next snapshots are of one of many processes; Esc leaves it
 * @command: filled in: the new target is neither paused, nor counted by thread, nor traced
 *
 * Return: 0 or -ENOMEM.
 */
int tui__restart(struct tui *t, bool inside, struct tui_command *command)
{
	t->snapshot = NULL;
	t->inside = inside;
	t->id = VIEW_MAPPINGS;
	t->nr_rows = 0;
	t->stale = true;
	t->since = 0;
	t->filter[0] = '\0';
	t->has_details = false;
	t->address_bar = (struct address_bar){ 0 };
	t->command = (struct tui_command){
		.since_start = t->command.since_start, .memory = t->command.memory, .seek_time = -1,
	};
	*command = t->command;
	return layout__draw(t);
}

/**
 * tui__set_intervals - set the length of a replay
 * @t: the screen
 * @count: number of intervals; 0: unknown
 */
void tui__set_intervals(struct tui *t, uint64_t count)
{
	t->intervals = count;
}

/**
 * tui__end_loop - forget the loop of a replay that cannot go back
 * @t: the screen
 */
void tui__end_loop(struct tui *t)
{
	t->command.loop_from = t->command.loop_to = 0;
}

/* Write one line of the screen without trailing blanks */
static void write_line(FILE *out, int y, int width)
{
	char text[4096];
	size_t len = 0, end = 0;
	int x, columns;

	for (x = 0; x < width; x += columns > 0 ? columns : 1) {
		wchar_t wc[CCHARW_MAX + 1] = { L' ' };
		mbstate_t state = { 0 };
		attr_t attributes;
		short pair;
		cchar_t cell;
		size_t n;

		mvin_wch(y, x, &cell);
		getcchar(&cell, wc, &attributes, &pair, NULL);
		columns = wcwidth(wc[0]);
		n = wcrtomb(text + len, wc[0], &state);
		if (n == (size_t)-1)
			continue;
		len += n;
		if (wc[0] != L' ')
			end = len;
		if (len + MB_CUR_MAX > sizeof(text))
			break;
	}
	fwrite(text, 1, end, out);
	fputc('\n', out);
}

/**
 * tui__write - write the screen as text
 * @t: the screen
 * @out: output; the caller checks it for errors
 *
 * Return: 0.
 */
int tui__write(struct tui *t, FILE *out)
{
	int y;

	for (y = 0; y < t->paint.height; y++)
		write_line(out, y, t->paint.width);
	return 0;
}

/**
 * tui__resize - handle SIGWINCH
 * @t: the screen
 */
void tui__resize(struct tui *t)
{
	layout__draw(t);
}
