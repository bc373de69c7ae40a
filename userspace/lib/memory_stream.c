// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Collects the bytes of a stream in memory. Replaces open_memstream(), which drops bytes without an
 * error of the stream or of fclose() when memory is short (glibc).
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory_stream.h"

/* Make room for more bytes and a NUL */
static bool grow(struct memory_stream *m, size_t more)
{
	size_t room = m->room ? m->room : sizeof(m->buffer);
	char *text;

	if (more < m->room - m->size)
		return true;
	while (more >= room - m->size) {
		if (room > SIZE_MAX / 2)
			return false;
		room *= 2;
	}
	text = realloc(m->text, room);
	if (!text)
		return false;
	m->text = text;
	m->room = room;
	return true;
}

/* After a failure nothing is taken, so that no byte in the middle is missing */
static ssize_t take(void *ctx, const char *bytes, size_t size)
{
	struct memory_stream *m = ctx;

	if (m->failed || !grow(m, size)) {
		m->failed = true;
		errno = ENOMEM;
		return 0;
	}
	memcpy(m->text + m->size, bytes, size);
	m->size += size;
	m->text[m->size] = '\0';
	return (ssize_t)size;
}

/**
 * memory_stream__open - begin an empty text
 * @m: closed; set, its text is not freed
 *
 * Return: the stream, of @m; NULL: no memory.
 */
FILE *memory_stream__open(struct memory_stream *m)
{
	m->text = NULL;
	m->size = 0;
	m->room = 0;
	m->failed = false;
	m->file = fopencookie(m, "w", (cookie_io_functions_t){ .write = take });
	if (m->file)
		setvbuf(m->file, m->buffer, _IOFBF, sizeof(m->buffer));
	return m->file;
}

/**
 * memory_stream__close - end the text
 * @m: open; its text stays valid
 *
 * Return: 0: @text and @size are complete, and @text is not NULL; -ENOMEM: bytes are missing.
 */
int memory_stream__close(struct memory_stream *m)
{
	bool failed = ferror(m->file);

	failed |= fclose(m->file) || m->failed || !grow(m, 0);
	m->file = NULL;
	if (failed)
		return -ENOMEM;
	m->text[m->size] = '\0';
	return 0;
}

/** memory_stream__fini - free the text; also of a stream that was not closed, or never opened (zeroes) */
void memory_stream__fini(struct memory_stream *m)
{
	if (m->file)
		fclose(m->file);
	free(m->text);
	m->file = NULL;
	m->text = NULL;
}
