/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel itself says of an address space: /proc/PID/status and stat. */
#ifndef PGWALK_ORACLE_STATUS_H
#define PGWALK_ORACLE_STATUS_H

#include <sys/types.h>
#include <linux/types.h>

/* The number of a line of /proc/PID/status, as "VmPTE"; -1: there is no such line */
long long status_value(pid_t pid, const char *name);
/* A field of /proc/PID/stat by its number in proc(5), from 4 on; 0: there is none */
__u64 status_stat(pid_t pid, int field);

#endif
