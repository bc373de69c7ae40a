/* SPDX-License-Identifier: GPL-2.0 */
/* The columns: one table, walked by every presenter. */
#ifndef PGWALK_PRESENT_COLUMN_H
#define PGWALK_PRESENT_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../snapshot.h"

enum value_unit {
	VALUE_NONE,	/* not known: "-", null */
	VALUE_COUNT,	/* n */
	VALUE_RATE,	/* n in @seconds; as a number it is n */
	VALUE_NS,	/* n nanoseconds */
	VALUE_BYTES,	/* n bytes */
	VALUE_SHARE,	/* n bytes of @whole; as a number it is n */
	VALUE_ADDRESS,	/* n */
	VALUE_BOOL,	/* n */
	VALUE_TEXT,	/* @text */
	VALUE_NAME,	/* @text, any bytes */
};

/**
 * struct value - what stands in one cell, before it is made text
 * @unit: which of the others count
 * @n: number
 * @whole: what @n is a part of
 * @seconds: the time @n came in
 * @text: not owned
 * @buf: where @text may lie
 */
struct value {
	enum value_unit unit;
	uint64_t n;
	uint64_t whole;
	double seconds;
	const char *text;
	char buf[64];
};

/**
 * struct line - what one row of cells is about
 * @snapshot: the interval
 * @mapping: NULL in the rows total and unattributed
 * @class: one class of @mapping; NULL: all of them
 * @faults: those of the line
 * @label: of a line without a mapping; NULL otherwise
 */
struct line {
	const struct snapshot *snapshot;
	const struct snapshot_mapping *mapping;
	const struct snapshot_class *class;
	const struct snapshot_faults *faults;
	const char *label;
};

/* Where a column stands */
#define COLUMN_TEXT	(1U << 0)	/* in a line of text */
#define COLUMN_MAPPING	(1U << 1)	/* in the JSON object of a mapping */
#define COLUMN_CLASS	(1U << 2)	/* of a class */
#define COLUMN_TOTAL	(1U << 3)	/* of the total */

/**
 * struct column - one column
 * @key: its name in JSON
 * @title: its header in text
 * @width: characters in text; 0: the rest of the line
 * @left: aligned to the left
 * @in: COLUMN_*
 * @get: fills in the value of a line
 */
struct column {
	const char *key;
	const char *title;
	unsigned int width;
	bool left;
	unsigned int in;
	void (*get)(const struct line *line, struct value *value);
};

extern const struct column column_table[];
extern const size_t column_count;

void column__get(const struct column *c, const struct line *line,
		 struct value *value);
int column__compare(const struct column *c, const struct line *a,
		    const struct line *b);
char *value__format(const struct value *value, char *buf, size_t size);

#endif
