// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers to short text, in one place for every presenter. It only formats:
 * no locale, no state, no output.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "quantity.h"

struct unit {
	double step;		/* from one suffix to the next */
	const char *suffix;	/* one character each */
	bool whole;		/* "4K", not "4.0K" */
	bool atomic;		/* the first one has no fractions */
};

/*
 * Two significant digits below 10 of a unit, whole ones above. A value is
 * carried to the next unit where it would round to a fourth digit, so that
 * the text never gets wider than four characters.
 */
static void scale(char *buf, size_t size, double v, const struct unit *unit)
{
	const char *s = unit->suffix;

	while (v >= 999.5 && s[1]) {
		v /= unit->step;
		s++;
	}
	if (v < 9.95 && !(unit->whole && v == floor(v)) &&
	    !(unit->atomic && s == unit->suffix))
		snprintf(buf, size, "%.1f%c", v, *s);
	else
		snprintf(buf, size, "%.0f%c", v, *s);
}

/**
 * quantity__rate - format events per second: 0.5, 812, 9999, 18.3k, 1.23M
 * @buf: where to
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @per_second: not negative
 *
 * Five characters at the most below 10^12. What is not 0 never looks like it.
 *
 * Return: @buf.
 */
char *quantity__rate(char *buf, size_t size, double per_second)
{
	static const char suffix[] = "kMGTP";
	double v = per_second;
	const char *s = suffix;

	if (v > 0 && v < 0.05) {
		snprintf(buf, size, "<0.1");
	} else if (v < 9.95 && v != floor(v)) {
		snprintf(buf, size, "%.1f", v);
	} else if (v < 9999.5) {
		snprintf(buf, size, "%.0f", v);
	} else {
		for (v /= 1000; v >= 999.5 && s[1]; s++)
			v /= 1000;
		snprintf(buf, size, "%.*f%c",
			 v < 9.995 ? 2 : v < 99.95 ? 1 : 0, v, *s);
	}
	return buf;
}

/**
 * quantity__bytes - format bytes in powers of 1024: 0, 4K, 1.8M, 24M, 1.1G
 * @buf: where to
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @bytes: how many
 *
 * Return: @buf.
 */
char *quantity__bytes(char *buf, size_t size, uint64_t bytes)
{
	static const struct unit binary = { 1024, "KMGTPE", true, false };

	if (!bytes)
		snprintf(buf, size, "0");
	else
		scale(buf, size, (double)bytes / 1024, &binary);
	return buf;
}

/**
 * quantity__time - format a duration: 350n, 1.2u, 88u, 1.2m, 3.0s
 * @buf: where to
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @ns: nanoseconds
 *
 * Return: @buf.
 */
char *quantity__time(char *buf, size_t size, uint64_t ns)
{
	static const struct unit decimal = { 1000, "nums", false, true };

	scale(buf, size, (double)ns, &decimal);
	return buf;
}

/**
 * quantity__share - format a share in whole percent: 0%, 61%, 100%
 * @buf: where to
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @part: of @whole, not more than it
 * @whole: 0 gives "-"
 *
 * Rounded down, so that 100% means all of it.
 *
 * Return: @buf.
 */
char *quantity__share(char *buf, size_t size, uint64_t part, uint64_t whole)
{
	if (!whole)
		snprintf(buf, size, "-");
	else
		snprintf(buf, size, "%.0f%%",
			 floor(100.0 * ((double)part / (double)whole)));
	return buf;
}

/**
 * quantity__coverage - format a share with two decimals: 99.99%
 * @buf: where to
 * @size: bytes of @buf, QUANTITY_MAX is enough
 * @part: of @whole, not more than it
 * @whole: 0 gives 100.00%, for nothing is missing from nothing
 *
 * Rounded down: 100.00% is only said where @part is @whole.
 *
 * Return: @buf.
 */
char *quantity__coverage(char *buf, size_t size, uint64_t part, uint64_t whole)
{
	double share = 100;

	if (part != whole) {
		share = floor(10000.0 * ((double)part / (double)whole)) / 100;
		if (share >= 100)
			share = 99.99;
	}
	snprintf(buf, size, "%.2f%%", share);
	return buf;
}
