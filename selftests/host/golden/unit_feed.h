/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Feeds records to the model in tests. */
#ifndef GOLDEN_UNIT_FEED_H
#define GOLDEN_UNIT_FEED_H

#include "../../../userspace/model/monitor.h"

void feed_vma(struct aspace *a, uint64_t start, uint64_t end, const char *name,
	      unsigned int counted);
void feed_faults(struct monitor *m, uint64_t start, uint64_t end, uint32_t class,
		 uint64_t count);
void feed_task(struct monitor *m, uint32_t scope, int32_t id, uint32_t class,
	       uint64_t count, const char *comm);
void feed_event(struct monitor *m, uint64_t addr);
void feed_stack(struct monitor *m, int32_t stack, uint32_t class, uint64_t count);
void feed_end(struct monitor *m, struct snapshot *s);

#endif
