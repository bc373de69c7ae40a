/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Properties of processes and of the kernel, from /proc, /sys and uname. */
#ifndef PGWALK_COLLECT_PROC_H
#define PGWALK_COLLECT_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "pgwalk.h"

typedef int (*proc_vma_fn)(void *ctx, const struct pgwalk_vma *vma);

int proc__process(pid_t id, pid_t *tgid);
void proc__comm(pid_t pid, char *comm, size_t size);
void proc__parse_sizes(int fd, __u64 *tables_bytes, __u32 *threads);
void proc__sizes(const char *proc, pid_t pid, __u64 *tables_bytes, __u32 *threads);
__u32 proc__threads(pid_t pid);
int proc__open(pid_t pid);
FILE *proc__open_text(int dir, const char *name);
int proc__maps(int dir, proc_vma_fn fn, void *ctx);
int proc__parse_maps_line(char *line, struct pgwalk_vma *vma, size_t room);
bool proc__parse_newer(const char *release);
bool proc__newer_release(char *release, size_t size);
bool proc__ftrace_is_off(void);

#endif
