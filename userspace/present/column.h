/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A column: name, layout, and the function that gets its value. */
#ifndef PGWALK_PRESENT_COLUMN_H
#define PGWALK_PRESENT_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_unit {
	VALUE_NONE,	/* unknown: "-", null */
	VALUE_COUNT,	/* n */
	VALUE_SIGNED,	/* (int64_t)n */
	VALUE_RATE,	/* n in @seconds; in JSON n */
	VALUE_NS,	/* n nanoseconds */
	VALUE_BYTES,	/* n bytes */
	VALUE_SHARE,	/* n bytes of @whole; in JSON n */
	VALUE_PERCENT,	/* n in percent of @whole, may exceed it; not in JSON */
	VALUE_ADDRESS,	/* n, as /proc/PID/maps writes it */
	VALUE_HEX,	/* n */
	VALUE_BOOL,	/* n */
	VALUE_TEXT,	/* @text */
	VALUE_WORDS,	/* @text, words separated by commas; "": none */
	VALUE_PROSE,	/* @text, a phrase or sentence; translated in text, not in JSON */
	VALUE_NAME,	/* @text, any bytes */
	VALUE_ARRAY,	/* @array of n numbers; not in text */
};

/**
 * struct value - value of one cell
 * @unit: selects the fields below that are set
 * @n: number; of a text: its place in the order, before that of its letters
 * @whole: total that @n is a part of
 * @seconds: duration that @n was counted in
 * @text: not owned
 * @array: not owned
 * @buf: memory that @text may point to
 */
struct value {
	enum value_unit unit;
	uint64_t n;
	uint64_t whole;
	double seconds;
	const char *text;
	const uint64_t *array;
	char buf[512];
};

/* Outputs of a column; users of columns may add bits from COLUMN_OWN on */
#define COLUMN_TEXT	(1U << 0)	/* in a line of text, if none are chosen */
#define COLUMN_JSON	(1U << 1)	/* in a JSON object */
#define COLUMN_PAGE	(1U << 2)	/* in the table of an HTML page */
#define COLUMN_OWN	8		/* first bit for users */

/**
 * struct column - one column
 * @key: its name in JSON and in options; NULL: in neither
 * @title: its header in text; NULL: not in text
 * @width: characters in text; 0: the rest of the line
 * @left: left-aligned
 * @in: COLUMN_*
 * @get: gets the value of a row
 * @unit: VALUE_BYTES: wider where bytes are exact; other values are ignored
 */
struct column {
	const char *key;
	const char *title;
	unsigned int width;
	bool left;
	unsigned int in;
	void (*get)(const void *row, struct value *value);
	enum value_unit unit;
};

/**
 * struct columns - all columns of one type of record
 * @schema: name of the record in JSON, with its version: "pgwalk.vma/1"
 * @column: in order of output
 * @count: number of @column
 */
struct columns {
	const char *schema;
	const struct column *column;
	size_t count;
};

#define COLUMNS(name, id, table)					\
const struct columns name = {						\
	id, table, sizeof(table) / sizeof((table)[0])			\
}

void column__get(const struct column *c, const void *row, struct value *value);
int column__compare(const struct column *c, const void *a, const void *b);

void value__set(struct value *value, enum value_unit unit, uint64_t n);
void value__set_text(struct value *value, const char *text);
void value__set_prose(struct value *value, const char *text);
void value__set_range(struct value *value, uint64_t start, uint64_t end);
const char *value__format(const struct value *value, bool exact, char *buf,
			  size_t size);

/** VALUE_TEXT_MAX - size of the buffer for value__format(), with NUL */
#define VALUE_TEXT_MAX	24

#endif
