/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Executable mappings of a process, recorded by perf events as they are made. */
#ifndef PGWALK_COLLECT_MMAP_WATCH_H
#define PGWALK_COLLECT_MMAP_WATCH_H

#include <sys/types.h>

#include "pgwalk.h"

struct mmap_watch;

/* Called for a mapping; NULL: an execve removed all earlier mappings */
typedef int (*mmap_watch_fn)(void *ctx, const struct pgwalk_vma *vma);

int mmap_watch__create(struct mmap_watch **out, pid_t pid);
void mmap_watch__destroy(struct mmap_watch *w);
int mmap_watch__read(struct mmap_watch *w, mmap_watch_fn fn, void *ctx);

#endif
