/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The CPU time of the programs of pgwalk for their output. */
#ifndef PGWALK_BENCH_PROGRAM_COST_H
#define PGWALK_BENCH_PROGRAM_COST_H

#include <sys/types.h>

struct subject;

/* Measure pgwalk(8) on scattered pages, a line a page; print rows "text-*" */
void program_cost_pgwalk(const char *pgwalk, const char *page_types, struct subject *s);

/*
 * Measure intervals of pgtop(8) with 1000 rows, and its start and memory with an idle process; print
 * rows "pgtop-*"
 */
void program_cost_pgtop(const char *pgtop, const char *bpftrace, pid_t idle);

#endif
