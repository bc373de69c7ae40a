/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Macros that write the records of the fake process. */
#ifndef GOLDEN_FAKE_RECORDS_H
#define GOLDEN_FAKE_RECORDS_H

#define P	(PGWALK_F_PRESENT | PGWALK_F_USER | PGWALK_F_ACCESSED)
#define FRAMES	(0x1ULL << 3 | 1ULL << 5 | 1ULL << 11)	/* uptodate lru mmap */
#define ANON	(FRAMES | 1ULL << 12 | 1ULL << 14)
#define NR(a)	(sizeof(a) / sizeof((a)[0]))

#define VMA(from, to, what, rights, ...)					\
	.vma = { .size = sizeof(struct fake_vma), .start = from, .end = to,	\
		 .kind = PGWALK_VMA_##what, .prot = rights, .counted = 1, .frames_counted = 1, __VA_ARGS__ }

#define RUN(from, to, what, log2, ...)						\
	.run = { .start = from, .end = to, .kind = PGWALK_KIND_##what, .shift = log2, .level = log2 == 21 ? 2 : 1, __VA_ARGS__ }
#define FRAME(what, count, on, size, bits)					\
	.frame_kind = PGWALK_FRAME_##what, .mapcount = count, .node = on, .order = size, .frame_flags = bits
#define NO_FRAME	.mapcount = -1, .node = -1

#endif
