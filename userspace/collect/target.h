/* SPDX-License-Identifier: GPL-2.0 */
/* Whom to watch: a process that is there, one that is started, or many. */
#ifndef PGWALK_COLLECT_TARGET_H
#define PGWALK_COLLECT_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

#include "../lib/error.h"
#include "launch.h"

/* What a command that is started has for its own */
enum target_streams {
	TARGET_STREAMS,			/* all three */
	TARGET_STDOUT_TO_STDERR,	/* our stdout is ours */
	TARGET_OFF_SCREEN,		/* none that are a terminal: it is ours */
};

/**
 * struct target - whom to watch
 * @pid: the process; 0: many
 * @launch: it was started here; else NULL
 * @cgroup_fd: the cgroup that is watched; -1: none
 * @cgroup_watch: readable when it may have been removed; -1: none
 * @cgroup: its canonical path, see cgroup__path(); "" for none
 */
struct target {
	pid_t pid;
	struct launch *launch;
	int cgroup_fd;
	int cgroup_watch;
	char cgroup[256];
};

int target__check_proc(struct error *error);
int target__find(struct target *t, const char *who, struct error *error);
int target__start(struct target *t, char **command,
		  enum target_streams streams, const sigset_t *mask,
		  struct error *error);
int target__enter_cgroup(struct target *t, const char *path,
			 struct error *error);
bool target__cgroup_removed(const struct target *t);
void target__release(struct target *t);

#endif
