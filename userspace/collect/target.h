/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The observed target: a running process, a started command, a cgroup, or all processes. */
#ifndef PGWALK_COLLECT_TARGET_H
#define PGWALK_COLLECT_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

#include "../lib/error.h"
#include "spawn.h"

/* Standard streams of a started command */
enum target_streams {
	TARGET_STREAMS,			/* inherited */
	TARGET_STDOUT_TO_STDERR,	/* pgtop's stdout is reserved for output */
	TARGET_OFF_SCREEN,		/* /dev/null in place of terminals */
};

/**
 * struct target - the observed processes
 * @pid: the process; 0: many
 * @spawn: the started command; else NULL
 * @cgroup_fd: the observed cgroup; -1: none
 * @cgroup_watch: readable when the cgroup may have been removed; -1: none
 * @cgroup: its canonical path, see cgroup__path(); "": none
 */
struct target {
	pid_t pid;
	struct spawn *spawn;
	int cgroup_fd;
	int cgroup_watch;
	char cgroup[256];
};

int target__check_proc(struct error *error);
int target__find(struct target *t, const char *process, struct error *error);
int target__start(struct target *t, char **command,
		  enum target_streams streams, const sigset_t *mask,
		  struct error *error);
int target__enter_cgroup(struct target *t, const char *path,
			 struct error *error);
bool target__cgroup_removed(const struct target *t);
void target__release(struct target *t);

#endif
