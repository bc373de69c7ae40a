// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Writes JSON to a stream: unknown values are null, names are converted to valid UTF-8.
 */
#include <stdio.h>
#include <string.h>

#include "../lib/digits.h"
#include "../lib/text.h"
#include "json_writer.h"

#define REPLACEMENT	"\xEF\xBF\xBD"	/* U+FFFD */

static void put(struct json_writer *w, const char *text)
{
	chunk__put(&w->chunk, text, strlen(text));
}

/* Write the comma and the key of the next value */
static void put_key(struct json_writer *w, const char *key)
{
	if (w->comma)
		chunk__put_char(&w->chunk, ',');
	w->comma = true;
	if (!key)
		return;
	chunk__put_char(&w->chunk, '"');
	put(w, key);
	chunk__put(&w->chunk, "\":", 2);
}

/**
 * json_writer__begin - begin a line with an object
 * @w: set
 * @out: the stream; the caller checks it for errors
 */
void json_writer__begin(struct json_writer *w, FILE *out)
{
	chunk__init(&w->chunk, out);
	w->comma = false;
	w->in_markup = false;
	chunk__put_char(&w->chunk, '{');
}

/** json_writer__end - end the object and the line, and pass it on to the stream */
void json_writer__end(struct json_writer *w)
{
	chunk__put(&w->chunk, "}\n", 2);
	chunk__flush(&w->chunk);
}

static void open_with(struct json_writer *w, const char *key, char bracket)
{
	put_key(w, key);
	chunk__put_char(&w->chunk, bracket);
	w->comma = false;
}

static void close_with(struct json_writer *w, char bracket)
{
	chunk__put_char(&w->chunk, bracket);
	w->comma = true;
}

/** json_writer__open_object - begin an object, to which the next keys belong */
void json_writer__open_object(struct json_writer *w, const char *key)
{
	open_with(w, key, '{');
}

/** json_writer__close_object - end the object that was opened last */
void json_writer__close_object(struct json_writer *w)
{
	close_with(w, '}');
}

/** json_writer__open_array - begin an array, to which the next values belong */
void json_writer__open_array(struct json_writer *w, const char *key)
{
	open_with(w, key, '[');
}

/** json_writer__close_array - end the array that was opened last */
void json_writer__close_array(struct json_writer *w)
{
	close_with(w, ']');
}

/** json_writer__null - write an unknown value */
void json_writer__null(struct json_writer *w, const char *key)
{
	put_key(w, key);
	chunk__put(&w->chunk, "null", 4);
}

/** json_writer__bool - write true or false */
void json_writer__bool(struct json_writer *w, const char *key, bool value)
{
	put_key(w, key);
	put(w, value ? "true" : "false");
}

/** json_writer__count - write a number */
void json_writer__count(struct json_writer *w, const char *key, uint64_t n)
{
	char text[DIGITS_MAX], *end = digits__decimal(text, n);

	put_key(w, key);
	chunk__put(&w->chunk, text, (size_t)(end - text));
}

/** json_writer__signed - write a number that may be negative */
void json_writer__signed(struct json_writer *w, const char *key, int64_t n)
{
	if (n >= 0) {
		json_writer__count(w, key, (uint64_t)n);
		return;
	}
	put_key(w, key);
	chunk__put_char(&w->chunk, '-');
	w->comma = false;
	json_writer__count(w, NULL, -(uint64_t)n);
}

/** json_writer__seconds - write a time in seconds, rounded to 1 us */
void json_writer__seconds(struct json_writer *w, const char *key, double seconds)
{
	char text[48];

	snprintf(text, sizeof(text), "%.6f", seconds);
	put_key(w, key);
	put(w, text);
}

/** json_writer__address - write a text: an address as in /proc/PID/maps */
void json_writer__address(struct json_writer *w, const char *key, uint64_t addr)
{
	char text[DIGITS_MAX];

	digits__hex(text, addr, 8);
	json_writer__text(w, key, text);
}

