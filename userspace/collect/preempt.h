/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the kernel preempts. See preempt.c.
 */
#ifndef PGWALK_COLLECT_PREEMPT_H
#define PGWALK_COLLECT_PREEMPT_H

#include <stddef.h>

void preempt__read(char *mode, size_t size);
int preempt__parse(const char *sched, const char *version, char *mode, size_t size);

#endif /* PGWALK_COLLECT_PREEMPT_H */
