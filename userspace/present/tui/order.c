// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Sorts the rows of a table by one of its columns. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grid.h"

/* Texts are compared up to this length */
#define WORD_MAX	40

/* Sort key of a row, computed once per row */
struct key {
	uint64_t n;
	bool known;
	bool text;
	char word[WORD_MAX];
	size_t index;
};

static void take(struct key *key, const struct column *c,
		 const struct row *row, size_t index)
{
	struct value v;

	column__get(c, row, &v);
	key->index = index;
	key->n = v.n;
	key->known = v.unit != VALUE_NONE;
	key->text = v.unit == VALUE_TEXT || v.unit == VALUE_NAME || v.unit == VALUE_PROSE ||
		    v.unit == VALUE_WORDS;
	key->word[0] = '\0';
	if (key->text)
		strncat(key->word, v.text, WORD_MAX - 1);
	/* a share is compared as a fraction, not by its part */
	if (v.unit == VALUE_SHARE)
		key->n = v.whole ? (uint64_t)(1e15 * (double)v.n /
					      (double)v.whole) : 0;
}

/* Numbers descending, texts ascending; unknown values come last */
static int compare(const void *a, const void *b, void *reverse)
{
	const struct key *x = a, *y = b;
	int order;

	if (x->known != y->known)
		return x->known ? -1 : 1;
	if (x->text)
		order = strcasecmp(x->word, y->word);
	else
		order = x->n > y->n ? -1 : x->n < y->n;
	if (order)
		return *(bool *)reverse ? -order : order;
	return x->index < y->index ? -1 : x->index > y->index;
}

/**
 * grid__order - sort rows by the sort column
 * @g: the table
 * @row: sorted; equal rows keep their order
 * @count: number of @row
 *
 * Return: 0 or -ENOMEM, with the rows unchanged.
 */
int grid__order(const struct grid *g, struct row *row, size_t count)
{
	struct row *copy;
	struct key *key;
	bool reverse = g->reverse;
	size_t i;

	/* without a sort column, rows keep their order */
	if (!count || g->sort >= g->count)
		return 0;
	key = malloc(count * sizeof(*key));
	copy = malloc(count * sizeof(*copy));
	if (!key || !copy) {
		free(key);
		free(copy);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++)
		take(&key[i], g->column[g->sort], &row[i], i);
	qsort_r(key, count, sizeof(*key), compare, &reverse);
	memcpy(copy, row, count * sizeof(*copy));
	for (i = 0; i < count; i++)
		row[i] = copy[key[i].index];
	free(key);
	free(copy);
	return 0;
}
