/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Call stacks of the target. Each stack and each address in a stack is reported once. */
#ifndef PGWALK_COLLECT_CALLCHAIN_H
#define PGWALK_COLLECT_CALLCHAIN_H

#include <sys/types.h>

#include "probes/bpf.h"
#include "sink.h"

struct callchain;

int callchain__create(struct callchain **out, pid_t pid, bool follow,
		      struct probes *probes, const struct sink *sink);
void callchain__destroy(struct callchain *p);

void callchain__repeat(struct callchain *p);
int callchain__drain(struct callchain *p);

#endif
