// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Immutable strings with reference counts, so that a snapshot keeps the names of mappings
 * that are unmapped. Equal strings are not merged; callers share a string by reference.
 */
#include <stdlib.h>
#include <string.h>

#include "string_pool.h"

/**
 * struct pooled_string - a string
 * @holders: number of references; not counted for the empty string, which is never freed
 * @text: the string
 */
struct pooled_string {
	size_t holders;
	char text[];
};

/* Most mappings have no name; the empty string is not allocated */
static const char empty[1];

static struct pooled_string *name_of(const char *text)
{
	return (struct pooled_string *)(text - offsetof(struct pooled_string, text));
}

/**
 * string_pool__create - copy a string
 * @text: the string
 * @max: limit of its length
 *
 * Return: the copy, with a reference; or NULL: no memory.
 */
const char *string_pool__create(const char *text, size_t max)
{
	size_t len = strnlen(text, max);
	struct pooled_string *n;

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

/** string_pool__get - take another reference; return @name */
const char *string_pool__get(const char *name)
{
	if (name != empty)
		name_of(name)->holders++;
	return name;
}

/** string_pool__put - drop a reference; NULL is fine */
void string_pool__put(const char *name)
{
	if (!name || name == empty)
		return;
	if (!--name_of(name)->holders)
		free(name_of(name));
}
