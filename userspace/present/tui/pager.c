// SPDX-License-Identifier: GPL-2.0
/* Keeps a text by lines and draws those that are seen. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
 * pager__set - take another text
 * @g: the pager; where one is stays
 * @write: writes the text, lines that end in a newline; its errors are told
 * @arg: for it
 *
 * Return: 0; -ENOMEM, or what @write says: the text is as it was.
 */
int pager__set(struct pager *g, int (*write)(FILE *out, void *arg), void *arg)
{
	char *text = NULL, **line;
	size_t size, count;
	FILE *out = open_memstream(&text, &size);
	int err;

	if (!out)
		return -ENOMEM;
	err = write(out, arg);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (err) {
		free(text);
		return err;
	}
	count = count_lines(text);
	line = calloc(count + 1, sizeof(*line));
	if (!line) {
		free(text);
		return -ENOMEM;
	}
	pager__fini(g);
	g->text = text;
	g->line = line;
	g->list.count = count;
	split(g);
	return 0;
}

/**
 * pager__fini - give the text back
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

/* "# " begins a remark, a line of capitals is a title */
static enum style style_of(const char *line)
{
	size_t letters = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ,/");

	if (line[0] == '#')
		return STYLE_STRONG;
	return line[0] && !line[letters] ? STYLE_STRONG : STYLE_PLAIN;
}

/**
 * pager__draw - draw the lines that are seen
 * @g: the pager
 * @p: how to draw
 * @y: the first line
 * @height: how many there are
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
