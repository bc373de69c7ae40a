// SPDX-License-Identifier: GPL-2.0
/*
 * Makes names that a target may have chosen safe to print: valid UTF-8 for
 * JSON, no control characters on a terminal. It never allocates.
 */
#include <stdint.h>
#include <string.h>

#include "text.h"

#define REPLACEMENT	"\xEF\xBF\xBD"	/* U+FFFD */

/*
 * Bytes of the well-formed sequence at @s, 0 if there is none (Unicode 15,
 * table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
static size_t sequence(const unsigned char *s)
{
	size_t len, i;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xC2 || s[0] > 0xF4)
		return 0;
	len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
	    (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
		return 0;
	for (i = 1; i < len; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	return len;
}

/* C0 and DEL, and C1 in its two-byte form: a terminal may obey them */
static int is_control(const unsigned char *s, size_t len)
{
	return (len == 1 && (s[0] < 0x20 || s[0] == 0x7F)) ||
	       (len == 2 && s[0] == 0xC2 && s[1] < 0xA0);
}

/**
 * text__utf8 - copy @src, with U+FFFD for every byte that is not UTF-8
 * @dst: where to; always ended by a NUL
 * @size: bytes of @dst, at least 1; TEXT_UTF8_SIZE(strlen(src)) takes all
 * @src: any bytes, ended by a NUL
 *
 * Return: bytes written, without the NUL. The copy is cut between characters.
 */
size_t text__utf8(char *dst, size_t size, const char *src)
{
	const unsigned char *s = (const unsigned char *)src;
	size_t out = 0;

	while (*s) {
		size_t len = sequence(s);
		const void *from = len ? (const void *)s : REPLACEMENT;
		size_t bytes = len ? len : strlen(REPLACEMENT);

		if (out + bytes >= size)
			break;
		memcpy(dst + out, from, bytes);
		out += bytes;
		s += len ? len : 1;
	}
	dst[out] = '\0';
	return out;
}

/**
 * text__fit - copy @src for a terminal, in at most @columns characters
 * @dst: where to; always ended by a NUL
 * @size: bytes of @dst, at least 1; 4 * columns + 1 takes all
 * @src: any bytes, ended by a NUL
 * @columns: characters to keep; a longer text ends in '~'
 *
 * Control characters and what is not UTF-8 become '?'.
 *
 * Return: characters written.
 */
size_t text__fit(char *dst, size_t size, const char *src, size_t columns)
{
	const unsigned char *s = (const unsigned char *)src;
	size_t out = 0, last = 0, n = 0;

	while (*s) {
		size_t len = sequence(s);
		int ok = len && !is_control(s, len);
		size_t bytes = ok ? len : 1;

		if (n == columns || out + bytes >= size)
			break;
		last = out;
		memcpy(dst + out, ok ? (const void *)s : "?", bytes);
		out += bytes;
		n++;
		s += len ? len : 1;
	}
	if (*s && n) {
		dst[last] = '~';
		out = last + 1;
	}
	dst[out] = '\0';
	return n;
}
