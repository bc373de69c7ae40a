/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A long table in JSON, in few bytes a row and constant memory: rows are arrays, addresses are distances in pages,
 * and a text that came lately is a number.
 */
#ifndef PGWALK_PRESENT_HTML_COMPACT_H
#define PGWALK_PRESENT_HTML_COMPACT_H

#include "../json_writer.h"

/** COMPACT_WORDS - number of different texts that are remembered */
#define COMPACT_WORDS	256
#define COMPACT_COLUMNS	48

/**
 * struct compact - a table that is being written
 * @json: the text around it
 * @columns: columns of the record
 * @in: COLUMN_*, selects columns
 * @at: the last address, in pages
 * @words: the last different texts, in a ring; NULL: not used yet, or no memory
 * @next: place in @words of the next new text
 * @type: type of each selected column
 * @text_bytes: bytes of all texts so far
 * @shortened: number of texts that were cut
 */
struct compact {
	struct json_writer *json;
	const struct columns *columns;
	unsigned int in;
	uint64_t at;
	char *words[COMPACT_WORDS];
	unsigned int next;
	const char *type[COMPACT_COLUMNS];
	size_t text_bytes;
	uint64_t shortened;
};

void compact__begin(struct compact *c, struct json_writer *json, const char *key, const struct columns *columns,
		    unsigned int in);
void compact__row(struct compact *c, const void *row);
void compact__end(struct compact *c);
void compact__destroy(struct compact *c);

#endif
