// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Handles keys. Requests to the session are recorded in struct tui_command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ncurses.h>

#include "../../lib/i18n.h"
#include "../../names/names.h"
#include "view.h"

#define KEY_ESCAPE	27
#define CTRL(c)		((c) & 0x1F)

/* Limits of pgtop -i */
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
	t->command.interval = seconds;
}

/* "12", "+12", "-12": an interval; "50%": a part of all */
static bool parse_interval(struct tui *t, const char *text)
{
	bool relative = *text == '+' || *text == '-';
	char *end;
	double n = strtod(text, &end);

	/* the negation catches NaN */
	if (end == text || !(n > -1e12 && n < 1e12))
		return false;
	if (*end == '%' && !end[1] && t->intervals && n >= 0 && n <= 100) {
		t->command.seek = 1 + (uint64_t)((double)(t->intervals - 1) * n / 100);
		return true;
	}
	if (*end || (!relative && n < 1))
		return false;
	if (relative)
		t->command.step = (long)n;
	else
		t->command.seek = (uint64_t)n;
	return true;
}

/* "hh:mm" or "hh:mm:ss" */
static bool parse_time(struct tui *t, const char *text)
{
	static const long limit[] = { 23, 59, 60 };
	long part[3] = { 0 };
	size_t i;

	for (i = 0; i < 3; i++) {
		char *end;

		part[i] = strtol(text, &end, 10);
		if (*text < '0' || *text > '9' || part[i] > limit[i])
			return false;
		text = end;
		if (*text != ':')
			break;
		text++;
	}
	if (*text || !i || i == 3)
		return false;
	t->command.seek_time = part[0] * 3600 + part[1] * 60 + part[2];
	return true;
}

static void seek(struct tui *t, const char *text)
{
	if (!parse_interval(t, text) && !parse_time(t, text))
		view__note(t, true, "%s: neither an interval nor a time of day (12, +12, -12, 50%%, hh:mm:ss)",
			   text);
}

static void sort_by(struct tui *t, const char *text)
{
	if (!view__of(t->id)->titles || grid__sort_by(&t->grid[t->id], text))
		view__note(t, true, "%s: no such column here (< and > go through them)",
			   text);
	t->stale = true;
}

/* Columns of memory cost CPU time, so that none is shown unless it is selected. An empty text: none */
static void select_columns(struct tui *t, const char *text)
{
	unsigned int columns = names__find_memories(text);

	if (columns || !text[strspn(text, ", ")])
		tui__select_memory(t, columns);
	else
		view__note(t, true, "%s: no such column of memory (pss, uss, frames, lazyfree, eligible, tables, ..., all)",
			   text);
}

/* Find from the next row or line on, wrapping around */
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
		/* to the top, as far as lines follow */
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

static void take_input(struct tui *t, enum prompt_kind kind)
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
	case PROMPT_SEEK:
		if (*text)
			seek(t, text);
		break;
	case PROMPT_SEARCH:
		/* empty: find the last text again */
		if (*text)
			set_text(t->search, text);
		find(t);
		break;
	case PROMPT_FILTER:
		set_text(t->filter, text);
		t->stale = true;
		break;
	case PROMPT_COLUMNS:
		select_columns(t, text);
		break;
	case PROMPT_NONE:
		break;
	}
}

static void prompt_key(struct tui *t, int key)
{
	enum prompt_kind kind = t->prompt.kind;

	if (prompt__key(&t->prompt, key) == PROMPT_DONE)
		take_input(t, kind);
}

static void sort_beside(struct tui *t, int step)
{
	struct grid *g = &t->grid[t->id];
	size_t at = g->sort < g->count ? g->sort + (size_t)step : 0;

		/* step < 0 wraps to a number above g->count */
	if (at >= g->count)
		at = step < 0 ? g->count - 1 : 0;
	if (!g->count)
		return;
	g->sort = at;
	g->reverse = false;
	t->stale = true;
	view__note(t, false, "sorted by %s", g->column[at]->title);
}

/* Threads and stacks cost CPU time: they stay on in other screens until their key turns them off */
static void toggle_threads(struct tui *t)
{
	bool leave = t->id == VIEW_THREADS;

	if (view__home(t) == VIEW_PROCESSES) {
		view__note(t, true, "threads are shown for one process only: pgtop -t PID");
		return;
	}
	t->command.by_thread = !leave;
	view__go(t, leave ? view__home(t) : VIEW_THREADS);
}

