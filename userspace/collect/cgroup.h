/* SPDX-License-Identifier: GPL-2.0 */
/* A cgroup of version 2: its canonical path, and whether it was removed. */
#ifndef PGWALK_COLLECT_CGROUP_H
#define PGWALK_COLLECT_CGROUP_H

#include <stdbool.h>
#include <stddef.h>

int cgroup__open(const char *path);
void cgroup__path(int fd, char *path, size_t size);
int cgroup__watch(int fd);
bool cgroup__is_removed(int fd, int watch);

void cgroup__parse_mount(char *line, int *id, const char **root,
			 const char **point);

#endif
