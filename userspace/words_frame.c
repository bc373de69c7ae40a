// SPDX-License-Identifier: GPL-2.0
/*
 * Page frames as words: flags with the names and letters of the kernel's own
 * page-types, kinds, zones, lists. No other file may spell them.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "pgwalk_frame.h"
#include "words.h"

/* By KPF number (include/uapi/linux/kernel-page-flags.h; from 32 on the kernel's own) */
static const struct {
	char letter;
	const char *word;
} flags[64] = {
	[0] = { 'L', "locked" },	[1] = { 'E', "error" },
	[2] = { 'R', "referenced" },	[3] = { 'U', "uptodate" },
	[4] = { 'D', "dirty" },		[5] = { 'l', "lru" },
	[6] = { 'A', "active" },	[7] = { 'S', "slab" },
	[8] = { 'W', "writeback" },	[9] = { 'I', "reclaim" },
	[10] = { 'B', "buddy" },	[11] = { 'M', "mmap" },
	[12] = { 'a', "anonymous" },	[13] = { 's', "swapcache" },
	[14] = { 'b', "swapbacked" },	[15] = { 'H', "compound_head" },
	[16] = { 'T', "compound_tail" }, [17] = { 'G', "huge" },
	[18] = { 'u', "unevictable" },	[19] = { 'X', "hwpoison" },
	[20] = { 'n', "nopage" },	[21] = { 'x', "ksm" },
	[22] = { 't', "thp" },		[23] = { 'o', "offline" },
	[24] = { 'z', "zero_page" },	[25] = { 'i', "idle_page" },
	[26] = { 'g', "pgtable" },
	[32] = { 'r', "reserved" },	[33] = { 'm', "mlocked" },
	[34] = { 'd', "owner_2" },	[35] = { 'P', "private" },
	[36] = { 'p', "private_2" },	[37] = { 'O', "owner_private" },
	[38] = { 'h', "arch" },		[39] = { 'c', "uncached" },
	[40] = { 'f', "softdirty" },	[41] = { 'H', "arch_2" },
	[42] = { 'J', "arch_3" },
};

/**
 * words__frame_flags - name the flags of a frame
 * @buf: filled, with commas between; WORDS_MAX is enough
 * @size: bytes of @buf
 * @bits: PGWALK_FRAME_FLAG()
 *
 * A flag that is not known is told by its number: "kpf43".
 *
 * Return: @buf.
 */
char *words__frame_flags(char *buf, size_t size, uint64_t bits)
{
	size_t at = 0, i;

	buf[0] = '\0';
	for (i = 0; i < 64 && at < size; i++) {
		if (!(bits & 1ULL << i))
			continue;
		if (at)
			at += (size_t)snprintf(buf + at, size - at, ",");
		if (flags[i].word && at < size)
			at += (size_t)snprintf(buf + at, size - at, "%s",
					       flags[i].word);
		else if (at < size)
			at += (size_t)snprintf(buf + at, size - at, "kpf%zu",
					       i);
	}
	return buf;
}

/**
 * words__frame_letters - the letters of the flags of a frame
 * @buf: filled, a letter a flag; without any "-"
 * @bits: PGWALK_FRAME_FLAG()
 *
 * Return: @buf.
 */
char *words__frame_letters(char buf[65], uint64_t bits)
{
	size_t at = 0, i;

	for (i = 0; i < 64; i++) {
		if (!(bits & 1ULL << i))
			continue;
		buf[at] = flags[i].letter;
		if (!buf[at])
			buf[at] = '?';
		at++;
	}
	if (!at)
		buf[at++] = '-';
	buf[at] = '\0';
	return buf;
}

/**
 * words__find_frame_flag - find the flag that has a name
 * @word: not ended by a NUL; "anon" will do
 * @len: characters of it
 *
 * Return: PGWALK_FRAME_FLAG(); 0: there is none.
 */
uint64_t words__find_frame_flag(const char *word, size_t len)
{
	size_t i;

	if (len == strlen("anon") && !strncmp(word, "anon", len))
		return 1ULL << 12;
	for (i = 0; i < 64; i++)
		if (flags[i].word && strlen(flags[i].word) == len &&
		    !strncmp(flags[i].word, word, len))
			return 1ULL << i;
	return 0;
}

/**
 * words__frame - name what a frame is used for
 * @kind: enum pgwalk_frame_kind
 *
 * Return: a constant; NULL for what is not known.
 */
const char *words__frame(uint32_t kind)
{
	static const char *const words[PGWALK_FRAME_NR] = {
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

	return kind < PGWALK_FRAME_NR ? words[kind] : NULL;
}

/**
 * words__zone - name a zone of memory
 * @zone: enum pgwalk_zone
 *
 * Return: a constant; NULL for none and for what is not known.
 */
const char *words__zone(uint32_t zone)
{
	static const char *const words[] = {
		[PGWALK_ZONE_DMA] = "DMA", [PGWALK_ZONE_DMA32] = "DMA32",
		[PGWALK_ZONE_NORMAL] = "Normal",
		[PGWALK_ZONE_MOVABLE] = "Movable",
		[PGWALK_ZONE_DEVICE] = "Device",
	};

	return zone <= PGWALK_ZONE_DEVICE ? words[zone] : NULL;
}

/**
 * words__lru - name the list that reclaim keeps a folio on
 * @lru: enum pgwalk_lru
 *
 * Return: a constant; NULL for none and for what is not known.
 */
const char *words__lru(uint32_t lru)
{
	static const char *const words[] = {
		[PGWALK_LRU_INACTIVE_ANON] = "inactive-anon",
		[PGWALK_LRU_ACTIVE_ANON] = "active-anon",
		[PGWALK_LRU_INACTIVE_FILE] = "inactive-file",
		[PGWALK_LRU_ACTIVE_FILE] = "active-file",
		[PGWALK_LRU_UNEVICTABLE] = "unevictable",
	};

	return lru <= PGWALK_LRU_UNEVICTABLE ? words[lru] : NULL;
}

/**
 * words__rmap_status - name how far a search for mappings came
 * @status: enum pgwalk_rmap_status
 *
 * Return: a constant; NULL for what is not known.
 */
const char *words__rmap_status(uint32_t status)
{
	static const char *const words[] = {
		[PGWALK_RMAP_DONE] = "done", [PGWALK_RMAP_MORE] = "more",
		[PGWALK_RMAP_BUSY] = "busy", [PGWALK_RMAP_CHANGED] = "changed",
		[PGWALK_RMAP_NO_PAGE] = "no-page",
		[PGWALK_RMAP_MISMATCH] = "mismatch",
		[PGWALK_RMAP_UNCOUNTED] = "uncounted",
	};

	return status <= PGWALK_RMAP_UNCOUNTED ? words[status] : NULL;
}

/**
 * words__rmap_method - name how mappings were found
 * @method: enum pgwalk_rmap_method
 *
 * Return: a constant; NULL for what is not known.
 */
const char *words__rmap_method(uint32_t method)
{
	static const char *const words[] = {
		[PGWALK_RMAP_METHOD_NONE] = "none",
		[PGWALK_RMAP_METHOD_ANON] = "anon",
		[PGWALK_RMAP_METHOD_FILE] = "file",
		[PGWALK_RMAP_METHOD_SCAN] = "scan",
	};

	return method <= PGWALK_RMAP_METHOD_SCAN ? words[method] : NULL;
}
