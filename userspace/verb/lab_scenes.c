// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The scenes of "pgwalk lab". */
#include <stddef.h>
#include <sys/mman.h>

#include "../lib/i18n.h"
#include "pgwalk.h"
#include "lab.h"

#define PAGE	4096ULL		/* the module of the lab is x86's */
#define KIB	1024ULL
#define MIB	(1024 * KIB)

static const struct lab_step demand[] = {
	{ .op = LAB_MMAP, .size = 4 * MIB, .text = N_("mmap() 4 MiB: a mapping, no table, no page") },
	{ .op = LAB_READ, .text = N_("read: the shared page of zeroes is mapped read-only") },
	{ .op = LAB_WRITE, .text = N_("write: a page of its own replaces it") },
	{ .op = LAB_WRITE, .offset = PAGE, .text = N_("write the next page: the tables exist") },
	{ .op = LAB_WRITE, .offset = PAGE, .text = N_("write it again: no fault") },
	{ .op = LAB_MADVISE, .arg = MADV_DONTNEED, .size = PAGE, .text = N_("madvise(MADV_DONTNEED): the frame is freed, the mapping stays") },
	{ .op = LAB_READ, .text = N_("read: zeroes, the old contents are gone") },
	{ .op = LAB_MUNMAP, .size = 4 * MIB, .text = N_("munmap(): pages and tables are freed") },
	{ .op = LAB_READ, .text = N_("read: no mapping, so a signal") },
	{ .text = NULL },
};

static const struct lab_step cow[] = {
	{ .op = LAB_MMAP, .size = 64 * KIB, .text = N_("mmap() 64 KiB") },
	{ .op = LAB_WRITE, .size = 2 * PAGE, .text = N_("write two pages") },
	{ .op = LAB_FORK, .text = N_("fork(): parent and child share the frames, and the entry becomes read-only") },
	{ .op = LAB_READ, .text = N_("read: no fault, the frame is still shared") },
	{ .op = LAB_WRITE, .text = N_("write: the page is copied into another frame") },
	{ .op = LAB_JOIN, .text = N_("the child exits: its references to the frames are dropped"), .shown = PAGE },
	{ .op = LAB_WRITE, .offset = PAGE, .text = N_("write the second page: no other user is left, so its frame is reused") },
	{ .op = LAB_MUNMAP, .size = 64 * KIB, .text = N_("munmap()") },
	{ .text = NULL },
};

static const struct lab_step huge[] = {
	{ .op = LAB_MMAP, .arg = 1, .size = 4 * MIB, .text = N_("mmap() 4 MiB, madvise(MADV_HUGEPAGE)") },
	{ .op = LAB_WRITE, .text = N_("write: one fault, and one pmd entry maps 2 MiB, if a huge page is free. The new pte table is kept for a split") },
	{ .op = LAB_WRITE, .offset = 1 * MIB, .text = N_("write the middle of it: no fault") },
	{ .op = LAB_MADVISE, .arg = MADV_DONTNEED, .offset = PAGE, .size = PAGE,
	  .text = N_("madvise(MADV_DONTNEED) on one page: the huge page is split, the kept table is used") },
	{ .op = LAB_MMAP, .arg = 0, .offset = 8 * MIB, .size = 2 * MIB, .text = N_("mmap() 2 MiB, madvise(MADV_NOHUGEPAGE)") },
	{ .op = LAB_WRITE, .offset = 8 * MIB, .size = 2 * MIB, .text = N_("write each page of it: a fault for each, where a huge page takes one") },
	{ .op = LAB_MUNMAP, .size = 16 * MIB, .text = N_("munmap() both") },
	{ .text = NULL },
};

static const struct lab_step file[] = {
	{ .op = LAB_MMAP_FILE, .size = 1 * MIB, .text = N_("mmap() a file of 1 MiB in $TMPDIR (/var/tmp), private: nothing is read") },
	{ .op = LAB_READ, .text = N_("read: from the file, unless its pages are in the page cache (tmpfs: always)") },
	{ .op = LAB_READ, .offset = PAGE, .text = N_("read the next page") },
	{ .op = LAB_READ, .offset = 512 * KIB, .text = N_("read the middle of the file") },
	{ .op = LAB_MADVISE, .arg = MADV_DONTNEED, .size = 1 * MIB, .text = N_("madvise(MADV_DONTNEED): the entries are cleared, the page cache keeps the pages") },
	{ .op = LAB_READ, .text = N_("read: the page is in the page cache, and pages around it are mapped, too") },
	{ .op = LAB_WRITE, .text = N_("write: the page of the file is copied, the file does not change") },
	{ .op = LAB_MUNMAP, .size = 1 * MIB, .text = N_("munmap()") },
	{ .text = NULL },
};

