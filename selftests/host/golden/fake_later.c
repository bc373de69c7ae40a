// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The fake process of fake.c some time later: each change of a page and of a mapping occurs. */
#include "fake.h"
#include "fake_records.h"

const struct fake_vma fake_later_vma[] = {
	{ VMA(0x400000, 0x402000, TEXT, 5, .vm_flags = 0x75, .ino = 77, .dev_major = 8, .dev_minor = 1, .name_len = 13),
	  "/usr/bin/demo" },
	{ VMA(0x1000000, 0x1003000, HEAP, 3, .vm_flags = 0x100073, .offset = 0x1000000, .name_len = 6), "[heap]" },
	{ VMA(0x1003000, 0x1008000, HEAP, 1, .vm_flags = 0x100071, .offset = 0x1003000, .name_len = 6), "[heap]" },
	{ VMA(0x1008000, 0x1210000, HEAP, 3, .vm_flags = 0x100073, .offset = 0x1008000, .name_len = 6), "[heap]" },
	{ VMA(0x7f0000000000, 0x7f0000200000, ANON, 3, .vm_flags = 0x100073, .offset = 0x7f0000000000), "" },
	{ VMA(0x7f0000300000, 0x7f0000600000, ANON, 3, .vm_flags = 0x100073, .offset = 0x7f0000300000), "" },
	{ VMA(0x7f1000000000, 0x7f1000010000, ANON, 3, .vm_flags = 0x100073, .offset = 0x7f0000200000), "" },
	{ VMA(0x7f2000000000, 0x7f2000400000, ANON, 3, .vm_flags = 0x100073, .offset = 0x7f2000000000), "" },
	{ VMA(0x7ffc00000000, 0x7ffc00021000, STACK, 3, .vm_flags = 0x100173, .offset = 0x7ffc00000000, .name_len = 7),
	  "[stack]" },
};
const unsigned int fake_nr_later_vmas = NR(fake_later_vma);

#define WRITTEN	(P | PGWALK_F_WRITE | PGWALK_F_DIRTY | PGWALK_F_NX)

const struct pgwalk_frame_run fake_later_run[] = {
	{ RUN(0x400000, 0x401000, PRESENT, 12, .pfn = 0x100, .flags = P), FRAME(FILE, 1, 0, 0, FRAMES | 1 << 2) },
	{ RUN(0x401000, 0x402000, PRESENT, 12, .pfn = 0x240, .flags = P | PGWALK_F_DIRTY), FRAME(ANON, 1, 0, 0, ANON) },
	{ RUN(0x1000000, 0x1001000, PRESENT, 12, .pfn = 0x220, .flags = WRITTEN | PGWALK_F_SOFT_DIRTY),
	  FRAME(ANON, 1, 1, 0, ANON) },
	{ RUN(0x1001000, 0x1002000, PRESENT, 12, .pfn = 0x201, .flags = WRITTEN | PGWALK_F_SOFT_DIRTY),
	  FRAME(ANON, 2, 0, 0, ANON) },
	{ RUN(0x1002000, 0x1003000, PRESENT, 12, .pfn = 0x202, .flags = P | PGWALK_F_NX | PGWALK_F_SOFT_DIRTY),
	  FRAME(ANON, 1, 1, 0, ANON) },
	{ RUN(0x1003000, 0x1004000, PRESENT, 12, .pfn = 0x203, .flags = P | PGWALK_F_NX), FRAME(ANON, 1, 0, 0, ANON) },
	{ RUN(0x1010000, 0x1011000, SWAP, 12, .pfn = 0x18, .swap_type = 1, .flags = PGWALK_F_EXCLUSIVE), NO_FRAME },
	{ RUN(0x1020000, 0x1022000, PRESENT, 12, .pfn = 0x230, .flags = WRITTEN), FRAME(ANON, 1, 0, 0, ANON) },
	{ RUN(0x1022000, 0x1023000, MARKER, 12, .flags = PGWALK_F_MARK_GUARD), NO_FRAME },
	{ RUN(0x7f0000000000, 0x7f0000005000, PRESENT, 12, .pfn = 0x400, .flags = WRITTEN),
	  FRAME(ANON, 1, 1, 9, ANON | 1 << 15 | 1 << 22) },
	{ RUN(0x7f0000005000, 0x7f0000006000, PRESENT, 12, .pfn = 0x900, .flags = WRITTEN),
	  FRAME(KSM, 2, 0, 0, ANON | 1 << 21) },
	{ RUN(0x7f0000006000, 0x7f0000200000, PRESENT, 12, .pfn = 0x406, .flags = WRITTEN),
	  FRAME(ANON, 1, 1, 9, ANON | 1 << 15 | 1 << 22) },
	{ RUN(0x7f1000000000, 0x7f1000010000, PRESENT, 12, .pfn = 0x800, .flags = WRITTEN | PGWALK_F_SOFT_DIRTY),
	  FRAME(ANON, 1, 1, 4, ANON | 1 << 15 | 1 << 22) },
	{ RUN(0x7f2000000000, 0x7f2000200000, PRESENT, 21, .pfn = 0xa00, .flags = WRITTEN | PGWALK_F_HUGE),
	  FRAME(ANON, 1, 0, 9, ANON | 1 << 15 | 1 << 22) },
	{ RUN(0x7ffc00020000, 0x7ffc00021000, RACED, 12, .pfn = 0), NO_FRAME },
};
const unsigned int fake_nr_later_runs = NR(fake_later_run);
