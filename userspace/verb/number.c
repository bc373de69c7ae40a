// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Parses numbers of the command line, without blanks, signs or trailing characters. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "run.h"

/**
 * number__hex - parse an address or a frame number: hexadecimal, with or without 0x
 * @text: the text
 * @n: filled
 *
 * Return: 0 or -EINVAL.
 */
int number__hex(const char *text, uint64_t *n)
{
	char *end;

	if (!isxdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*n = strtoull(text, &end, 16);
	return errno || *end || (end[-1] == 'x' || end[-1] == 'X') ? -EINVAL : 0;
}

/**
 * number__decimal - parse a count or an ID
 * @text: the text
 * @max: largest valid number
 * @n: filled
 *
 * Return: 0 or -EINVAL.
 */
int number__decimal(const char *text, uint64_t max, uint64_t *n)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*n = strtoull(text, &end, 10);
	return errno || *end || *n > max ? -EINVAL : 0;
}

/**
 * number__seconds - parse the length of an interval, fractions allowed
 * @text: the text
 * @min: the shortest
 * @seconds: filled
 *
 * Return: 0 or -EINVAL: not @min to 1000000.
 */
int number__seconds(const char *text, double min, double *seconds)
{
	char *end;

	if (!isdigit((unsigned char)*text) && *text != '.')
		return -EINVAL;
	*seconds = strtod(text, &end);
	return *end || !isfinite(*seconds) || *seconds < min || *seconds > 1e6 ? -EINVAL : 0;
}

/**
 * number__sleep - sleep, also across signals whose handlers return
 * @seconds: 0 to 1000000
 */
void number__sleep(double seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += (time_t)seconds;
	t.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}
