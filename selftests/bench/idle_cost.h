/* SPDX-License-Identifier: GPL-2.0 */
/* What pgtop itself takes while nothing happens. */
#ifndef PGWALK_BENCH_IDLE_COST_H
#define PGWALK_BENCH_IDLE_COST_H

#include <sys/types.h>

/* The rows of it; with its path, and a process that does nothing */
void idle_cost(const char *pgtop, pid_t pid);

#endif
