// SPDX-License-Identifier: GPL-2.0
/*
 * Page-table entries as words: levels, kinds and flags, the same as in the text
 * views. No other file may spell them.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "inspect.h"
#include "words.h"

/* In the order of their bits: as the text views have them, and to ask for */
static const struct {
	const char *shown;
	const char *asked;
} flags[] = {
	{ "P", "p" },			{ "RW", "write" },
	{ "US", "user" },		{ "PWT", "pwt" },
	{ "PCD", "pcd" },		{ "A", "young" },
	{ "D", "dirty" },		{ "PSE", "huge" },
	{ "G", "global" },		{ "PAT", "pat" },
	{ "NX", "nx" },			{ "SPEC", "spec" },
	{ "SOFT", "soft-dirty" },	{ "UFFD", "uffd-wp" },
	{ "SAVED", "saved-dirty" },	{ "DEVMAP", "devmap" },
	{ "EXCL", "swap-exclusive" },	{ "WRITE", "entry-write" },
	{ "READ", "entry-read" },	{ "PRIVATE", "dev-private" },
	{ "EXCLUSIVE", "dev-exclusive" }, { "MARK-UFFD", "mark-uffd-wp" },
	{ "MARK-POISON", "mark-poison" }, { "MARK-GUARD", "mark-guard" },
	{ "SHMEM", "swap-shmem" },
};

#define NR_FLAGS	(sizeof(flags) / sizeof(flags[0]))
_Static_assert((1ULL << NR_FLAGS) - 1 == PGWALK_F_ALL, "a word for each flag");

static const char *const kinds[PGWALK_KIND_NR] = {
	[PGWALK_KIND_NONE] = "none",
	[PGWALK_KIND_TABLE] = "table",
	[PGWALK_KIND_PRESENT] = "present",
	[PGWALK_KIND_ZERO] = "zero",
	[PGWALK_KIND_SPECIAL] = "special",
	[PGWALK_KIND_PROTNONE] = "protnone",
	[PGWALK_KIND_NUMA_HINT] = "numa-hint",
	[PGWALK_KIND_SWAP] = "swap",
	[PGWALK_KIND_MIGRATION] = "migration",
	[PGWALK_KIND_HWPOISON] = "hwpoison",
	[PGWALK_KIND_DEVICE] = "device",
	[PGWALK_KIND_MARKER] = "marker",
	[PGWALK_KIND_BAD] = "bad",
	[PGWALK_KIND_RACED] = "raced",
	[PGWALK_KIND_UFFD_RWP] = "uffd-rwp",
};

/**
 * words__level - name a level of the tables
 * @level: enum pgwalk_level
 *
 * Return: a constant; NULL for what is not known.
 */
const char *words__level(uint32_t level)
{
	static const char *const words[] = {
		[PGWALK_LEVEL_PTE] = "pte", [PGWALK_LEVEL_PMD] = "pmd",
		[PGWALK_LEVEL_PUD] = "pud", [PGWALK_LEVEL_P4D] = "p4d",
		[PGWALK_LEVEL_PGD] = "pgd",
	};

	return level && level <= PGWALK_LEVEL_PGD ? words[level] : NULL;
}

/**
 * words__entry - name what an entry is
 * @kind: enum pgwalk_kind
 *
 * Return: a constant; NULL for what is not known.
 */
const char *words__entry(uint32_t kind)
{
	return kind < PGWALK_KIND_NR ? kinds[kind] : NULL;
}

/**
 * words__find_entry - find the kind that has a name
 * @word: not ended by a NUL
 * @len: characters of it
 *
 * Return: enum pgwalk_kind; 0: there is none.
 */
uint32_t words__find_entry(const char *word, size_t len)
{
	uint32_t i;

	for (i = PGWALK_KIND_PRESENT; i < PGWALK_KIND_NR; i++)
		if (strlen(kinds[i]) == len && !strncmp(kinds[i], word, len))
			return i;
	return PGWALK_KIND_UNSET;
}

/**
 * words__entry_flags - name the flags of an entry
 * @buf: filled, with commas between; WORDS_MAX is enough
 * @size: bytes of @buf
 * @bits: PGWALK_F_*
 * @pkey: protection key: told if it is not 0
 *
 * Return: @buf.
 */
char *words__entry_flags(char *buf, size_t size, uint64_t bits, uint8_t pkey)
{
	size_t at = 0, i;

	buf[0] = '\0';
	for (i = 0; i < NR_FLAGS; i++)
		if (bits & 1ULL << i)
			at += (size_t)snprintf(buf + at, size - at, "%s%s",
					       at ? "," : "", flags[i].shown);
	if (pkey)
		snprintf(buf + at, size - at, "%sPK%u", at ? "," : "", pkey);
	return buf;
}

/**
 * words__find_entry_flag - find the flag that is asked for by a name
 * @word: not ended by a NUL
 * @len: characters of it
 *
 * Return: PGWALK_F_*; 0: there is none.
 */
uint64_t words__find_entry_flag(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < NR_FLAGS; i++)
		if (strlen(flags[i].asked) == len &&
		    !strncmp(flags[i].asked, word, len))
			return 1ULL << i;
	return 0;
}

/**
 * words__size - name a power of two of bytes: 4K, 2M, 1G, 512G, 256T
 * @buf: filled
 * @shift: log2 of it
 *
 * Return: @buf.
 */
char *words__size(char buf[8], uint32_t shift)
{
	snprintf(buf, 8, "%u%c", 1U << shift % 10, " KMGTPE"[shift / 10 % 7]);
	return buf;
}

/**
 * words__aging - name what clears accessed bits
 * @buf: filled, with commas between; WORDS_MAX is enough
 * @size: bytes of @buf
 * @bits: INSPECT_AGING_*
 *
 * Return: @buf.
 */
char *words__aging(char *buf, size_t size, unsigned int bits)
{
	static const char *const words[INSPECT_AGING_NR] = {
		"damon_stat", "damon_reclaim", "damon_lru_sort", "damon", "mglru",
	};
	size_t at = 0, i;

	buf[0] = '\0';
	for (i = 0; i < INSPECT_AGING_NR && at < size; i++)
		if (bits & 1U << i)
			at += (size_t)snprintf(buf + at, size - at, "%s%s",
					       at ? "," : "", words[i]);
	return buf;
}
