// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Formats numbers as short text, independent of the locale. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "digits.h"
#include "units.h"

#define FIXED_MAX	1e15	/* limit of digits__fixed() */
#define SUFFIX_MAX	2	/* "ms" */

/* Write as snprintf("%.*f%.*s") does, with the first @suffix_len bytes of @suffix */
static void put_fixed(char *buf, size_t size, double v, unsigned int decimals, const char *suffix,
		      unsigned int suffix_len)
{
	char text[DIGITS_MAX + SUFFIX_MAX], *end;
	size_t len;

	if (!(v < FIXED_MAX)) {
		snprintf(buf, size, "%.*f%.*s", (int)decimals, v, (int)suffix_len, suffix);
		return;
	}
	/* Most buffers have room for any number: at most 18 characters, the suffix and a NUL */
	if (size >= QUANTITY_MAX) {
		end = digits__fixed(buf, v, decimals);
		while (suffix_len--)
			*end++ = *suffix++;
		*end = '\0';
		return;
	}
	end = digits__fixed(text, v, decimals);
	memcpy(end, suffix, suffix_len);
	len = (size_t)(end - text) + suffix_len;
	if (len >= size)
		len = size - 1;
	memcpy(buf, text, len);
	buf[len] = '\0';
}

/* Many cells of a table are one character. A buffer of QUANTITY_MAX bytes has room for it */
static void put_char(char *buf, char c)
{
	buf[0] = c;
	buf[1] = '\0';
}

struct unit {
	double step;		/* factor between two suffixes */
	const char *suffix;	/* @suffix_len characters each, blank: none */
	unsigned int suffix_len;
	bool whole;		/* "4K", not "4.0K" */
	bool atomic;		/* no fraction with the first suffix */
};

/* Test if @v, from 0 to 9.95, has no fraction: floor() is a call where the CPU lacks SSE4.1 */
static bool is_whole(double v)
{
	return v == (int)v;
}

/*
 * Two significant digits below 10 of a unit, whole numbers above. A value that would round to a
 * fourth digit gets the next unit, so that at most three characters precede the unit
 */
static void scale(char *buf, size_t size, double v, const struct unit *unit)
{
	const char *s = unit->suffix;
	unsigned int len = unit->suffix_len;

	while (v >= 999.5 && s[len]) {
		v /= unit->step;
		s += len;
	}
	put_fixed(buf, size, v,
		  v < 9.95 && !(unit->whole && is_whole(v)) &&
		  !(unit->atomic && s == unit->suffix), s, len - (s[len - 1] == ' '));
}

/**
 * units__rate - format events per second: 0.5, 812, 9999, 18.3k, 1.23M
 * @buf: the text
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @per_second: not negative
 *
 * At most five characters below 10^12. A value above 0 is never shown as 0.
 *
 * Return: @buf.
 */
char *units__rate(char *buf, size_t size, double per_second)
{
	static const char suffix[] = "kMGTP";
	double v = per_second;
	const char *s = suffix;

	if (v > 0 && v < 0.05) {
		snprintf(buf, size, "<0.1");
	} else if (v < 9999.5) {
		put_fixed(buf, size, v, v < 9.95 && !is_whole(v), "", 0);
	} else {

		for (v /= 1000; v >= 999.5 && s[1]; s++)
			v /= 1000;
		put_fixed(buf, size, v, v < 9.995 ? 2 : v < 99.95 ? 1 : 0, s, 1);
	}
	return buf;
}

/**
 * units__bytes - format bytes in powers of 1024: 0, 4K, 1.8M, 24M, 1.1G
 * @buf: the text
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @bytes: the number
 *
 * Return: @buf.
 */
char *units__bytes(char *buf, size_t size, uint64_t bytes)
{
	static const struct unit binary = { 1024, "KMGTPE", 1, true, false };

	if (!bytes)
		put_char(buf, '0');
	else
		scale(buf, size, (double)bytes / 1024, &binary);
	return buf;
}

/**
 * units__time - format a duration: 350ns, 1.2us, 88us, 1.2ms, 3.0s
 * @buf: the text
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @ns: nanoseconds
 *
 * Return: @buf.
 */
char *units__time(char *buf, size_t size, uint64_t ns)
{
	static const struct unit decimal = { 1000, "nsusmss ", 2, false, true };

	scale(buf, size, (double)ns, &decimal);
	return buf;
}

/**
 * units__share - format a share in whole percent: 0%, 61%, 100%
 * @buf: the text
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @part: part of @whole, at most @whole
 * @whole: 0 gives "-"
 *
 * Rounded down, so that 100% means all of it.
 *
 * Return: @buf.
 */
char *units__share(char *buf, size_t size, uint64_t part, uint64_t whole)
{
	if (!whole)
		put_char(buf, '-');
	else
		put_fixed(buf, size, floor(100.0 * ((double)part / (double)whole)), 0, "%", 1);
	return buf;
}

/**
 * units__percent - format a part of a whole that may exceed it: 0%, <0.1%, 5.3%, 61%, 640%
 * @buf: the text
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @part: any number
 * @whole: 0 gives "-"
 *
 * At most five characters below 10000 %.
 *
 * Return: @buf.
 */
char *units__percent(char *buf, size_t size, uint64_t part, uint64_t whole)
{
	double share = whole ? 100.0 * ((double)part / (double)whole) : 0;

	if (!whole)
		put_char(buf, '-');
	else if (part && share < 0.05)
		snprintf(buf, size, "<0.1%%");
	else
		put_fixed(buf, size, share, part && share < 9.95, "%", 1);
	return buf;
}

/**
 * units__coverage - format a share with two decimals: 99.99%
 * @buf: the text
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @part: part of @whole, at most @whole
 * @whole: 0 gives 100.00%
 *
 * Rounded down: 100.00% means that @part equals @whole.
 *
 * Return: @buf.
 */
char *units__coverage(char *buf, size_t size, uint64_t part, uint64_t whole)
{
	double share = 100;

	if (part != whole) {
		share = floor(10000.0 * ((double)part / (double)whole)) / 100;
		if (share >= 100)
			share = 99.99;
	}
	put_fixed(buf, size, share, 2, "%", 1);
	return buf;
}
