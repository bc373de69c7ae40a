/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A command that is forked and waits before its execve(). */
#ifndef PGWALK_COLLECT_SPAWN_H
#define PGWALK_COLLECT_SPAWN_H

#include <signal.h>
#include <sys/types.h>

struct spawn;

int spawn__create(struct spawn **out, char *const argv[], const int fd[3],
		  const sigset_t *mask);
void spawn__destroy(struct spawn *l);

pid_t spawn__pid(const struct spawn *l);
int spawn__release(struct spawn *l);

#endif
