/* SPDX-License-Identifier: GPL-2.0 */
/* The mapping that is being looked into: its single faults, and its pages as they are now. */
#ifndef PGWALK_COLLECT_FOCUS_H
#define PGWALK_COLLECT_FOCUS_H

#include "bpf.h"
#include "device.h"
#include "sink.h"

/* Pages that are asked about at the end of an interval */
#define FOCUS_PAGES	1024

/* Fills in addresses of pages that are shown, at most @max; returns how many */
typedef size_t (*focus_pages_fn)(void *ctx, uint64_t *addr, size_t max);

struct focus;

int focus__create(struct focus **out, struct probes *probes,
		  const struct sink *sink);
void focus__destroy(struct focus *f);

int focus__set(struct focus *f, uint64_t start, uint64_t end);
int focus__drain(struct focus *f);
int focus__ask(struct focus *f, struct device *device, focus_pages_fn shown,
	       void *ctx);

#endif
