/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel itself says of page frames: /proc/kpageflags, /proc/kpagecount and
 * /proc/kpagecgroup, and struct pgwalk_frame of the same.
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
	KPAGE_HEAD = 15, KPAGE_TAIL = 16, KPAGE_HUGE = 17, KPAGE_HWPOISON = 19, KPAGE_NOPAGE = 20,
	KPAGE_KSM = 21, KPAGE_THP = 22, KPAGE_PGTABLE = 26, KPAGE_ZERO = 24,
	KPAGE_RESERVED = 32,
};

/**
 * struct kpage - of frames in a row, at one time
 * @nr:		frames that the kernel tells of: fewer behind the end of memory
 */
struct kpage {
	size_t nr;
	__u64 flags[KPAGE_BATCH];
	__u64 count[KPAGE_BATCH];
};

/**
 * struct kpage_verdict - how frames compare with what the kernel said before and after
 * @compared:	frames that stood still meanwhile
 * @moving:	those that did not
 * @wrong:	of those compared; @first tells of the first
 */
struct kpage_verdict {
	size_t compared, moving, wrong;
	char first[200];
};

#define KPAGE_FEW	64
#define KPAGE_PLACES	32

/**
 * struct kpage_seen - of frames, as they were when one near them was asked for
 * @first:	1 + the first frame of those in a place; 0: none yet
 */
struct kpage_seen {
	struct {
		__u64 first;
		size_t nr;
		__u64 flags[KPAGE_FEW], count[KPAGE_FEW];
	} place[KPAGE_PLACES];
};

bool kpage_read(struct kpage *kpage, __u64 pfn, size_t nr);
/* What was seen of a frame, for a call for each takes its time; false: the kernel does not tell of it */
bool kpage_look(struct kpage_seen *seen, __u64 pfn, __u64 *flags, __u64 *count);
/* Each number of frames up to KPAGE_BATCH, by PGWALK_IOC_FRAMES; 0 or -errno */
int kpage_frames(int fd, __u64 pfn, size_t nr, struct pgwalk_frame *frames);
/* A, B, A: adds to the verdict; false: it could not be asked */
bool kpage_compare(struct kpage_verdict *verdict, int fd, __u64 pfn, size_t nr);
/* The memory cgroup that the kernel says a frame is charged to */
__u64 kpage_cgroup(__u64 pfn);
/* The first frame behind all memory that the kernel tells of */
__u64 kpage_end(void);

#endif
