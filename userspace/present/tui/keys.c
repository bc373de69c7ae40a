// SPDX-License-Identifier: GPL-2.0
/* What each key does. Nothing is drawn here, and nothing done that is others' to do. */
#include <stdlib.h>
#include <string.h>
#include <ncurses.h>

#include "view.h"

#define KEY_ESCAPE	27
#define CTRL(c)		((c) & 0x1F)

/* As pgtop -i takes it */
#define INTERVAL_MIN	0.01
#define INTERVAL_MAX	1e6

static void set_interval(struct tui *t, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	/* the negation catches NaN */
	if (*end || end == text ||
	    !(seconds >= INTERVAL_MIN && seconds <= INTERVAL_MAX)) {
		view__note(t, true, "%s: not an interval (0.01 to 1000000 seconds)",
			   text);
		return;
	}
	t->interval = seconds;
	t->wish.interval = seconds;
}

static void sort_by(struct tui *t, const char *text)
{
	if (!view__of(t->id)->titles || grid__sort_by(&t->grid[t->id], text))
		view__note(t, true, "%s: no such column here (< and > go through them)",
			   text);
	t->stale = true;
}

/* Tables from the next row on, text from the next line on; then from the start */
static bool find_row(struct tui *t, struct list *l)
{
	size_t i;

	for (i = 1; i <= t->nr_rows; i++) {
		size_t at = (l->cursor + i) % t->nr_rows;

		if (!row__matches(&t->row[at], t->search))
			continue;
		list__go(l, at);
		grid__keep(&t->grid[t->id], &t->row[at]);
		return true;
	}
	return false;
}

static bool find_line(struct tui *t, struct list *l)
{
	size_t i;

	for (i = 1; i <= l->count; i++) {
		size_t at = (l->top + i) % l->count;

		if (!strcasestr(t->pager.line[at], t->search))
			continue;
		/* at the top, as far as there are lines behind it */
		list__go(l, l->count - 1);
		list__go(l, at);
		return true;
	}
	return false;
}

static void find(struct tui *t)
{
	bool found;

	if (!t->search[0])
		return;
	if (view__of(t->id)->titles)
		found = find_row(t, &t->grid[t->id].list);
	else
		found = find_line(t, &t->pager.list);
	if (!found)
		view__note(t, true, "%s: not found", t->search);
}

static void set_text(char *to, const char *text)
{
	memcpy(to, text, PROMPT_MAX);
}

static void take_answer(struct tui *t, enum prompt_kind kind)
{
	const char *text = t->prompt.text;

	switch (kind) {
	case PROMPT_INTERVAL:
		if (*text)
			set_interval(t, text);
		break;
	case PROMPT_SORT:
		if (*text)
			sort_by(t, text);
		break;
	case PROMPT_SEARCH:
		/* nothing: the same once more */
		if (*text)
			set_text(t->search, text);
		find(t);
		break;
	case PROMPT_FILTER:
		set_text(t->filter, text);
		t->stale = true;
		break;
	case PROMPT_NONE:
		break;
	}
}

static void prompt_key(struct tui *t, int key)
{
	enum prompt_kind kind = t->prompt.kind;

	if (prompt__key(&t->prompt, key) == PROMPT_DONE)
		take_answer(t, kind);
}

static void sort_beside(struct tui *t, int step)
{
	struct grid *g = &t->grid[t->id];
	size_t at = g->sort < g->count ? g->sort + (size_t)step : 0;

	/* below the first it wraps around to a number that is larger than all */
	if (at >= g->count)
		at = step < 0 ? g->count - 1 : 0;
	if (!g->count)
		return;
	g->sort = at;
	g->reverse = false;
	t->stale = true;
	view__note(t, false, "sorted by %s", g->column[at]->title);
}

/* What costs something goes on in other screens, and ends by the key it began with */
static void toggle_threads(struct tui *t)
{
	bool leave = t->id == VIEW_THREADS;

	if (view__home(t) == VIEW_PROCESSES) {
		view__note(t, true, "threads are told of one process: pgtop -t PID");
		return;
	}
	t->wish.by_thread = !leave;
	view__go(t, leave ? view__home(t) : VIEW_THREADS);
}

static void escape(struct tui *t)
{
	if (t->id == VIEW_HELP)
		view__go(t, t->back);
	else if (t->id == VIEW_PAGE)
		view__go(t, VIEW_PAGES);
	else if (t->id != VIEW_PAGES && t->filter[0])
		t->filter[0] = '\0';
	else
		view__go(t, view__home(t));
	t->stale = true;
}

