// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Converts names of kinds and flags to numbers; an unknown name is an error. The spelling
 * is a copy on purpose, independent of the X-lists in module/uapi that the module prints:
 * a change there must fail here.
 */
#include <stdlib.h>
#include <string.h>

#include "names.h"

static const char *const kinds[PGWALK_KIND_NR] = {
	[PGWALK_KIND_NONE] = "none", [PGWALK_KIND_TABLE] = "table",
	[PGWALK_KIND_PRESENT] = "present", [PGWALK_KIND_ZERO] = "zero",
	[PGWALK_KIND_SPECIAL] = "special", [PGWALK_KIND_PROTNONE] = "protnone",
	[PGWALK_KIND_NUMA_HINT] = "numa-hint", [PGWALK_KIND_SWAP] = "swap",
	[PGWALK_KIND_MIGRATION] = "migration",
	[PGWALK_KIND_HWPOISON] = "hwpoison", [PGWALK_KIND_DEVICE] = "device",
	[PGWALK_KIND_MARKER] = "marker", [PGWALK_KIND_BAD] = "bad",
	[PGWALK_KIND_RACED] = "raced", [PGWALK_KIND_UFFD_RWP] = "uffd-rwp",
};

static const char *const vma_kinds[PGWALK_VMA_NR] = {
	[PGWALK_VMA_TEXT] = "text", [PGWALK_VMA_RODATA] = "rodata",
	[PGWALK_VMA_DATA] = "data", [PGWALK_VMA_BSS] = "bss",
	[PGWALK_VMA_HEAP] = "heap", [PGWALK_VMA_STACK] = "stack",
	[PGWALK_VMA_FILE] = "file", [PGWALK_VMA_SHM] = "shm",
	[PGWALK_VMA_ANON] = "anon", [PGWALK_VMA_VDSO] = "vdso",
	[PGWALK_VMA_DEVICE] = "device", [PGWALK_VMA_HUGETLB] = "hugetlb",
	[PGWALK_VMA_OTHER] = "other",
};

static const struct {
	const char *word;
	__u64 bit;
} flags_by_word[] = {
	{ "P", PGWALK_F_PRESENT }, { "RW", PGWALK_F_WRITE },
	{ "US", PGWALK_F_USER }, { "PWT", PGWALK_F_PWT },
	{ "PCD", PGWALK_F_PCD }, { "A", PGWALK_F_ACCESSED },
	{ "D", PGWALK_F_DIRTY }, { "PSE", PGWALK_F_HUGE },
	{ "G", PGWALK_F_GLOBAL }, { "PAT", PGWALK_F_PAT },
	{ "NX", PGWALK_F_NX }, { "SPEC", PGWALK_F_SPECIAL },
	{ "SOFT", PGWALK_F_SOFT_DIRTY }, { "UFFD", PGWALK_F_UFFD_WP },
	{ "SAVED", PGWALK_F_SAVED_DIRTY }, { "DEVMAP", PGWALK_F_DEVMAP },
	{ "EXCL", PGWALK_F_EXCLUSIVE }, { "READ", PGWALK_F_ENTRY_READ },
	{ "WRITE", PGWALK_F_ENTRY_WRITE }, { "PRIVATE", PGWALK_F_DEV_PRIVATE },
	{ "EXCLUSIVE", PGWALK_F_DEV_EXCLUSIVE },
	{ "MARK-UFFD", PGWALK_F_MARK_UFFD_WP },
	{ "MARK-POISON", PGWALK_F_MARK_POISON },
	{ "MARK-GUARD", PGWALK_F_MARK_GUARD },
	{ "SHMEM", PGWALK_F_SWAP_SHMEM },
	{ "CONT", PGWALK_F_CONT }, { "TAG", PGWALK_F_TAGGED },
	{ "BTI", PGWALK_F_BTI },
	{ "REDACTED", PGWALK_F_REDACTED },
};

static int find(const char *const *words, int nr, const char *word)
{
	for (int i = 0; i < nr; i++)
		if (words[i] && !strcmp(words[i], word))
			return i;
	return -1;
}

int names_kind(const char *word)
{
	return find(kinds, PGWALK_KIND_NR, word);
}

const char *names_kind_word(int kind)
{
	return kind > 0 && kind < PGWALK_KIND_NR ? kinds[kind] : "?";
}

int names_vma_kind(const char *word)
{
	return find(vma_kinds, PGWALK_VMA_NR, word);
}

int names_shift(const char *word)
{
	static const char units[] = "BKMGT";
	char *unit;
	unsigned long n = strtoul(word, &unit, 10);
	const char *found = *unit ? strchr(units, *unit) : NULL;

	/* A power of two, below 1024 units */
	if (!found || unit[1] || !n || n >= 1024 || n & (n - 1))
		return -1;
	return 10 * (int)(found - units) + __builtin_ctzl(n);
}

static bool parse_word(const char *word, struct names_flags *flags)
{
	bool not = *word == '!';
	char *end;

	word += not;
	for (size_t i = 0; i < sizeof(flags_by_word) / sizeof(*flags_by_word); i++) {
		if (strcmp(flags_by_word[i].word, word))
			continue;
		*(not ? &flags->clear : &flags->set) |= flags_by_word[i].bit;
		return true;
	}
	if (not || strncmp(word, "PK", 2))
		return false;
	flags->pkey = (int)strtol(word + 2, &end, 10);
	return !*end && flags->pkey > 0 && flags->pkey < 16;
}

bool names_parse_flags(const char *words, struct names_flags *flags)
{
	char copy[256], *next = copy, *word;

	*flags = (struct names_flags){ };
	if (!strcmp(words, "-"))
		return true;
	if (strlen(words) >= sizeof(copy))
		return false;
	strcpy(copy, words);
	while ((word = strsep(&next, ",")))
		if (!parse_word(word, flags))
			return false;
	return true;
}
