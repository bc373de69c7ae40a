/* SPDX-License-Identifier: GPL-2.0 */
/* What the probes of pgtop add to a fault. */
#ifndef PGWALK_BENCH_FAULT_COST_H
#define PGWALK_BENCH_FAULT_COST_H

/* The rows of it, each of so many faults; with the paths of bpftrace and perf, or NULL */
void fault_cost(long faults, const char *bpftrace, const char *perf);

#endif
