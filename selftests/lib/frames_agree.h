/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Checks the frame columns of the text of pages against /proc/kpageflags,
 * /proc/kpagecount and move_pages(). It reads nothing from pgwalk.
 */
#ifndef PGWALK_ORACLE_FRAMES_AGREE_H
#define PGWALK_ORACLE_FRAMES_AGREE_H

#include "pages_agree.h"

/**
 * struct frames - the frame columns that the kernel's files predict
 * @expected:	by page of the listing; an empty @frame: no prediction
 */
struct frames {
	struct page *expected;
	size_t nr;
};

/* Predict the frame columns of each page of a listing, for the first frame of its leaf */
bool frames_read(struct frames *frames, pid_t pid, const struct listing *listing);
/* Pages that are equal in both listings, a before and b after the prediction, must match it */
void frames_agree(struct comparison *verdict, const struct frames *frames,
		  const struct listing *a, const struct listing *b);
/* The node of a page of a process, 0 being the caller; < 0: move_pages() failed */
int frames_node(pid_t pid, __u64 address);
void frames_free(struct frames *frames);

#endif
