/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* System counts per interval: reclaim, swap, migration, TLB flushes. */
#ifndef PGWALK_COLLECT_SYSSTAT_H
#define PGWALK_COLLECT_SYSSTAT_H

#include "../probes/bpf.h"
#include "../sink.h"

struct sysstat;

int sysstat__create(struct sysstat **out, struct probes *probes, bool tlb);
void sysstat__destroy(struct sysstat *a);
void sysstat__read(struct sysstat *a);
bool sysstat__has_moves(const struct sysstat *a);
int sysstat__report(struct sysstat *a, const struct sink *sink);

#endif
