/* SPDX-License-Identifier: GPL-2.0 */
/* A command that is started and held back right before its execve. */
#ifndef PGWALK_COLLECT_LAUNCH_H
#define PGWALK_COLLECT_LAUNCH_H

#include <sys/types.h>

struct launch;

int launch__create(struct launch **out, char *const argv[], int stdout_fd);
void launch__destroy(struct launch *l);

pid_t launch__pid(const struct launch *l);
int launch__release(struct launch *l);

#endif
