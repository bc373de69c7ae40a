/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Properties that identify a process, its program and the boot of the machine. */
#ifndef PGWALK_COLLECT_IDENTITY_H
#define PGWALK_COLLECT_IDENTITY_H

#include <stdint.h>
#include <sys/types.h>

#include "../record/record.h"

uint64_t identity__start_ticks(const char *proc, pid_t pid);
void identity__read(struct record_pages_begin *begin, const char *proc, pid_t pid);

#endif
