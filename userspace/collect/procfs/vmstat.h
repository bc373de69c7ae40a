/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Growth of counts in /proc/vmstat, by interval. */
#ifndef PGWALK_COLLECT_VMSTAT_H
#define PGWALK_COLLECT_VMSTAT_H

#include "../record/record.h"

/** VMSTAT_COUNTS - number of counts used, as in struct record_system */
#define VMSTAT_COUNTS	11

struct vmstat;

int vmstat__create(struct vmstat **out);
void vmstat__destroy(struct vmstat *v);
int vmstat__take(struct vmstat *v, struct record_system *system);

void vmstat__parse(const char *text, __u64 count[VMSTAT_COUNTS]);

#endif
