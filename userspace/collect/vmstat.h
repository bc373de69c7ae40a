/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel did to get and move memory, interval by interval: /proc/vmstat. */
#ifndef PGWALK_COLLECT_VMSTAT_H
#define PGWALK_COLLECT_VMSTAT_H

#include "record.h"

/** VMSTAT_COUNTS - so many counts of it are used: those of struct record_system */
#define VMSTAT_COUNTS	11

struct vmstat;

int vmstat__create(struct vmstat **out);
void vmstat__destroy(struct vmstat *v);
int vmstat__take(struct vmstat *v, struct record_system *system);

void vmstat__parse(const char *text, __u64 count[VMSTAT_COUNTS]);

#endif
