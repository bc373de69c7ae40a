// SPDX-License-Identifier: GPL-2.0
/* Moves a cursor, and what is seen with it. */
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
 * list__fit - there are other rows, or more or less room for them
 * @l: the list
 * @count: rows
 * @height: rows that fit
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
 * @cursor: the row; the last one if there are less
 */
void list__go(struct list *l, size_t cursor)
{
	l->cursor = cursor;
	follow(l);
}

/**
 * list__key - move the cursor by a key
 * @l: the list
 * @key: as curses tells it
 *
 * Return: whether it was such a key.
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
 * list__scroll - move what is seen by a key, where no cursor is shown
 * @l: the list
 * @key: as curses tells it
 *
 * Return: whether it was such a key.
 */
bool list__scroll(struct list *l, int key)
{
	/* the cursor is where the key shows an effect at once */
	if (key == KEY_DOWN || key == KEY_NPAGE)
		l->cursor = l->top + (l->height ? l->height - 1 : 0);
	else
		l->cursor = l->top;
	return list__key(l, key);
}
