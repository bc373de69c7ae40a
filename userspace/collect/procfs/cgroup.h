/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A cgroup (version 2): its canonical path, its processes, and its removal. */
#ifndef PGWALK_COLLECT_CGROUP_H
#define PGWALK_COLLECT_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef int (*cgroup_process_fn)(void *ctx, pid_t pid);

int cgroup__open(const char *path);
void cgroup__path(int fd, char *path, size_t size);
int cgroup__watch(int fd);
bool cgroup__is_removed(int fd, int watch);
int cgroup__processes(int fd, cgroup_process_fn fn, void *ctx);

void cgroup__parse_mount(char *line, int *id, const char **root,
			 const char **point);

#endif
