/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Copies of untrusted text that are safe to print. */
#ifndef PGWALK_LIB_TEXT_H
#define PGWALK_LIB_TEXT_H

#include <stddef.h>

/**
 * text__plain_length - return the number of bytes before the first that is not printable ASCII
 * @text: any bytes, ended by a NUL
 * @max: limit of the result
 */
static inline size_t text__plain_length(const char *text, size_t max)
{
	size_t n = 0;

	while (n < max && text[n] >= 0x20 && text[n] < 0x7F)
		n++;
	return n;
}

size_t text__append(char *buf, size_t size, size_t at, const char *word);
size_t text__sequence(const char *s);
size_t text__line(const char *text, size_t columns);
size_t text__fit(char *dst, size_t size, const char *src, size_t columns);

#endif
