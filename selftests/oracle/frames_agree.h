/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frames that the text of pages tells of, against /proc/kpageflags, /proc/kpagecount
 * and move_pages(). It must not ask pgwalk for anything.
 */
#ifndef PGWALK_ORACLE_FRAMES_AGREE_H
#define PGWALK_ORACLE_FRAMES_AGREE_H

#include "pages_agree.h"

/**
 * struct frames - the columns of frames that the kernel would have
 * @told:	by page of the listing; those with an empty frame have none
 */
struct frames {
	struct page *told;
	size_t nr;
};

/* Ask the kernel about each page of a listing of a process: its first frame, by leaf */
bool frames_take(struct frames *frames, pid_t pid, const struct listing *listing);
/* a, the kernel, b: what is the same in both listings must be what the kernel told */
void frames_agree(struct verdict *verdict, const struct frames *frames,
		  const struct listing *a, const struct listing *b);
/* The node that a page of a process is of, 0 being ourselves; < 0: it cannot be asked */
int frames_node(pid_t pid, __u64 address);
void frames_free(struct frames *frames);

#endif
