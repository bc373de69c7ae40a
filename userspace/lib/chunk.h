/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Collects bytes for a stream, because a call of stdio costs more than the copy of a cell. */
#ifndef PGWALK_LIB_CHUNK_H
#define PGWALK_LIB_CHUNK_H

#include <stdio.h>
#include <string.h>

/**
 * struct chunk - bytes on their way to a stream
 * @out: the stream, which only the caller uses
 * @len: number of bytes in @text
 * @text: bytes that are not in the stream yet
 */
struct chunk {
	FILE *out;
	size_t len;
	char text[2048];
};

/** chunk__init - collect bytes for @out */
static inline void chunk__init(struct chunk *c, FILE *out)
{
	c->out = out;
	c->len = 0;
}

/** chunk__flush - pass the collected bytes on to the stream, which keeps the error of a failure */
static inline void chunk__flush(struct chunk *c)
{
	fwrite_unlocked(c->text, 1, c->len, c->out);
	c->len = 0;
}

/* Copy up to 16 bytes, as two parts of constant size that may overlap: most cells are that short */
static inline void chunk__copy(char *to, const char *text, size_t len)
{
	if (len > 16) {
		memcpy(to, text, len);
	} else if (len >= 8) {
		memcpy(to, text, 8);
		memcpy(to + len - 8, text + len - 8, 8);
	} else if (len >= 4) {
		memcpy(to, text, 4);
		memcpy(to + len - 4, text + len - 4, 4);
	} else if (len >= 2) {
		memcpy(to, text, 2);
		to[len - 1] = text[len - 1];
	} else if (len) {
		*to = *text;
	}
}

/** chunk__put - append @len bytes */
static inline void chunk__put(struct chunk *c, const char *text, size_t len)
{
	if (len > sizeof(c->text) - c->len)
		chunk__flush(c);
	if (len > sizeof(c->text)) {
		fwrite_unlocked(text, 1, len, c->out);
		return;
	}
	chunk__copy(c->text + c->len, text, len);
	c->len += len;
}

/** chunk__put_char - append a byte */
static inline void chunk__put_char(struct chunk *c, char byte)
{
	if (c->len == sizeof(c->text))
		chunk__flush(c);
	c->text[c->len++] = byte;
}

/** chunk__put_blanks - append @n blanks, at most a kilobyte */
static inline void chunk__put_blanks(struct chunk *c, size_t n)
{
	const size_t room = sizeof(c->text) - c->len;

	if (n <= 16 && room >= 16) {
		memset(c->text + c->len, ' ', 16);	/* of constant size: no call */
		c->len += n;
		return;
	}
	if (n > room)
		chunk__flush(c);
	memset(c->text + c->len, ' ', n);
	c->len += n;
}

#endif
