// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Stores a text by lines and draws the visible ones. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/memory_stream.h"
#include "pager.h"

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		lines++;
	return lines;
}

static void split(struct pager *g)
{
	char *at = g->text, *end;
	size_t i;

	for (i = 0; i < g->list.count && (end = strchr(at, '\n')); i++) {
		g->line[i] = at;
		*end = '\0';
		at = end + 1;
	}
}

/**
 * pager__set - replace the text
 * @g: the pager; the position stays
 * @write: writes the text, lines that end in a newline; may fail
 * @arg: passed to @write
 *
 * Return: 0; -ENOMEM, or the error of @write: the text does not change.
 */
int pager__set(struct pager *g, int (*write)(FILE *out, void *arg), void *arg)
{
	struct memory_stream stream = { .file = NULL };
	FILE *out = memory_stream__open(&stream);
	char **line = NULL;
	size_t count = 0;
	int err = out ? write(out, arg) : -ENOMEM;

	if (!err)
		err = memory_stream__close(&stream);
	if (!err) {
		count = count_lines(stream.text);
		line = calloc(count + 1, sizeof(*line));
		err = line ? 0 : -ENOMEM;
	}
	if (err) {
		memory_stream__fini(&stream);
		return err;
	}
	pager__fini(g);
	g->text = stream.text;
	g->line = line;
	g->list.count = count;
	split(g);
	return 0;
}

/**
 * pager__fini - free the text
 * @g: the pager
 */
void pager__fini(struct pager *g)
{
	free(g->text);
	free(g->line);
	g->text = NULL;
	g->line = NULL;
	g->list.count = 0;
}

/* "# " begins a comment; a line of capitals, or one in 【】 where a language has no capitals, is a title */
static enum style style_of(const char *line)
{
	size_t letters = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ,/");

	if (line[0] == '#' || !strncmp(line, "【", strlen("【")))
		return STYLE_STRONG;
	return line[0] && !line[letters] ? STYLE_STRONG : STYLE_PLAIN;
}

/**
 * pager__draw - draw the visible lines
 * @g: the pager
 * @p: the screen to paint on
 * @y: first line
 * @height: number of lines
 */
void pager__draw(struct pager *g, const struct paint *p, int y, int height)
{
	int i;

	list__fit(&g->list, g->list.count, height > 0 ? (size_t)height : 0);
	for (i = 0; i < height && g->list.top + (size_t)i < g->list.count; i++) {
		const char *line = g->line[g->list.top + (size_t)i];

		paint__text(p, y + i, 1, p->width - 1, style_of(line), line);
	}
}
