// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Names of page-table entries (levels, kinds, flags), as in the text views.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "../inspect.h"
#include "../lib/digits.h"
#include "../lib/text.h"
#include "names.h"

/* By bit: the name in the text views, and the name in filters */
static const struct {
	const char *text;
	const char *filter;
} flags[] = {
#define X(name, view, filter) [__builtin_ctzll(PGWALK_F_##name)] = { view, filter },
	PGWALK_ENTRY_FLAGS(X)
#undef X
};

#define NR_FLAGS	(sizeof(flags) / sizeof(flags[0]))

static const char *const kinds[PGWALK_KIND_NR] = {
#define X(name, number, text) [PGWALK_KIND_##name] = (text),
	PGWALK_KINDS(X)
#undef X
};

/**
 * names__arch - return the name of an architecture, as uname -m prints it
 * @arch: enum pgwalk_arch
 *
 * Return: a constant; NULL: unknown.
 */
const char *names__arch(uint32_t arch)
{
	static const char *const words[PGWALK_ARCH_NR] = {
#define X(name, number, text) [PGWALK_ARCH_##name] = (text),
		PGWALK_ARCHS(X)
#undef X
	};

	return arch < PGWALK_ARCH_NR ? words[arch] : NULL;
}

/**
 * names__level - return the name of a page-table level
 * @level: enum pgwalk_level
 *
 * Return: a constant; NULL: unknown.
 */
const char *names__level(uint32_t level)
{
	static const char *const words[] = {
#define X(name, number, text) [PGWALK_LEVEL_##name] = (text),
		PGWALK_LEVELS(X)
#undef X
	};

	return level && level <= PGWALK_LEVEL_PGD ? words[level] : NULL;
}

/**
 * names__entry - return the name of a kind of entries
 * @kind: enum pgwalk_kind
 *
 * Return: a constant; NULL: unknown.
 */
const char *names__entry(uint32_t kind)
{
	return kind < PGWALK_KIND_NR ? kinds[kind] : NULL;
}

/**
 * names__find_entry - find a kind of entries by name
 * @word: the name, without a NUL
 * @len: its length
 *
 * Return: enum pgwalk_kind; 0: no such kind.
 */
uint32_t names__find_entry(const char *word, size_t len)
{
	uint32_t i;

	for (i = PGWALK_KIND_PRESENT; i < PGWALK_KIND_NR; i++)
		if (strlen(kinds[i]) == len && !strncmp(kinds[i], word, len))
			return i;
	return PGWALK_KIND_UNSET;
}

/**
 * names__entry_flags - list the names of the flags of an entry
 * @buf: filled, separated by commas; NAMES_MAX is enough
 * @size: bytes of @buf
 * @bits: PGWALK_F_*
 * @pkey: protection key; listed unless 0
 *
 * Return: @buf.
 */
char *names__entry_flags(char *buf, size_t size, uint64_t bits, uint8_t pkey)
{
	size_t at = 0, i;

	buf[0] = '\0';
	for (i = 0; i < NR_FLAGS; i++)
		if (bits & 1ULL << i)
			at = text__append(buf, size, at, flags[i].text);
	if (pkey)
		snprintf(buf + at, size - at, "%sPK%u", at ? "," : "", pkey);
	return buf;
}

/**
 * names__find_entry_flag - find a flag of entries by its name in filters
 * @word: the name, without a NUL
 * @len: its length
 *
 * Return: PGWALK_F_*; 0: no such flag.
 */
uint64_t names__find_entry_flag(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < NR_FLAGS; i++)
		if (strlen(flags[i].filter) == len &&
		    !strncmp(flags[i].filter, word, len))
			return 1ULL << i;
	return 0;
}

/**
 * names__size - format a power of two of bytes: 4K, 2M, 1G, 512G, 256T
 * @buf: filled
 * @shift: log2 of the size
 *
 * Return: @buf.
 */
char *names__size(char buf[8], uint32_t shift)
{
	char text[DIGITS_MAX], *end = digits__decimal(text, 1U << shift % 10);

	*end++ = " KMGTPE"[shift / 10 % 7];
	*end++ = '\0';
	memcpy(buf, text, (size_t)(end - text));	/* at most "512E" */
	return buf;
}

/**
 * names__sizes - list sizes of pages: 4K,2M
 * @buf: filled, separated by commas; NAMES_MAX is enough
 * @size: bytes of @buf
 * @mask: mask of 1 << log2 of the sizes
 *
 * Return: @buf.
 */
char *names__sizes(char *buf, size_t size, uint64_t mask)
{
	size_t at = 0;
	uint32_t shift;
	char text[8];

	buf[0] = '\0';
	for (shift = 0; shift < 64 && at < size; shift++)
		if (mask >> shift & 1)
			at = text__append(buf, size, at, names__size(text, shift));
	return buf;
}

/**
 * names__tlb - return the name of a type of TLB
 * @type: enum inspect_tlb_type
 *
 * Return: the name; NULL: unknown.
 */
const char *names__tlb(uint32_t type)
{
	static const char *const words[INSPECT_TLB_TYPES] = {
		"data", "instruction", "unified", "load", "store",
	};

	return type < INSPECT_TLB_TYPES ? words[type] : NULL;
}

/**
 * names__aging - list the names of the parts of the kernel that clear accessed bits
 * @buf: filled, separated by commas; NAMES_MAX is enough
 * @size: bytes of @buf
 * @bits: INSPECT_AGING_*
 *
 * Return: @buf.
 */
char *names__aging(char *buf, size_t size, unsigned int bits)
{
	static const char *const words[INSPECT_AGING_NR] = {
		"damon_stat", "damon_reclaim", "damon_lru_sort", "damon", "mglru",
	};
	size_t at = 0, i;

	buf[0] = '\0';
	for (i = 0; i < INSPECT_AGING_NR && at < size; i++)
		if (bits & 1U << i)
			at = text__append(buf, size, at, words[i]);
	return buf;
}
