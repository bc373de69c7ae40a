/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The kernel's own counters of page faults, for kernels that the probes cannot be attached on. */
#ifndef PGWALK_COLLECT_FAULT_TOTALS_H
#define PGWALK_COLLECT_FAULT_TOTALS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pgwalk_fault.h"

/**
 * struct fault_counts - faults since a process or the machine started
 * @minor: minor faults
 * @major: major faults
 */
struct fault_counts {
	uint64_t minor;
	uint64_t major;
};

struct fault_totals;

int fault_totals__create(struct fault_totals **out, pid_t pid, int cgroup);
void fault_totals__destroy(struct fault_totals *t);
struct fault_counts fault_totals__base(const struct fault_totals *t);
bool fault_totals__take(struct fault_totals *t, struct pgwalk_fault_key *key, struct pgwalk_fault_row *row);

bool fault_totals__parse_stat(const char *line, struct fault_counts *counts);
bool fault_totals__parse_events(const char *text, struct fault_counts *counts);

#endif
