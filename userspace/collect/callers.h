/* SPDX-License-Identifier: GPL-2.0 */
/* Call stacks of the target: each one, and each address in them, is told once. */
#ifndef PGWALK_COLLECT_CALLERS_H
#define PGWALK_COLLECT_CALLERS_H

#include <sys/types.h>

#include "bpf.h"
#include "sink.h"

struct callers;

int callers__create(struct callers **out, pid_t pid, bool begins,
		    struct probes *probes, const struct sink *sink);
void callers__destroy(struct callers *p);

int callers__drain(struct callers *p);

#endif
