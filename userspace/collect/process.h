/* SPDX-License-Identifier: GPL-2.0 */
/* Processes by name. */
#ifndef PGWALK_COLLECT_PROCESS_H
#define PGWALK_COLLECT_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

typedef void (*process_fn)(void *ctx, pid_t pid, const char *comm);

int process__find(const char *proc, const char *name, process_fn fn, void *ctx);
void process__comm(const char *proc, pid_t pid, char *comm, size_t size);

#endif
