/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The traced mapping: its single faults and the current state of its pages. */
#ifndef PGWALK_COLLECT_TRACE_RANGE_H
#define PGWALK_COLLECT_TRACE_RANGE_H

#include "probes/bpf.h"
#include "module/device.h"
#include "sink.h"

/* Limit of the pages queried at the end of an interval */
#define TRACE_PAGES	1024

/* Fill in addresses of displayed pages, at most @max. Return their number */
typedef size_t (*trace_pages_fn)(void *ctx, uint64_t *addr, size_t max);

struct trace_range;

int trace_range__create(struct trace_range **out, struct probes *probes,
			const struct sink *sink);
void trace_range__destroy(struct trace_range *f);

int trace_range__repeat(const struct trace_range *f);
int trace_range__set(struct trace_range *f, uint64_t start, uint64_t end);
int trace_range__drain(struct trace_range *f);
int trace_range__query(struct trace_range *f, struct device *device, trace_pages_fn shown,
		       void *ctx);

#endif
