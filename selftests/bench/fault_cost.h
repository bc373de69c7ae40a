/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Measures the cost that the probes add to a fault. */
#ifndef PGWALK_BENCH_FAULT_COST_H
#define PGWALK_BENCH_FAULT_COST_H

/* Print the rows, of @faults faults each; with the paths of bpftrace and perf, or NULL */
void fault_cost(long faults, const char *bpftrace, const char *perf);

#endif
