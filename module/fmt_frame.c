// SPDX-License-Identifier: GPL-2.0
/*
 * Turns what a page frame is into characters. It must not know where the values come
 * from, nor where the characters go.
 */
#include <linux/kernel-page-flags.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "fmt_frame.h"
#include "uapi/pgwalk.h"

static const char * const kinds[PGWALK_FRAME_NR] = {
	[PGWALK_FRAME_NONE] = "none",
	[PGWALK_FRAME_OFFLINE] = "offline",
	[PGWALK_FRAME_DEVICE] = "device",
	[PGWALK_FRAME_FREE] = "free",
	[PGWALK_FRAME_ANON] = "anon",
	[PGWALK_FRAME_KSM] = "ksm",
	[PGWALK_FRAME_FILE] = "file",
	[PGWALK_FRAME_SHMEM] = "shmem",
	[PGWALK_FRAME_HUGETLB] = "hugetlb",
	[PGWALK_FRAME_SLAB] = "slab",
	[PGWALK_FRAME_PGTABLE] = "pgtable",
	[PGWALK_FRAME_ZERO] = "zero",
	[PGWALK_FRAME_RESERVED] = "reserved",
	[PGWALK_FRAME_OTHER] = "other",
	[PGWALK_FRAME_HWPOISON] = "hwpoison",
};

static const char * const zones[] = {
	[PGWALK_ZONE_DMA] = "DMA",
	[PGWALK_ZONE_DMA32] = "DMA32",
	[PGWALK_ZONE_NORMAL] = "Normal",
	[PGWALK_ZONE_MOVABLE] = "Movable",
	[PGWALK_ZONE_DEVICE] = "Device",
};

static const char * const lrus[] = {
	[PGWALK_LRU_INACTIVE_ANON] = "inactive-anon",
	[PGWALK_LRU_ACTIVE_ANON] = "active-anon",
	[PGWALK_LRU_INACTIVE_FILE] = "inactive-file",
	[PGWALK_LRU_ACTIVE_FILE] = "active-file",
	[PGWALK_LRU_UNEVICTABLE] = "unevictable",
};

/* The letters and names that people know from page-types, by number of the flag. */
static const struct {
	char letter;
	const char *name;
} flag_words[] = {
	[KPF_LOCKED] = { 'L', "locked" },
	[KPF_ERROR] = { 'E', "error" },
	[KPF_REFERENCED] = { 'R', "referenced" },
	[KPF_UPTODATE] = { 'U', "uptodate" },
	[KPF_DIRTY] = { 'D', "dirty" },
	[KPF_LRU] = { 'l', "lru" },
	[KPF_ACTIVE] = { 'A', "active" },
	[KPF_SLAB] = { 'S', "slab" },
	[KPF_WRITEBACK] = { 'W', "writeback" },
	[KPF_RECLAIM] = { 'I', "reclaim" },
	[KPF_BUDDY] = { 'B', "buddy" },
	[KPF_MMAP] = { 'M', "mmap" },
	[KPF_ANON] = { 'a', "anonymous" },
	[KPF_SWAPCACHE] = { 's', "swapcache" },
	[KPF_SWAPBACKED] = { 'b', "swapbacked" },
	[KPF_COMPOUND_HEAD] = { 'H', "compound_head" },
	[KPF_COMPOUND_TAIL] = { 'T', "compound_tail" },
	[KPF_HUGE] = { 'G', "huge" },
	[KPF_UNEVICTABLE] = { 'u', "unevictable" },
	[KPF_HWPOISON] = { 'X', "hwpoison" },
	[KPF_NOPAGE] = { 'n', "nopage" },
	[KPF_KSM] = { 'x', "ksm" },
	[KPF_THP] = { 't', "thp" },
	[KPF_OFFLINE] = { 'o', "offline" },
	[KPF_ZERO_PAGE] = { 'z', "zero_page" },
	[KPF_IDLE] = { 'i', "idle_page" },
	[KPF_PGTABLE] = { 'g', "pgtable" },
	[KPF_RESERVED] = { 'r', "reserved" },
	[KPF_MLOCKED] = { 'm', "mlocked" },
#ifdef KPF_OWNER_2
	[KPF_OWNER_2] = { 'd', "owner_2" },
#else
	[KPF_MAPPEDTODISK] = { 'd', "mappedtodisk" },
#endif
	[KPF_PRIVATE] = { 'P', "private" },
	[KPF_PRIVATE_2] = { 'p', "private_2" },
	[KPF_OWNER_PRIVATE] = { 'O', "owner_private" },
	[KPF_ARCH] = { 'h', "arch" },
#ifdef KPF_UNCACHED
	[KPF_UNCACHED] = { 'c', "uncached" },
#endif
	[KPF_ARCH_2] = { 'H', "arch_2" },
#ifdef KPF_ARCH_3
	[KPF_ARCH_3] = { 'J', "arch_3" },
#endif
};

static const char *word_of(const char * const *words, size_t nr, unsigned int value)
{
	return value < nr && words[value] ? words[value] : "-";
}

/**
 * pgwalk_fmt_frame_kind - the name of what a frame is used for
 * @kind: enum pgwalk_frame_kind
 *
 * Return: a string that stays; "-" for what is none.
 */
const char *pgwalk_fmt_frame_kind(unsigned int kind)
{
	return word_of(kinds, ARRAY_SIZE(kinds), kind);
}

/**
 * pgwalk_fmt_zone - the name of a zone
 * @zone: enum pgwalk_zone
 *
 * Return: a string that stays, as /proc/zoneinfo has it; "-" for what is none.
 */
const char *pgwalk_fmt_zone(unsigned int zone)
{
	return word_of(zones, ARRAY_SIZE(zones), zone);
}

/**
 * pgwalk_fmt_lru - the name of a list of reclaim
 * @lru: enum pgwalk_lru
 *
 * Return: a string that stays; "-" for what is none.
 */
const char *pgwalk_fmt_lru(unsigned int lru)
{
	return word_of(lrus, ARRAY_SIZE(lrus), lru);
}

/**
 * pgwalk_fmt_letters - the flags of a frame, a letter each
 * @buf: written to
 * @flags: PGWALK_FRAME_FLAG()
 *
 * Return: @buf: page-types' letters of those that are set; "-" without any.
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
 * pgwalk_fmt_names - the flags of a frame, by name
 * @buf: written to
 * @flags: PGWALK_FRAME_FLAG()
 *
 * Return: @buf: page-types' names, joined by commas; "-" without any.
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
