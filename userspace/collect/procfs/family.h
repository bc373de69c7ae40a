/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The processes that a process descends from, and those that descend from it. */
#ifndef PGWALK_COLLECT_FAMILY_H
#define PGWALK_COLLECT_FAMILY_H

#include <sys/types.h>

#include "../../inspect.h"

/**
 * struct family_member - a relative of a process
 * @pid: its process ID
 * @relation: enum inspect_kinship
 */
struct family_member {
	pid_t pid;
	uint8_t relation;
};

int family__read(const char *proc, pid_t pid, struct family_member *member, unsigned int room);

#endif
