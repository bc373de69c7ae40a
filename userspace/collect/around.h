/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel does around the faults: reclaim, swap, migration, TLB flushes. */
#ifndef PGWALK_COLLECT_AROUND_H
#define PGWALK_COLLECT_AROUND_H

#include "bpf.h"
#include "sink.h"

struct around;

int around__create(struct around **out, struct probes *probes, bool tlb);
void around__destroy(struct around *a);
int around__tell(struct around *a, const struct sink *sink);

#endif
