// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Formats the attributes of a page frame as characters.
 */
#include <linux/kernel-page-flags.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../uapi/pgwalk.h"
#include "fmt_frame.h"

static const char * const kinds[PGWALK_FRAME_NR] = {
#define X(name, number, text) [PGWALK_FRAME_##name] = text,
	PGWALK_FRAME_KINDS(X)
#undef X
};

static const char * const zones[] = {
#define X(name, number, text) [PGWALK_ZONE_##name] = text,
	PGWALK_ZONES(X)
#undef X
};

static const char * const lrus[] = {
#define X(name, number, text) [PGWALK_LRU_##name] = text,
	PGWALK_LRUS(X)
#undef X
};

/* Letters and names as in tools/mm/page-types, by number of the flag. */
static const struct {
	char letter;
	const char *name;
} flag_words[PGWALK_FRAME_FLAG_MAX] = {
#define X(number, letter, name) [number] = { letter, name },
	PGWALK_FRAME_FLAGS(X)
#undef X
};

static const char *word_of(const char * const *words, size_t nr, unsigned int value)
{
	return value < nr && words[value] ? words[value] : "-";
}

/**
 * pgwalk_fmt_frame_kind - return the name of a kind of frame
 * @kind: enum pgwalk_frame_kind
 *
 * Context: any.
 * Return: a constant string; "-" for an invalid kind.
 */
const char *pgwalk_fmt_frame_kind(unsigned int kind)
{
	return word_of(kinds, ARRAY_SIZE(kinds), kind);
}

/**
 * pgwalk_fmt_zone - return the name of a zone
 * @zone: enum pgwalk_zone
 *
 * Context: any.
 * Return: a constant string, as in /proc/zoneinfo; "-" for an invalid zone.
 */
const char *pgwalk_fmt_zone(unsigned int zone)
{
	return word_of(zones, ARRAY_SIZE(zones), zone);
}

/**
 * pgwalk_fmt_lru - return the name of an LRU list
 * @lru: enum pgwalk_lru
 *
 * Context: any.
 * Return: a constant string; "-" for no list.
 */
const char *pgwalk_fmt_lru(unsigned int lru)
{
	return word_of(lrus, ARRAY_SIZE(lrus), lru);
}

/**
 * pgwalk_fmt_letters - format the flags of a frame as letters
 * @buf: written to
 * @flags: PGWALK_FRAME_FLAG()
 *
 * Context: any.
 * Return: @buf: letters of the flags that are set, as in page-types; "-" if none is set.
 */
char *pgwalk_fmt_letters(char buf[PGWALK_FMT_LETTERS], u64 flags)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flag_words); i++)
		if (flags & 1ULL << i && flag_words[i].letter)
			buf[len++] = flag_words[i].letter;
	if (!len)
		buf[len++] = '-';
	buf[len] = '\0';
	return buf;
}

/**
 * pgwalk_fmt_names - format the flags of a frame as names
 * @buf: written to
 * @flags: PGWALK_FRAME_FLAG()
 *
 * Context: any.
 * Return: @buf: names as in page-types, separated by commas; "-" if none is set.
 */
char *pgwalk_fmt_names(char buf[PGWALK_FMT_NAMES], u64 flags)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flag_words); i++)
		if (flags & 1ULL << i && flag_words[i].name)
			len += scnprintf(buf + len, PGWALK_FMT_NAMES - len, "%s,",
					 flag_words[i].name);
	if (len)
		buf[len - 1] = '\0';
	else
		strscpy(buf, "-", PGWALK_FMT_NAMES);
	return buf;
}
