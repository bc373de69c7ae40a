/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel did to get and move memory, interval by interval: /proc/vmstat. */
#ifndef PGWALK_COLLECT_VMSTAT_H
#define PGWALK_COLLECT_VMSTAT_H

#include "record.h"

struct vmstat;

int vmstat__create(struct vmstat **out);
void vmstat__destroy(struct vmstat *v);

/*
 * Fills what happened since the last call, or since vmstat__create(): flag 1 and
 * the eleven counts of @system; the rest of it is left as it is. A count that this
 * kernel does not have is RECORD_NOT_KNOWN. Return: 0; or -errno, with the flag cleared.
 */
int vmstat__take(struct vmstat *v, struct record_system *system);

#endif
