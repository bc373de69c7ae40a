/* SPDX-License-Identifier: GPL-2.0 */
/* A column: where a value comes from, what it is called, how it looks. */
#ifndef PGWALK_PRESENT_COLUMN_H
#define PGWALK_PRESENT_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_unit {
	VALUE_NONE,	/* not known: "-", null */
	VALUE_COUNT,	/* n */
	VALUE_SIGNED,	/* (int64_t)n */
	VALUE_RATE,	/* n in @seconds; as a number it is n */
	VALUE_NS,	/* n nanoseconds */
	VALUE_BYTES,	/* n bytes */
	VALUE_SHARE,	/* n bytes of @whole; as a number it is n */
	VALUE_ADDRESS,	/* n, as /proc/PID/maps writes it */
	VALUE_HEX,	/* n */
	VALUE_BOOL,	/* n */
	VALUE_TEXT,	/* @text */
	VALUE_WORDS,	/* @text, words with commas between; "": none */
	VALUE_NAME,	/* @text, any bytes */
	VALUE_ARRAY,	/* @array of n numbers; not in text */
};

/**
 * struct value - what stands in one cell, before it is made text
 * @unit: which of the others count
 * @n: number
 * @whole: what @n is a part of
 * @seconds: the time @n came in
 * @text: not owned
 * @array: not owned
 * @buf: where @text may lie
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

/* Where a column stands; an owner of columns may have more such bits */
#define COLUMN_TEXT	(1U << 0)	/* in a line of text, if none are chosen */
#define COLUMN_JSON	(1U << 1)	/* in a JSON object */
#define COLUMN_OWN	8		/* the first bit that is the owner's */

/**
 * struct column - one column
 * @key: its name in JSON, and to choose it by; NULL: in neither
 * @title: its header in text; NULL: never in text
 * @width: characters in text; 0: the rest of the line
 * @left: aligned to the left
 * @in: COLUMN_*
 * @get: fills in the value of a row
 * @unit: VALUE_BYTES: wider where bytes are written out; else of no meaning
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
 * struct columns - all columns of one kind of record
 * @schema: names the record in JSON, with its version: "pgwalk.vma/1"
 * @column: in the order of a line
 * @count: how many
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
const char *value__format(const struct value *value, bool exact, char *buf,
			  size_t size);

/** VALUE_TEXT_MAX - room for what value__format() writes, with its NUL */
#define VALUE_TEXT_MAX	24

#endif
