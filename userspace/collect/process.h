/* SPDX-License-Identifier: GPL-2.0 */
/* Processes by name, and the thread of a process that still has its memory. */
#ifndef PGWALK_COLLECT_PROCESS_H
#define PGWALK_COLLECT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef void (*process_fn)(void *ctx, pid_t pid, const char *comm);

/** PROCESS_DIR_MAX - room for what process__dir() writes below /proc, with its NUL */
#define PROCESS_DIR_MAX	64

int process__find(const char *proc, const char *name, process_fn fn, void *ctx,
		  pid_t *zombie);
bool process__is_own(const char *proc);
int process__dir(const char *proc, pid_t pid, char *dir, size_t size);
void process__comm(const char *proc, pid_t pid, char *comm, size_t size);

#endif
