// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Makes untrusted names safe to print: valid UTF-8 in JSON, no control characters on a terminal. */
#include <string.h>

#include "text.h"

/*
 * Length of the well-formed sequence at @s, or 0 (Unicode 15, table 3-7: no overlong forms, no
 * surrogates, nothing above U+10FFFF)
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

/* C0, DEL, and C1 in its two-byte form: a terminal may interpret them */
static int is_control(const unsigned char *s, size_t len)
{
	return (len == 1 && (s[0] < 0x20 || s[0] == 0x7F)) ||
	       (len == 2 && s[0] == 0xC2 && s[1] < 0xA0);
}

/*
 * Blocks of characters that take two columns of a terminal (Unicode 15, East Asian Width W and F). The list is not that of
 * wcwidth(): the layout of text does not depend on the locale
 */
static const struct {
	unsigned int first;
	unsigned int last;
} wide[] = {
	{ 0x1100, 0x115F }, { 0x2E80, 0x303E }, { 0x3041, 0x4DBF }, { 0x4E00, 0xA4CF }, { 0xA960, 0xA97C },
	{ 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF }, { 0xFE30, 0xFE6B }, { 0xFF01, 0xFF60 }, { 0xFFE0, 0xFFE6 },
	{ 0x1F300, 0x1F64F }, { 0x1F900, 0x1F9FF }, { 0x20000, 0x3FFFD },
};

/* Return the columns of the sequence at @s of @len bytes */
static size_t columns_of(const unsigned char *s, size_t len)
{
	unsigned int c = len == 3 ? s[0] & 0xF : s[0] & 7;
	size_t i;

	if (len < 3)
		return 1;
	for (i = 1; i < len; i++)
		c = c << 6 | (s[i] & 0x3F);
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (c >= wide[i].first && c <= wide[i].last)
			return 2;
	return 1;
}

/**
 * text__sequence - return the number of bytes of the character at @s; 0: not UTF-8
 * @s: any bytes, ended by a NUL
 */
size_t text__sequence(const char *s)
{
	return sequence((const unsigned char *)s);
}

/**
 * text__append - append a word to a list separated by commas
 * @buf: the list
 * @size: bytes of @buf
 * @at: length of the list
 * @word: the word; cut if @buf is full
 *
 * Return: the new length of the list.
 */
size_t text__append(char *buf, size_t size, size_t at, const char *word)
{
	if (at && at + 1 < size)
		buf[at++] = ',';
	while (*word && at + 1 < size)
		buf[at++] = *word++;
	buf[at] = '\0';
	return at;
}

/* Punctuation that no line begins with */
static int is_closing(const char *s)
{
	static const char *const closing[] = { "，", "。", "；", "：", "、", "）", "”", "！", "？" };
	size_t i;

	for (i = 0; i < sizeof(closing) / sizeof(closing[0]); i++)
		if (!strncmp(s, closing[i], strlen(closing[i])))
			return 1;
	return 0;
}

/**
 * text__line - return the bytes of the first line of a text, which ends at a blank or between wide characters
 * @text: UTF-8, ended by a NUL
 * @columns: columns of a line; a longer word is cut
 */
size_t text__line(const char *text, size_t columns)
{
	size_t at = 0, n = 0, end = 0;

	while (text[at]) {
		size_t len = text__sequence(text + at);
		size_t width = len ? columns_of((const unsigned char *)text + at, len) : 1;

		if (at && (text[at] == ' ' || (width == 2 && !is_closing(text + at))))
			end = at;
		if (n + width > columns)
			break;
		n += width;
		at += len ? len : 1;
	}
	return text[at] && end ? end : at;
}

/**
 * text__fit - copy @src for a terminal, in at most @columns columns
 * @dst: the copy, always ended by a NUL
 * @size: bytes of @dst, at least 1; 4 * columns + 1 is enough
 * @src: any bytes, ended by a NUL
 * @columns: columns to fill, where a wide character takes two; a longer text ends in '~'
 *
 * Control characters and invalid UTF-8 become '?'.
 *
 * Return: columns written.
 */
size_t text__fit(char *dst, size_t size, const char *src, size_t columns)
{
	const unsigned char *s = (const unsigned char *)src;
	size_t out = 0, last = 0, n = 0, before = 0;

	while (*s) {
		size_t len = sequence(s);
		int ok = len && !is_control(s, len);
		size_t bytes = ok ? len : 1, width = ok ? columns_of(s, len) : 1;

		if (n + width > columns || out + bytes >= size)
			break;
		last = out;
		before = n;
		memcpy(dst + out, ok ? (const void *)s : "?", bytes);
		out += bytes;
		n += width;
		s += len ? len : 1;
	}
	/* '~' follows the last character where a column is left, else it takes the place of that character */
	if (*s && n) {
		if (n < columns && out + 1 < size)
			last = out;
		else
			n = before;
		dst[last] = '~';
		out = last + 1;
		n++;
	}
	dst[out] = '\0';
	return n;
}
