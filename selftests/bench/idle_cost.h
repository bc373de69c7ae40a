/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Measures the CPU time of pgtop while nothing happens. */
#ifndef PGWALK_BENCH_IDLE_COST_H
#define PGWALK_BENCH_IDLE_COST_H

#include <sys/types.h>

/* Print the rows; with the path of pgtop, and the pids of an idle process and of a small one */
void idle_cost(const char *pgtop, pid_t pid, pid_t small);

#endif
