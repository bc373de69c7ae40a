// SPDX-License-Identifier: GPL-2.0
/*
 * Turns values into characters, for every text view alike. It must not know where
 * the values come from, nor where the characters go.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "fmt.h"
#include "uapi/pgwalk.h"

static const char * const level_names[] = {
	[PGWALK_LEVEL_PTE] = "pte",
	[PGWALK_LEVEL_PMD] = "pmd",
	[PGWALK_LEVEL_PUD] = "pud",
	[PGWALK_LEVEL_P4D] = "p4d",
	[PGWALK_LEVEL_PGD] = "pgd",
};

static const char * const kind_names[PGWALK_KIND_NR] = {
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

static const char * const vma_kind_names[PGWALK_VMA_NR] = {
	[PGWALK_VMA_TEXT] = "text",
	[PGWALK_VMA_RODATA] = "rodata",
	[PGWALK_VMA_DATA] = "data",
	[PGWALK_VMA_BSS] = "bss",
	[PGWALK_VMA_HEAP] = "heap",
	[PGWALK_VMA_STACK] = "stack",
	[PGWALK_VMA_FILE] = "file",
	[PGWALK_VMA_SHM] = "shm",
	[PGWALK_VMA_ANON] = "anon",
	[PGWALK_VMA_VDSO] = "vdso",
	[PGWALK_VMA_DEVICE] = "device",
	[PGWALK_VMA_HUGETLB] = "hugetlb",
	[PGWALK_VMA_OTHER] = "other",
};

/* In the order of their bits. */
static const char * const flag_names[] = {
	"P", "RW", "US", "PWT", "PCD", "A", "D", "PSE", "G", "PAT", "NX",
	"SPEC", "SOFT", "UFFD", "SAVED", "DEVMAP",
	"EXCL", "WRITE", "READ", "PRIVATE", "EXCLUSIVE",
	"MARK-UFFD", "MARK-POISON", "MARK-GUARD",
	"SHMEM",
};

static_assert((1ULL << ARRAY_SIZE(flag_names)) - 1 == PGWALK_F_ALL);

static const char *name_of(const char * const *names, size_t nr, unsigned int value)
{
	return value < nr && names[value] ? names[value] : "-";
}

/**
 * pgwalk_fmt_level - the name of a level
 * @level: enum pgwalk_level
 *
 * Return: a string that stays; "-" for what is none.
 */
const char *pgwalk_fmt_level(unsigned int level)
{
	return name_of(level_names, ARRAY_SIZE(level_names), level);
}

/**
 * pgwalk_fmt_kind - the name of what an entry is
 * @kind: enum pgwalk_kind
 *
 * Return: a string that stays; "-" for what is none.
 */
const char *pgwalk_fmt_kind(unsigned int kind)
{
	return name_of(kind_names, ARRAY_SIZE(kind_names), kind);
}

/**
 * pgwalk_fmt_vma_kind - the name of what a mapping is for
 * @kind: enum pgwalk_vma_kind
 *
 * Return: a string that stays; "-" for what is none.
 */
const char *pgwalk_fmt_vma_kind(unsigned int kind)
{
	return name_of(vma_kind_names, ARRAY_SIZE(vma_kind_names), kind);
}

/**
 * pgwalk_fmt_size - a power of two of bytes
 * @buf: written to
 * @shift: log2 of the bytes
 *
 * Return: @buf: 4K, 2M, 1G, 512G, 256T.
 */
char *pgwalk_fmt_size(char buf[PGWALK_FMT_SIZE], unsigned int shift)
{
	snprintf(buf, PGWALK_FMT_SIZE, "%u%c", 1U << shift % 10, " KMGTPE"[shift / 10]);
	return buf;
}

/**
 * pgwalk_fmt_flags - the flags of an entry
 * @buf: written to
 * @flags: PGWALK_F_*
 * @pkey: protection key; PKn is added if it is not 0
 * @separator: between any two
 *
 * Return: @buf; "-" without any.
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
 * pgwalk_fmt_prot - the permissions of a mapping, as /proc/PID/maps shows them
 * @buf: written to
 * @prot: PGWALK_PROT_*
 *
 * Return: @buf: rwxp, or s for a shared one.
 */
char *pgwalk_fmt_prot(char buf[PGWALK_FMT_PROT], unsigned int prot)
{
	snprintf(buf, PGWALK_FMT_PROT, "%c%c%c%c",
		 prot & PGWALK_PROT_READ ? 'r' : '-',
		 prot & PGWALK_PROT_WRITE ? 'w' : '-',
		 prot & PGWALK_PROT_EXEC ? 'x' : '-',
		 prot & PGWALK_PROT_SHARED ? 's' : 'p');
	return buf;
}
