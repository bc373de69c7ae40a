/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A stream in memory, which reports that memory was short. */
#ifndef PGWALK_LIB_MEMORY_STREAM_H
#define PGWALK_LIB_MEMORY_STREAM_H

#include <stdbool.h>
#include <stdio.h>

#define MEMORY_STREAM_BUFFER	4096

/**
 * struct memory_stream - a text that is being written; must not be moved
 * @file: the stream; NULL: closed
 * @text: the bytes that were written, with a NUL after them; NULL: none
 * @size: number of bytes
 * @room: allocated bytes
 * @failed: bytes are missing
 * @buffer: bytes on their way to @text
 */
struct memory_stream {
	FILE *file;
	char *text;
	size_t size;
	size_t room;
	bool failed;
	char buffer[MEMORY_STREAM_BUFFER];
};

FILE *memory_stream__open(struct memory_stream *m);
int memory_stream__close(struct memory_stream *m);
void memory_stream__fini(struct memory_stream *m);

#endif