static const struct lab_step locked[] = {
	{ .op = LAB_MMAP, .size = 64 * KIB, .text = N_("mmap() 64 KiB") },
	{ .op = LAB_MLOCK, .size = 64 * KIB, .text = N_("mlock(): each page gets a frame, without an access") },
	{ .op = LAB_WRITE, .size = 64 * KIB, .text = N_("write each page: no fault") },
	{ .op = LAB_MADVISE, .arg = MADV_DONTNEED, .size = 64 * KIB, .text = N_("madvise(MADV_DONTNEED): refused, the memory is locked") },
	{ .op = LAB_MUNLOCK, .size = 64 * KIB, .text = N_("munlock(): the frames stay, and can be reclaimed") },
	{ .op = LAB_MUNMAP, .size = 64 * KIB, .text = N_("munmap()") },
	{ .text = NULL },
};

static const struct lab_step swap[] = {
	{ .op = LAB_MMAP, .size = 64 * KIB, .text = N_("mmap() 64 KiB") },
	{ .op = LAB_WRITE, .size = 64 * KIB, .text = N_("write each page") },
	{ .op = LAB_MADVISE, .arg = MADV_PAGEOUT, .size = 64 * KIB, .text = N_("madvise(MADV_PAGEOUT): to swap. Without swap (swapon --show) nothing changes") },
	{ .op = LAB_READ, .text = N_("read: the page comes back, from the swap cache or the device") },
	{ .op = LAB_READ, .text = N_("read again: no fault") },
	{ .op = LAB_WRITE, .text = N_("write: the CPU sets D; reclaim has to write the page to swap again") },
	{ .op = LAB_MUNMAP, .size = 64 * KIB, .text = N_("munmap(): frees the pages that are still in swap") },
	{ .text = NULL },
};

static const struct lab_step allocator[] = {
	{ .op = LAB_MMAP, .size = 10 * MIB, .text = N_("mmap() a pool of 10 MiB for blocks of 64 bytes: no frame") },
	{ .op = LAB_WRITE, .arg = 64, .size = 64, .text = N_("allocate the first block: one fault") },
	{ .op = LAB_WRITE, .arg = 64, .offset = 64, .size = PAGE - 64, .text = N_("allocate 63 more: they fill the same page, no fault") },
	{ .op = LAB_WRITE, .arg = 64, .offset = PAGE, .size = 64, .text = N_("allocate one more: the next page") },
	{ .op = LAB_WRITE, .arg = 64, .offset = 2 * PAGE, .size = 10 * MIB - 2 * PAGE, .text = N_("allocate all others: one fault for each page, one table for each 2 MiB") },
	{ .op = LAB_WRITE, .arg = 64, .size = 10 * MIB, .text = N_("free all blocks, allocate all again: the frames were kept, no fault") },
	{ .op = LAB_MADVISE, .arg = MADV_DONTNEED, .size = 10 * MIB, .text = N_("madvise(MADV_DONTNEED): the frames go back, the pool stays") },
	{ .op = LAB_MUNMAP, .size = 10 * MIB, .text = N_("munmap() the pool") },
	{ .text = NULL },
};

static const struct lab_step ldt[] = {
	{ .op = LAB_MMAP, .size = 64 * KIB, .text = N_("mmap() 64 KiB below 4 GiB") },
	{ .op = LAB_WRITE, .offset = 0x123, .text = N_("write the byte 61 at offset 123 of it") },
	{ .op = LAB_LDT, .size = 64 * KIB, .text = N_("modify_ldt(): a data segment with that base, selected by gs"), .shown = 0x123 },
	{ .op = LAB_READ_GS, .offset = 0x123, .text = N_("read gs:123: base + offset is the linear address") },
	{ .op = LAB_READ, .offset = 0x123, .text = N_("read through ds: base 0, so the offset is the linear address") },
	{ .text = NULL },
};

/* The lab device: tables for each level, an error of each kind, protection, flushes, and the way back */
static const char map[] =
	"map 0 rw, write 0, map 1000 r, map 200000 r, map 40000000 rw, map 0 r, read 1000, write 1000, protect 1000 rw, "
	"write 1000, thread, flush 0, protect 0 r, write 0, undo, unmap 0, read 0, undo, read 0, undo";

const struct lab_scene lab_scenes[] = {
	{ "map", N_("tables step by step: map, protect, flush, undo (pgwalk_lab.ko)"), LAB_AREA, NULL, map },
	{ "demand", N_("demand paging: a frame at the first access"), LAB_AREA, demand, NULL },
	{ "cow", N_("copy-on-write after fork()"), LAB_AREA, cow, NULL },
	{ "huge", N_("a huge page, its split, and small pages beside it"), LAB_AREA, huge, NULL },
	{ "file", N_("a mapping of a file: lazy reads, page cache, private copy"), LAB_AREA, file, NULL },
	{ "mlock", N_("locked memory"), LAB_AREA, locked, NULL },
	{ "swap", N_("a page that is swapped out and comes back"), LAB_AREA, swap, NULL },
	{ "allocator", N_("an allocator of fixed-size blocks on mmap()"), LAB_AREA, allocator, NULL },
	{ "ldt", N_("a segment with a base, and the flat model"), LAB_LOW, ldt, NULL },
	{ NULL, NULL, 0, NULL, NULL },
};
