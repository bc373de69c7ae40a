/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A cursor in a list of rows, and the rows that are visible. */
#ifndef PGWALK_TUI_LIST_H
#define PGWALK_TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct list - cursor and visible rows
 * @count: number of rows
 * @height: number of rows that fit
 * @cursor: row of the cursor; less than @count, or 0
 * @top: first visible row
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
