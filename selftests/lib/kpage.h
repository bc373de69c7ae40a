/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Page frames as the kernel reports them in /proc/kpageflags, /proc/kpagecount and
 * /proc/kpagecgroup, compared with struct pgwalk_frame of the same frames.
 */
#ifndef PGWALK_ORACLE_KPAGE_H
#define PGWALK_ORACLE_KPAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <pgwalk.h>

#define KPAGE_BATCH	512

/* Numbers of flags: include/uapi/linux/kernel-page-flags.h */
enum {
	KPAGE_REFERENCED = 2, KPAGE_UPTODATE = 3, KPAGE_LRU = 5, KPAGE_SLAB = 7,
	KPAGE_BUDDY = 10, KPAGE_MMAP = 11, KPAGE_ANON = 12, KPAGE_SWAPBACKED = 14,
	KPAGE_HEAD = 15, KPAGE_TAIL = 16, KPAGE_HUGE = 17, KPAGE_UNEVICTABLE = 18,
	KPAGE_HWPOISON = 19, KPAGE_NOPAGE = 20,
	KPAGE_KSM = 21, KPAGE_THP = 22, KPAGE_PGTABLE = 26, KPAGE_ZERO = 24,
	KPAGE_RESERVED = 32,
};

/**
 * struct kpage - consecutive frames, read at one time
 * @nr:		frames that were read: fewer at the end of memory
 */
struct kpage {
	size_t nr;
	__u64 flags[KPAGE_BATCH];
	__u64 count[KPAGE_BATCH];
};

/**
 * struct kpage_comparison - frames compared with two reads of the kernel's files
 * @compared:	frames that did not change between the reads
 * @moving:	frames that did
 * @wrong:	compared frames that differ; @first describes the first
 */
struct kpage_comparison {
	size_t compared, moving, wrong;
	char first[200];
};

#define KPAGE_FEW	64
#define KPAGE_PLACES	32

/**
 * struct kpage_seen - a cache of frames, read in groups of KPAGE_FEW
 * @first:	1 + the first frame of the group; 0: the group was not read
 */
struct kpage_seen {
	struct {
		__u64 first;
		size_t nr;
		__u64 flags[KPAGE_FEW], count[KPAGE_FEW];
	} place[KPAGE_PLACES];
};

bool kpage_read(struct kpage *kpage, __u64 pfn, size_t nr);
/* Read a frame through the cache, because a read of each frame is slow; false: no such frame */
bool kpage_cached(struct kpage_seen *seen, __u64 pfn, __u64 *flags, __u64 *count);
/* Read frames by PGWALK_IOC_FRAMES, nr <= KPAGE_BATCH. Return 0 or -errno */
int kpage_frames(int fd, __u64 pfn, size_t nr, struct pgwalk_frame *frames);
/* Read the kernel's files, pgwalk, and the files again; add to the comparison. False: a read failed */
bool kpage_compare(struct kpage_comparison *verdict, int fd, __u64 pfn, size_t nr);
/* The inode of the memory cgroup that a frame is charged to, by /proc/kpagecgroup */
__u64 kpage_cgroup(__u64 pfn);
/* The first frame after the end of memory in /proc/kpageflags */
__u64 kpage_end(void);

/**
 * kpage_drain - empty the batches of pages that each CPU keeps
 *
 * A new page is in a batch for a while, which holds a reference to it: it is not freed when it is no
 * longer mapped, and cannot be reclaimed. Compacting memory drains the batches of all CPUs.
 */
void kpage_drain(void);

#endif