/* A control character, a quotation mark or a backslash */
static void put_escaped(struct json_writer *w, char byte)
{
	static const char letters[] = "\bb\ff\nn\rr\tt\"\"\\\\";
	char text[8];
	size_t i;

	for (i = 0; letters[i]; i += 2) {
		if (letters[i] != byte)
			continue;
		chunk__put_char(&w->chunk, '\\');
		chunk__put_char(&w->chunk, letters[i + 1]);
		return;
	}
	snprintf(text, sizeof(text), "\\u%04x", (unsigned char)byte);
	put(w, text);
}

/* Return the number of bytes at @text, at most @max, that need no conversion; @markup: '<' needs one */
static size_t plain_length(const char *bytes, size_t max, bool markup)
{
	const unsigned char *text = (const unsigned char *)bytes;
	size_t n = 0;

	while (n < max && text[n] >= 0x20 && text[n] < 0x7f && text[n] != '"' &&
	       text[n] != '\\' && !(markup && text[n] == '<'))
		n++;
	return n;
}

/* @len bytes, or all up to a NUL */
static void put_text(struct json_writer *w, const char *text, size_t len)
{
	const char *end = text + len;

	chunk__put_char(&w->chunk, '"');
	for (;;) {
		size_t n = plain_length(text, (size_t)(end - text), w->in_markup);

		chunk__put(&w->chunk, text, n);
		text += n;
		if (text == end)
			break;
		n = text__sequence(text);
		if (n == 1 && *text != 0x7f)	/* also '<' in markup */
			put_escaped(w, *text);
		else if (n)
			chunk__put(&w->chunk, text, n);
		else
			put(w, REPLACEMENT);
		text += n ? n : 1;
	}
	chunk__put_char(&w->chunk, '"');
}

/** json_writer__text - write bytes as valid UTF-8: U+FFFD for each byte that is not */
void json_writer__text(struct json_writer *w, const char *key, const char *text)
{
	put_key(w, key);
	put_text(w, text, strlen(text));
}

/* "a,b" to ["a","b"] */
static void put_words(struct json_writer *w, const char *key, const char *words)
{
	json_writer__open_array(w, key);
	while (*words) {
		size_t len = strcspn(words, ",");

		put_key(w, NULL);
		put_text(w, words, len);
		words += len + (words[len] == ',');
	}
	json_writer__close_array(w);
}

static void put_array(struct json_writer *w, const char *key, const struct value *v)
{
	size_t i;

	json_writer__open_array(w, key);
	for (i = 0; i < v->n; i++)
		json_writer__count(w, NULL, v->array[i]);
	json_writer__close_array(w);
}

static void put_value(struct json_writer *w, const char *key, const struct value *v)
{
	char address[VALUE_TEXT_MAX];

	switch (v->unit) {
	case VALUE_NONE:
		json_writer__null(w, key);
		break;
	case VALUE_BOOL:
		json_writer__bool(w, key, v->n);
		break;
	case VALUE_ADDRESS:
	case VALUE_HEX:
		json_writer__text(w, key, value__format(v, true, address, sizeof(address)));
		break;
	case VALUE_TEXT:
	case VALUE_PROSE:
	case VALUE_NAME:
		json_writer__text(w, key, v->text);
		break;
	case VALUE_WORDS:
		put_words(w, key, v->text);
		break;
	case VALUE_ARRAY:
		put_array(w, key, v);
		break;
	case VALUE_SIGNED:
		json_writer__signed(w, key, (int64_t)v->n);
		break;
	case VALUE_COUNT:
	case VALUE_RATE:
	case VALUE_NS:
	case VALUE_BYTES:
	case VALUE_SHARE:
	case VALUE_PERCENT:
		json_writer__count(w, key, v->n);
		break;
	}
}

/**
 * json_writer__columns - write the columns of one record
 * @w: the text
 * @columns: columns of the record
 * @row: the record
 * @in: COLUMN_*, selects columns
 */
void json_writer__columns(struct json_writer *w, const struct columns *columns,
			  const void *row, unsigned int in)
{
	struct value value;
	size_t i;

	for (i = 0; i < columns->count; i++) {
		const struct column *c = &columns->column[i];

		if (!(c->in & in))
			continue;
		column__get(c, row, &value);
		put_value(w, c->key, &value);
	}
}
