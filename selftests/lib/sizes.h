/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Sizes of pages of this machine: 4K on x86; on arm64 4K, 16K or 64K. Not constants. */
#ifndef PGWALK_TEST_SIZES_H
#define PGWALK_TEST_SIZES_H

#include <unistd.h>

/* Bytes of a page; and for arrays the largest page of an architecture */
#define PAGE		((unsigned long)sysconf(_SC_PAGESIZE))
#define PAGE_MOST	65536
#define PAGE_SHIFT	((unsigned int)__builtin_ctzl(PAGE))

/* Entries of a table, which has a page; and bytes of the leaves of the levels above: 2M and 1G with pages of 4K */
#define TABLE_ENTRIES	(PAGE / 8)
#define HUGE		(PAGE * TABLE_ENTRIES)
#define HUGE_SHIFT	(2 * PAGE_SHIFT - 3)
#define GIANT		(HUGE * TABLE_ENTRIES)
#define GIANT_SHIFT	(3 * PAGE_SHIFT - 6)

#endif
