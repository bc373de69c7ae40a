/* SPDX-License-Identifier: GPL-2.0 */
/* A cursor in rows of which only some fit: it knows no data and draws nothing. */
#ifndef PGWALK_TUI_LIST_H
#define PGWALK_TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct list - where one is
 * @count: rows
 * @height: rows that fit
 * @cursor: the row one is at; always less than @count, or 0
 * @top: the first that is seen
 */
struct list {
	size_t count;
	size_t height;
	size_t cursor;
	size_t top;
};

void list__fit(struct list *l, size_t count, size_t height);
void list__go(struct list *l, size_t cursor);
bool list__key(struct list *l, int key);
bool list__scroll(struct list *l, int key);

#endif
