/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The bits of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst). */
#ifndef PGWALK_PAGEMAP_H
#define PGWALK_PAGEMAP_H

#define PAGEMAP_PFN		((1ULL << 55) - 1)
#define PAGEMAP_SWAP_TYPE(e)	((e) & 31)
#define PAGEMAP_SWAP_OFFSET(e)	(((e) & PAGEMAP_PFN) >> 5)
#define PAGEMAP_SOFT_DIRTY	(1ULL << 55)
#define PAGEMAP_EXCLUSIVE	(1ULL << 56)	/* mapped once */
#define PAGEMAP_UFFD_WP		(1ULL << 57)
#define PAGEMAP_GUARD		(1ULL << 58)	/* 6.15 and later */
#define PAGEMAP_FILE		(1ULL << 61)
#define PAGEMAP_SWAPPED		(1ULL << 62)
#define PAGEMAP_PRESENT		(1ULL << 63)

#endif
