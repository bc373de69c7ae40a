/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Paths of cgroups by their ids, each found once. */
#ifndef PGWALK_COLLECT_CGROUP_PATHS_H
#define PGWALK_COLLECT_CGROUP_PATHS_H

#include <stdint.h>

typedef int (*cgroup_path_fn)(void *ctx, uint64_t id, const char *path);

struct cgroup_paths;

struct cgroup_paths *cgroup_paths__create(void);
void cgroup_paths__destroy(struct cgroup_paths *c);
void cgroup_paths__forget(struct cgroup_paths *c);
void cgroup_paths__need(struct cgroup_paths *c, uint64_t id);
int cgroup_paths__find(struct cgroup_paths *c, cgroup_path_fn fn, void *ctx);

#endif
