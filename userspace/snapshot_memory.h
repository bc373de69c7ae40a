/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Memory of a mapping or a process beyond its resident size, and the columns that show it. Types only,
 * included by snapshot.h.
 */
#ifndef PGWALK_SNAPSHOT_MEMORY_H
#define PGWALK_SNAPSHOT_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* The columns, in their order: X(name, bit, key) */
#define SNAPSHOT_MEMORY_COLUMNS(X)	\
	X(RESIDENT,	0, "resident")	\
	X(PSS,		1, "pss")	\
	X(USS,		2, "uss")	\
	X(FRAMES,	3, "frames")	\
	X(LAZYFREE,	4, "lazyfree")	\
	X(SWAPPED,	5, "swapped")	\
	X(HUGE,		6, "huge")	\
	X(ELIGIBLE,	7, "eligible")	\
	X(TABLES,	8, "tables")

/* Bits of a set of columns; 0: none is selected, and nothing is read for them */
enum snapshot_memory_column {
#define X(name, bit, key) SNAPSHOT_MEMORY_##name = 1U << (bit),
	SNAPSHOT_MEMORY_COLUMNS(X)
#undef X
};

/**
 * struct snapshot_memory - memory of a mapping, of all mappings, or of a process
 * @counted: @tables is known; of a process: also @resident, @hugetlb, @swapped and @huge
 * @frames_counted: @pss, @uss and @lazyfree are known
 * @frames_known: @frames is known
 * @eligible: THPeligible of smaps: 0, 1, or -1: unknown
 * @pss: bytes, each page divided by its number of mappings
 * @uss: resident bytes that are mapped once in the whole system
 * @frames: bytes of frames that no mapping at a lower address maps
 * @lazyfree: bytes freed by MADV_FREE and not yet reclaimed
 * @tables: bytes of page tables; a table counts in the first mapping that it covers
 * @resident: of a process: bytes present, without hugetlb
 * @hugetlb: of a process: bytes in leaves of hugetlb
 * @swapped: of a process: bytes swapped out
 * @huge: of a process: bytes in 2M and 1G leaves, part of @resident and @hugetlb
 */
struct snapshot_memory {
	bool counted;
	bool frames_counted;
	bool frames_known;
	int8_t eligible;
	uint64_t pss;
	uint64_t uss;
	uint64_t frames;
	uint64_t lazyfree;
	uint64_t tables;
	uint64_t resident;
	uint64_t hugetlb;
	uint64_t swapped;
	uint64_t huge;
};

#endif
