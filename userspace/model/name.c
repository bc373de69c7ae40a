// SPDX-License-Identifier: GPL-2.0
/*
 * Texts that never change, kept once for all who hold them: a snapshot keeps
 * its names although the mappings they are of may go. It compares none: who
 * wants two that are alike to be one looks for the other first.
 */
#include <stdlib.h>
#include <string.h>

#include "name.h"

/**
 * struct name - a text that is held
 * @holders: how many hold it; not counted for the empty one, which stays
 * @text: what they see
 */
struct name {
	size_t holders;
	char text[];
};

/* Most mappings have none: it costs nothing */
static const char empty[1];

static struct name *name_of(const char *text)
{
	return (struct name *)(text - offsetof(struct name, text));
}

/**
 * name__create - keep a text
 * @text: it
 * @max: no more of it than so many bytes; it may end before
 *
 * Return: it, held; or NULL: no memory.
 */
const char *name__create(const char *text, size_t max)
{
	size_t len = strnlen(text, max);
	struct name *n;

	if (!len)
		return empty;
	n = malloc(sizeof(*n) + len + 1);
	if (!n)
		return NULL;
	n->holders = 1;
	memcpy(n->text, text, len);
	n->text[len] = '\0';
	return n->text;
}

/** name__get - hold a name too; returns it */
const char *name__get(const char *name)
{
	if (name != empty)
		name_of(name)->holders++;
	return name;
}

/** name__put - hold it no longer; NULL is fine */
void name__put(const char *name)
{
	if (!name || name == empty)
		return;
	if (!--name_of(name)->holders)
		free(name_of(name));
}
