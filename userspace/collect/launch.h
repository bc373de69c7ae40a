/* SPDX-License-Identifier: GPL-2.0 */
/* A command that is started and held back right before its execve. */
#ifndef PGWALK_COLLECT_LAUNCH_H
#define PGWALK_COLLECT_LAUNCH_H

#include <signal.h>
#include <sys/types.h>

struct launch;

int launch__create(struct launch **out, char *const argv[], const int fd[3],
		   const sigset_t *mask);
void launch__destroy(struct launch *l);

pid_t launch__pid(const struct launch *l);
int launch__release(struct launch *l);

#endif