static void enter(struct tui *t)
{
	const struct view *v = view__of(t->id);
	const struct row *row = view__at(t);

	if (row && v->enter)
		v->enter(t, row);
	else if (t->id == VIEW_MAPPINGS && t->snapshot->pages.end)
		pages__again(t);
}

static void refresh_now(struct tui *t)
{
	if (t->id != VIEW_PAGE) {
		t->wish.close = true;
	} else {
		t->wish.ask = t->asked;
		t->answered = false;
		t->stale = true;
	}
}

static void zoom(struct tui *t, int step)
{
	if (t->id == VIEW_MAPPINGS)
		strip__zoom(&t->strip, step);
}

/* Keys that lead elsewhere */
static bool go_key(struct tui *t, int key)
{
	switch (key) {
	case 'h':
	case '?':
	case KEY_F(1):
		view__go(t, VIEW_HELP);
		break;
	case '\t':
		view__go(t, view__next(t, t->id, 1));
		break;
	case KEY_BTAB:
		view__go(t, view__next(t, t->id, -1));
		break;
	case 'm':
		view__go(t, view__home(t));
		break;
	case 't':
		toggle_threads(t);
		break;
	case 'U':
		view__go(t, t->id == VIEW_STACKS ? view__home(t) : VIEW_STACKS);
		break;
	case 'v':
		view__go(t, VIEW_SYSTEM);
		break;
	case KEY_ESCAPE:
		escape(t);
		break;
	case '\r':
	case '\n':
	case KEY_ENTER:
		enter(t);
		break;
	default:
		return false;
	}
	return true;
}

/* Keys that change what is shown here */
static bool look_key(struct tui *t, int key)
{
	switch (key) {
	case 's':
	case KEY_F(6):
		prompt__begin(&t->prompt, PROMPT_SORT);
		break;
	case '<':
		sort_beside(t, -1);
		break;
	case '>':
		sort_beside(t, 1);
		break;
	case 'R':
	case 'I':
		t->grid[t->id].reverse = !t->grid[t->id].reverse;
		t->stale = true;
		break;
	case '/':
		prompt__begin(&t->prompt, PROMPT_SEARCH);
		break;
	case 'n':
		find(t);
		break;
	case '\\':
	case KEY_F(4):
		prompt__begin(&t->prompt, PROMPT_FILTER);
		break;
	case '+':
	case '=':
		zoom(t, 1);
		break;
	case '-':
		zoom(t, -1);
		break;
	case CTRL('L'):
		clearok(stdscr, TRUE);
		break;
	default:
		return false;
	}
	return true;
}

/* What is shown of the past is forgotten, and what was counted so far is told now */
static void reset(struct tui *t)
{
	t->wish.reset = true;
	t->wish.close = !t->options.replay;
	t->since = t->snapshot->number;
	view__note(t, false, "from now on");
}

/* Keys that are for others to obey */
static void wish_key(struct tui *t, int key)
{
	switch (key) {
	case 'q':
	case KEY_F(10):
		if (t->id == VIEW_HELP)
			view__go(t, t->back);
		else
			t->wish.quit = true;
		break;
	case ' ':
		refresh_now(t);
		break;
	case 'd':
		if (t->options.replay)
			view__note(t, true, "recorded: intervals are as long as they were (pgtop --speed)");
		else
			prompt__begin(&t->prompt, PROMPT_INTERVAL);
		break;
	case 'p':
	case 'z':
		t->wish.pause = !t->wish.pause;
		break;
	case 'r':
		reset(t);
		break;
	case 'w':
		t->wish.write = true;
		break;
	}
}

static bool move_key(struct tui *t, int key)
{
	struct grid *g = &t->grid[t->id];

	if (!view__of(t->id)->titles)
		return list__scroll(&t->pager.list, key);
	if (!grid__key(g, key))
		return false;
	if (view__at(t))
		grid__keep(g, view__at(t));
	return true;
}

/**
 * keys__early - obey a key before there is anything to look at
 * @t: the screen
 * @key: as curses tells it
 */
void keys__early(struct tui *t, int key)
{
	if (key == 'q' || key == 'p' || key == ' ')
		wish_key(t, key);
}

/**
 * keys__take - obey a key
 * @t: the screen; with a snapshot
 * @key: as curses tells it
 */
void keys__take(struct tui *t, int key)
{
	t->note[0] = '\0';
	if (t->prompt.kind) {
		prompt_key(t, key);
		return;
	}
	if (!move_key(t, key) && !go_key(t, key) && !look_key(t, key))
		wish_key(t, key);
	/* what one moves in is what is seen: the next key of many needs it too */
	view__rows(t);
}