static void escape(struct tui *t)
{
	if (t->id == VIEW_HELP)
		view__go(t, t->back);
	else if (t->id == VIEW_PAGE)
		view__go(t, VIEW_PAGES);
	else if (t->id == VIEW_PLACES)
		view__go(t, VIEW_STACKS);
	else if (t->id != VIEW_PAGES && t->filter[0])
		t->filter[0] = '\0';
	else if (t->inside && t->id == VIEW_MAPPINGS)
		t->command.leave = true;
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

/* Show the code that faults on the mapping at the cursor */
static void code(struct tui *t)
{
	const struct row *row = view__at(t);
	const struct snapshot_mapping *m = row ? row->base.mapping : NULL;

	if (t->id == VIEW_MAPPINGS && m)
		stacks__enter_mapping(t, m->id, m->start, m->name);
	else
		view__note(t, true, "c needs a mapping: choose one on the first screen of a process");
}

static void refresh_now(struct tui *t)
{
	if (t->id != VIEW_PAGE) {
		t->command.close = true;
	} else {
		t->command.query_addr = t->query_addr;
		t->has_details = false;
		t->stale = true;
	}
}

static void zoom(struct tui *t, int step)
{
	if (t->id == VIEW_MAPPINGS)
		address_bar__zoom(&t->address_bar, step);
}

/* Keys that change the screen */
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
	case 'c':
		code(t);
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

/* Keys that change the content of the screen */
static bool view_key(struct tui *t, int key)
{
	switch (key) {
	case 's':
	case KEY_F(6):
		prompt__begin(&t->prompt, PROMPT_SORT);
		break;
	case 'C':
		prompt__begin(&t->prompt, PROMPT_COLUMNS);
		names__memories(t->prompt.text, sizeof(t->prompt.text), t->command.memory);
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

/* Clear the past; the session closes the running interval */
static void reset(struct tui *t)
{
	t->command.reset = true;
	t->command.close = !t->options.replay;
	t->since = t->snapshot->number;
	view__note(t, false, "counters reset");
}

/* The first key sets the beginning of the loop, the second its end, the third ends it */
static void loop(struct tui *t)
{
	struct tui_command *c = &t->command;
	uint64_t now = t->snapshot->number;

	if (c->loop_to) {
		c->loop_from = c->loop_to = 0;
		view__note(t, false, "no loop");
	} else if (!c->loop_from) {
		c->loop_from = now;
		view__note(t, false, "the loop begins with interval %llu: l sets its end",
			   (unsigned long long)now);
	} else {
		c->loop_to = now > c->loop_from ? now : c->loop_from;
		c->loop_from = now < c->loop_from ? now : c->loop_from;
		c->pause = false;
		view__note(t, false, "loop over the intervals %llu to %llu: l ends it",
			   (unsigned long long)c->loop_from, (unsigned long long)c->loop_to);
	}
}

static void step(struct tui *t, long intervals)
{
	t->command.step += intervals;
	t->command.pause = true;
}

/* Keys of a replay */
static bool replay_key(struct tui *t, int key)
{
	if (!strchr(",.[]gl", key) || !key || key > 127)
		return false;
	if (!t->options.replay) {
		view__note(t, true, "only in a replay (pgtop --replay)");
		return true;
	}
	switch (key) {
	case ',':
		step(t, -1);
		break;
	case '.':
		step(t, 1);
		break;
	case '[':
		step(t, -10);
		break;
	case ']':
		step(t, 10);
		break;
	case 'g':
		prompt__begin(&t->prompt, PROMPT_SEEK);
		break;
	case 'l':
		loop(t);
		break;
	}
	return true;
}

/* Keys that are requests to the session */
static void command_key(struct tui *t, int key)
{
	switch (key) {
	case 'q':
	case KEY_F(10):
		if (t->id == VIEW_HELP)
			view__go(t, t->back);
		else
			t->command.quit = true;
		break;
	case ' ':
		refresh_now(t);
		break;
	case 'd':
		if (t->options.replay)
			view__note(t, true, "replay: intervals are as recorded (pgtop --speed)");
		else
			prompt__begin(&t->prompt, PROMPT_INTERVAL);
		break;
	case 'p':
	case 'z':
		t->command.pause = !t->command.pause;
		break;
	case 'r':
		reset(t);
		break;
	case 'a':
		t->command.since_start = !t->command.since_start;
		view__note(t, false, t->command.since_start ? N_("all faults since the start") :
							      N_("faults of the last interval"));
		break;
	case 'w':
		t->command.write = true;
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
 * keys__early - handle a key before the first snapshot
 * @t: the screen
 * @key: key code of curses
 */
void keys__early(struct tui *t, int key)
{
	t->note[0] = '\0';
	if (key == 'q' || key == 'p' || key == ' ')
		command_key(t, key);
	else if (key == KEY_ESCAPE && t->inside)
		t->command.leave = true;
}

/**
 * keys__take - handle a key
 * @t: the screen; with a snapshot
 * @key: key code of curses
 */
void keys__take(struct tui *t, int key)
{
	t->note[0] = '\0';
	if (t->prompt.kind) {
		prompt_key(t, key);
		return;
	}
	if (!move_key(t, key) && !go_key(t, key) && !view_key(t, key) && !replay_key(t, key))
		command_key(t, key);
	/* update the rows, because the next key depends on them */
	view__rows(t);
}
