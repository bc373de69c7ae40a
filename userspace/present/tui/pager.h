/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of text that one can scroll. */
#ifndef PGWALK_TUI_PAGER_H
#define PGWALK_TUI_PAGER_H

#include <stdio.h>

#include "list.h"
#include "paint.h"

/**
 * struct pager - a text and where one is in it
 * @text: all of it, the lines ended by NUL
 * @line: where each begins
 * @list: the lines
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
