// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Moves a cursor, and the visible rows with it. */
#include <ncurses.h>

#include "list.h"

static void follow(struct list *l)
{
	size_t last = l->count > l->height ? l->count - l->height : 0;

	if (l->cursor >= l->count)
		l->cursor = l->count ? l->count - 1 : 0;
	if (l->cursor < l->top)
		l->top = l->cursor;
	else if (l->height && l->cursor >= l->top + l->height)
		l->top = l->cursor - l->height + 1;
	if (l->top > last)
		l->top = last;
}

/**
 * list__fit - set the number of rows and the height
 * @l: the list
 * @count: number of rows
 * @height: number of rows that fit
 */
void list__fit(struct list *l, size_t count, size_t height)
{
	l->count = count;
	l->height = height;
	follow(l);
}

/**
 * list__go - move the cursor
 * @l: the list
 * @cursor: the row; limited to the last one
 */
void list__go(struct list *l, size_t cursor)
{
	l->cursor = cursor;
	follow(l);
}

/**
 * list__key - move the cursor by a key
 * @l: the list
 * @key: key code of curses
 *
 * Return: true if it is such a key.
 */
bool list__key(struct list *l, int key)
{
	size_t page = l->height > 1 ? l->height - 1 : 1;
	size_t to = l->cursor;

	switch (key) {
	case KEY_UP:
		to -= !!to;
		break;
	case KEY_DOWN:
		to++;
		break;
	case KEY_PPAGE:
		to = to > page ? to - page : 0;
		break;
	case KEY_NPAGE:
		to += page;
		break;
	case KEY_HOME:
		to = 0;
		break;
	case KEY_END:
		to = l->count;
		break;
	default:
		return false;
	}
	list__go(l, to);
	return true;
}

/**
 * list__scroll - scroll by a key, without a visible cursor
 * @l: the list
 * @key: key code of curses
 *
 * Return: true if it is such a key.
 */
bool list__scroll(struct list *l, int key)
{
	/* move the cursor to the edge first, so that the key scrolls at once */
	if (key == KEY_DOWN || key == KEY_NPAGE)
		l->cursor = l->top + (l->height ? l->height - 1 : 0);
	else
		l->cursor = l->top;
	return list__key(l, key);
}
