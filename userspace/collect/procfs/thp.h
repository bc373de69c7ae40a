/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Settings of transparent huge pages: sysfs, and those of a process. */
#ifndef PGWALK_COLLECT_THP_H
#define PGWALK_COLLECT_THP_H

#include <stdint.h>
#include <sys/types.h>

#include "../../inspect.h"

uint64_t thp__hugetlb_sizes(const char *proc);
void thp__read(struct inspect_thp *thp, const char *proc, pid_t pid);

#endif
