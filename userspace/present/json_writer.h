/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Writes JSON to a stream, without memory of its own: objects, arrays and values in the order of
 * the text. The stream keeps the error of a failed write.
 */
#ifndef PGWALK_PRESENT_JSON_WRITER_H
#define PGWALK_PRESENT_JSON_WRITER_H

#include "../lib/chunk.h"
#include "column.h"

/**
 * struct json_writer - a text that is being written
 * @chunk: bytes that are not in the stream yet
 * @comma: the next key or element follows another one
 * @in_markup: write '<' as an escape, so that no text ends or begins an element of the page around it;
 *	json_writer__begin() clears it
 */
struct json_writer {
	struct chunk chunk;
	bool comma;
	bool in_markup;
};

void json_writer__begin(struct json_writer *w, FILE *out);
void json_writer__end(struct json_writer *w);

/* A key is a constant; the functions below with a @key of NULL write an element of an array */
void json_writer__open_object(struct json_writer *w, const char *key);
void json_writer__close_object(struct json_writer *w);
void json_writer__open_array(struct json_writer *w, const char *key);
void json_writer__close_array(struct json_writer *w);
void json_writer__null(struct json_writer *w, const char *key);
void json_writer__bool(struct json_writer *w, const char *key, bool value);
void json_writer__count(struct json_writer *w, const char *key, uint64_t n);
void json_writer__signed(struct json_writer *w, const char *key, int64_t n);
void json_writer__seconds(struct json_writer *w, const char *key, double seconds);
void json_writer__address(struct json_writer *w, const char *key, uint64_t addr);
void json_writer__text(struct json_writer *w, const char *key, const char *text);
void json_writer__columns(struct json_writer *w, const struct columns *columns,
			  const void *row, unsigned int in);

#endif
