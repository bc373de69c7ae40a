/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Reads values of /proc/PID/status and /proc/PID/stat. */
#ifndef PGWALK_ORACLE_STATUS_H
#define PGWALK_ORACLE_STATUS_H

#include <sys/types.h>
#include <linux/types.h>

/* The number in a line of /proc/PID/status, as "VmPTE"; -1: no such line */
long long status_value(pid_t pid, const char *name);
/* A field of /proc/PID/stat by its number in proc(5), from 4 on; 0: no such field */
__u64 status_stat(pid_t pid, int field);

#endif
