// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Writes a table as an object: "schema", "keys", "rows", "types" and "shortened". data.js has the inverse.
 *
 * An address is the distance from the address that was written before it, in pages. A text is written once, and then
 * as its place in a ring of the last COMPACT_WORDS texts, until other texts have replaced it. An unknown value is null.
 */
#include <stdlib.h>
#include <string.h>

#include "compact.h"

/* Beyond so many bytes of texts, only the end of a new text is written, so that the size of a page is bounded */
#define TEXT_BUDGET	(1536UL * 1024)
#define TEXT_END	24

static bool is_selected(const struct compact *c, size_t i)
{
	return c->columns->column[i].in & c->in && c->columns->column[i].key;
}

/**
 * compact__begin - begin a table
 * @c: set
 * @json: the text around it
 * @key: its key
 * @columns: columns of the record
 * @in: COLUMN_*, selects columns, at most COMPACT_COLUMNS
 */
void compact__begin(struct compact *c, struct json_writer *json, const char *key, const struct columns *columns,
		    unsigned int in)
{
	size_t i;

	memset(c, 0, sizeof(*c));
	c->json = json;
	c->columns = columns;
	c->in = in;
	json_writer__open_object(json, key);
	json_writer__text(json, "schema", columns->schema);
	json_writer__open_array(json, "keys");
	for (i = 0; i < columns->count; i++)
		if (is_selected(c, i))
			json_writer__text(json, NULL, columns->column[i].key);
	json_writer__close_array(json);
	json_writer__open_array(json, "rows");
}

static void put_address(struct compact *c, uint64_t addr)
{
	json_writer__signed(c->json, NULL, (int64_t)((addr >> 12) - c->at));
	c->at = addr >> 12;
}

/* Return the end of a text that has no budget left; a sequence of UTF-8 is not cut */
static const char *end_of(const char *text)
{
	const size_t len = strlen(text);

	if (len > TEXT_END)
		text += len - TEXT_END;
	while ((*text & 0xc0) == 0x80)
		text++;
	return text;
}

static void put_text(struct compact *c, const char *text)
{
	unsigned int i;

	for (i = 0; i < COMPACT_WORDS; i++) {
		if (!c->words[i] || strcmp(c->words[i], text))
			continue;
		json_writer__count(c->json, NULL, i);
		return;
	}
	free(c->words[c->next]);
	c->words[c->next] = strdup(text);
	c->next = (c->next + 1) % COMPACT_WORDS;
	if (c->text_bytes > TEXT_BUDGET && strlen(text) > TEXT_END) {
		text = end_of(text);
		c->shortened++;
	}
	c->text_bytes += strlen(text);
	json_writer__text(c->json, NULL, text);
}

static const char *put_value(struct compact *c, const struct value *v)
{
	char buf[VALUE_TEXT_MAX];

	switch (v->unit) {
	case VALUE_ADDRESS:
		put_address(c, v->n);
		return "address";
	case VALUE_TEXT:
	case VALUE_PROSE:
	case VALUE_NAME:
	case VALUE_WORDS:
		put_text(c, v->text);
		return "text";
	case VALUE_HEX:
		put_text(c, value__format(v, true, buf, sizeof(buf)));
		return "text";
	case VALUE_SIGNED:
		json_writer__signed(c->json, NULL, (int64_t)v->n);
		return "number";
	case VALUE_NONE:
	case VALUE_ARRAY:
	case VALUE_PERCENT:	/* in no table of a page */
		json_writer__null(c->json, NULL);
		return NULL;
	case VALUE_BOOL:
		json_writer__bool(c->json, NULL, v->n);
		return "bool";
	case VALUE_COUNT:
	case VALUE_RATE:
	case VALUE_NS:
	case VALUE_BYTES:
	case VALUE_SHARE:
		json_writer__count(c->json, NULL, v->n);
		return "number";
	}
	return NULL;
}

/**
 * compact__row - write one record
 * @c: the table
 * @row: the record; addresses are multiples of 4096
 */
void compact__row(struct compact *c, const void *row)
{
	struct value value;
	const char *type;
	size_t i, n = 0;

	json_writer__open_array(c->json, NULL);
	for (i = 0; i < c->columns->count; i++) {
		if (!is_selected(c, i))
			continue;
		column__get(&c->columns->column[i], row, &value);
		type = put_value(c, &value);
		if (type && n < COMPACT_COLUMNS)
			c->type[n] = type;
		n++;
	}
	json_writer__close_array(c->json);
}

/** compact__destroy - free the memory of a table, which may be unfinished */
void compact__destroy(struct compact *c)
{
	unsigned int i;

	for (i = 0; i < COMPACT_WORDS; i++)
		free(c->words[i]);
	memset(c->words, 0, sizeof(c->words));
}

/** compact__end - end a table and free its memory */
void compact__end(struct compact *c)
{
	size_t i, n = 0;

	json_writer__close_array(c->json);
	json_writer__open_array(c->json, "types");
	for (i = 0; i < c->columns->count && n < COMPACT_COLUMNS; i++) {
		if (!is_selected(c, i))
			continue;
		if (c->type[n])
			json_writer__text(c->json, NULL, c->type[n]);
		else
			json_writer__null(c->json, NULL);
		n++;
	}
	json_writer__close_array(c->json);
	json_writer__count(c->json, "shortened", c->shortened);
	json_writer__close_object(c->json);
	compact__destroy(c);
}
