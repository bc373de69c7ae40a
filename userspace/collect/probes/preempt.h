/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The preemption model of the kernel. */
#ifndef PGWALK_COLLECT_PREEMPT_H
#define PGWALK_COLLECT_PREEMPT_H

#include <stddef.h>

void preempt__read(char *mode, size_t size);
int preempt__parse(const char *sched, const char *version, char *mode, size_t size);

#endif /* PGWALK_COLLECT_PREEMPT_H */
