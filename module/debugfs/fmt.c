// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Formats values as characters, for all text views.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "../uapi/pgwalk.h"
#include "fmt.h"

static const char * const level_names[] = {
#define X(name, number, text) [PGWALK_LEVEL_##name] = text,
	PGWALK_LEVELS(X)
#undef X
};

static const char * const kind_names[PGWALK_KIND_NR] = {
#define X(name, number, text) [PGWALK_KIND_##name] = text,
	PGWALK_KINDS(X)
#undef X
};

static const char * const vma_kind_names[PGWALK_VMA_NR] = {
#define X(name, number, text) [PGWALK_VMA_##name] = text,
	PGWALK_VMA_KINDS(X)
#undef X
};

/* By bit */
static const char * const flag_names[] = {
#define X(name, view, filter) [__builtin_ctzll(PGWALK_F_##name)] = view,
	PGWALK_ENTRY_FLAGS(X)
#undef X
};

static const char *name_of(const char * const *names, size_t nr, unsigned int value)
{
	return value < nr && names[value] ? names[value] : "-";
}

/**
 * pgwalk_fmt_level - return the name of a level
 * @level: enum pgwalk_level
 *
 * Context: any.
 * Return: a constant string; "-" for an invalid level.
 */
const char *pgwalk_fmt_level(unsigned int level)
{
	return name_of(level_names, ARRAY_SIZE(level_names), level);
}

/**
 * pgwalk_fmt_kind - return the name of a kind of entry
 * @kind: enum pgwalk_kind
 *
 * Context: any.
 * Return: a constant string; "-" for an invalid kind.
 */
const char *pgwalk_fmt_kind(unsigned int kind)
{
	return name_of(kind_names, ARRAY_SIZE(kind_names), kind);
}

/**
 * pgwalk_fmt_vma_kind - return the name of a kind of mapping
 * @kind: enum pgwalk_vma_kind
 *
 * Context: any.
 * Return: a constant string; "-" for an invalid kind.
 */
const char *pgwalk_fmt_vma_kind(unsigned int kind)
{
	return name_of(vma_kind_names, ARRAY_SIZE(vma_kind_names), kind);
}

/**
 * pgwalk_fmt_size - format a size that is a power of two
 * @buf: written to
 * @shift: log2 of the size in bytes
 *
 * Context: any.
 * Return: @buf: 4K, 2M, 1G, 512G, 256T.
 */
char *pgwalk_fmt_size(char buf[PGWALK_FMT_SIZE], unsigned int shift)
{
	snprintf(buf, PGWALK_FMT_SIZE, "%u%c", 1U << shift % 10, " KMGTPE"[shift / 10]);
	return buf;
}

/**
 * pgwalk_fmt_flags - format the flags of an entry
 * @buf: written to
 * @flags: PGWALK_F_*
 * @pkey: protection key; PKn is added if it is not 0
 * @separator: character between two flags
 *
 * Context: any.
 * Return: @buf; "-" if no flag is set.
 */
char *pgwalk_fmt_flags(char buf[PGWALK_FMT_FLAGS], u64 flags, unsigned int pkey,
		       char separator)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flag_names); i++)
		if (flags & 1ULL << i)
			len += scnprintf(buf + len, PGWALK_FMT_FLAGS - len, "%s%c",
					 flag_names[i], separator);
	if (pkey)
		len += scnprintf(buf + len, PGWALK_FMT_FLAGS - len, "PK%u%c", pkey,
				 separator);
	if (len)
		buf[len - 1] = '\0';
	else
		strscpy(buf, "-", PGWALK_FMT_FLAGS);
	return buf;
}

/**
 * pgwalk_fmt_prot - format the permissions of a mapping, as /proc/PID/maps shows them
 * @buf: written to
 * @prot: PGWALK_PROT_*
 *
 * Context: any.
 * Return: @buf: rwxp, or rwxs for a shared mapping.
 */
char *pgwalk_fmt_prot(char buf[PGWALK_FMT_PROT], unsigned int prot)
{
	buf[0] = prot & PGWALK_PROT_READ ? 'r' : '-';
	buf[1] = prot & PGWALK_PROT_WRITE ? 'w' : '-';
	buf[2] = prot & PGWALK_PROT_EXEC ? 'x' : '-';
	buf[3] = prot & PGWALK_PROT_SHARED ? 's' : 'p';
	buf[4] = '\0';
	return buf;
}

/**
 * pgwalk_fmt_decimals - format a number as %llu does: pgwalk_fmt_decimal() for all numbers
 * @to: at most PGWALK_FMT_DECIMAL bytes are written
 * @value: number
 *
 * Context: any.
 * Return: end of the text, which has no NUL.
 */
char *pgwalk_fmt_decimals(char *to, u64 value)
{
	char digits[PGWALK_FMT_DECIMAL];
	unsigned int nr = 0;

	do {
		digits[nr++] = '0' + do_div(value, 10);
	} while (value);
	while (nr)
		*to++ = digits[--nr];
	return to;
}

/**
 * pgwalk_fmt_string - copy a string
 * @to: the characters of @string are written
 * @string: NUL-terminated
 *
 * Context: any.
 * Return: end of the text, which has no NUL.
 */
char *pgwalk_fmt_string(char *to, const char *string)
{
	while (*string)
		*to++ = *string++;
	return to;
}
