/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Clears accessed bits and soft-dirty bits of a process. */
#ifndef PGWALK_COLLECT_CLEAR_REFS_H
#define PGWALK_COLLECT_CLEAR_REFS_H

#include <stdbool.h>
#include <sys/types.h>

int clear_refs__write(const char *proc, pid_t pid);
bool clear_refs__has_soft_dirty(const char *proc);

#endif
