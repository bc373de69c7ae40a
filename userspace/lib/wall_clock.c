// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Formats times of day as RFC 3339 does, in the time zone of the caller (TZ). */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "wall_clock.h"

/**
 * wall_clock__format - format a time: 2026-01-31T23:59:58+01:00
 * @buf: the text
 * @size: bytes of @buf, WALL_CLOCK_MAX is enough
 * @ns: nanoseconds since 1970
 * @form: parts to write
 *
 * Return: @buf.
 */
char *wall_clock__format(char *buf, size_t size, uint64_t ns, enum wall_clock_form form)
{
	time_t seconds = (time_t)(ns / 1000000000);
	char date[40] = "", fraction[8] = "";
	struct tm tm = { 0 };
	long minutes;

	localtime_r(&seconds, &tm);
	minutes = labs(tm.tm_gmtoff) / 60;
	if (form != WALL_CLOCK_TIME)
		snprintf(date, sizeof(date), "%04d-%02d-%02dT", tm.tm_year + 1900, tm.tm_mon + 1,
			 tm.tm_mday);
	if (form == WALL_CLOCK_MS)
		snprintf(fraction, sizeof(fraction), ".%03u", (unsigned int)(ns / 1000000 % 1000));
	snprintf(buf, size, "%s%02d:%02d:%02d%s%c%02ld:%02ld", date, tm.tm_hour, tm.tm_min, tm.tm_sec,
		 fraction, tm.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
	return buf;
}
