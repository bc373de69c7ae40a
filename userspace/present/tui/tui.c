// SPDX-License-Identifier: GPL-2.0
/* The screen from its beginning to its end; what it shows and obeys is in other files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <ncurses.h>

#include "view.h"

static void init_grids(struct tui *t)
{
	const char *sort = t->options.sort;
	bool found = !sort;
	int i;

	for (i = 0; i < VIEW_NR; i++) {
		const struct view *v = view__of((enum view_id)i);

		if (!v->titles)
			continue;
		grid__init(&t->grid[i], v->columns, v->titles);
		if (sort && !grid__sort_by(&t->grid[i], sort))
			found = true;
	}
	/* what the kernel did has an order of its own */
	t->grid[VIEW_SYSTEM].sort = t->grid[VIEW_SYSTEM].count;
	/* pages come the hottest first */
	grid__sort_by(&t->grid[VIEW_PAGES], "FAULTS");
	if (!found)
		view__note(t, true, "%s: no such column on the screen", sort);
}

/**
 * tui__create - take the terminal over
 * @out: filled on success
 * @options: how to begin
 *
 * Return: 0; -ENOTTY: stdout is no terminal; -ENOTSUP: it is one that can show lines
 * only, or $TERM is not known; -ENOMEM.
 */
int tui__create(struct tui **out, const struct tui_options *options)
{
	struct tui *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	t->options = *options;
	t->interval = options->interval;
	t->wish.by_thread = options->by_thread;
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
 * tui__destroy - give the terminal back
 * @t: may be NULL
 */
void tui__destroy(struct tui *t)
{
	if (!t)
		return;
	terminal__destroy(t->terminal);
	pager__fini(&t->pager);
	free(t->row);
	free(t);
}

/**
 * tui__fd - what to wait for keys on
 * @t: the screen
 *
 * Return: a descriptor.
 */
int tui__fd(const struct tui *t)
{
	return terminal__fd(t->terminal);
}

/**
 * tui__show - draw an interval
 * @t: the screen
 * @snapshot: kept: it and what it points to stay as they are until the next one
 *
 * Return: 0 or -ENOMEM.
 */
int tui__show(struct tui *t, const struct snapshot *snapshot)
{
	bool first = !t->snapshot;

	t->snapshot = snapshot;
	/* text is about a moment: it is asked for again by a key */
	t->stale |= !!view__of(t->id)->titles;
	if (first && t->id == VIEW_MAPPINGS)
		t->id = view__home(t);
	if (first && t->id == VIEW_THREADS)
		t->id = view__home(t) == VIEW_PROCESSES ? VIEW_PROCESSES :
							  VIEW_THREADS;
	return layout__draw(t);
}

/**
 * tui__input - take the keys that are there
 * @t: the screen
 * @wish: filled
 *
 * Return: 0 or -ENOMEM.
 */
int tui__input(struct tui *t, struct tui_wish *wish)
{
	bool any = false;
	int key, err;

	t->wish.quit = false;
	t->wish.close = false;
	t->wish.interval = 0;
	t->wish.ask = 0;
	t->wish.write = false;
	t->wish.reset = false;
	while (!t->wish.quit && (key = getch()) != ERR) {
		any = true;
		if (key == KEY_RESIZE)
			continue;
		if (t->snapshot)
			keys__take(t, key);
		else
			keys__early(t, key);
	}
	err = any ? layout__draw(t) : 0;
	*wish = t->wish;
	return err;
}

/**
 * tui__answer - take what was found out about tui_wish.ask
 * @t: the screen
 * @answer: copied
 *
 * Return: 0 or -ENOMEM.
 */
int tui__answer(struct tui *t, const struct snapshot_answer *answer)
{
	if (answer->addr != t->asked)
		return 0;	/* one that was asked before */
	t->answer = *answer;
	t->answered = true;
	if (answer->error) {
		snprintf(t->answer_error, sizeof(t->answer_error), "%s",
			 answer->error);
		t->answer.error = t->answer_error;
	}
	t->stale |= t->id == VIEW_PAGE;
	return layout__draw(t);
}

/**
 * tui__note - tell the person something, until the next key
 * @t: the screen
 * @text: copied
 */
void tui__note(struct tui *t, const char *text)
{
	view__note(t, false, "%s", text);
	layout__draw(t);
}

/* One line of the screen, without the blanks at its end */
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
 * tui__write - write the screen as it stands, as text
 * @t: the screen
 * @out: where to; its errors are left to its owner
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
 * tui__resize - follow SIGWINCH
 * @t: the screen
 */
void tui__resize(struct tui *t)
{
	layout__draw(t);
}
