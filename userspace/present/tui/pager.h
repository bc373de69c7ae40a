/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A text that scrolls. */
#ifndef PGWALK_TUI_PAGER_H
#define PGWALK_TUI_PAGER_H

#include <stdio.h>

#include "list.h"
#include "paint.h"

/**
 * struct pager - a text and its visible lines
 * @text: the text; each line ends in NUL
 * @line: first character of each line
 * @list: visible lines
 */
struct pager {
	char *text;
	char **line;
	struct list list;
};

int pager__set(struct pager *g, int (*write)(FILE *out, void *arg), void *arg);
void pager__fini(struct pager *g);
void pager__draw(struct pager *g, const struct paint *p, int y, int height);

#endif
