/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Starts, replaces and ends the processes that change while pgwalk reads them. */
#ifndef PGWALK_TORTURE_TARGETS_H
#define PGWALK_TORTURE_TARGETS_H

#include <stdbool.h>
#include <sys/types.h>

/* Run a target with the descriptors that main() received; does not return */
void targets_live(int counts_fd, int huge_file) __attribute__((noreturn));
/* Start all targets with these descriptors */
void targets_start(int counts_fd, int huge_file);
/* Kill a target and start another in its place */
void targets_replace(int counts_fd, int huge_file);
/* Fail if a target ended that this process did not end */
void targets_check(void);
/* False: a target does not die */
bool targets_end(void);
/* Return a random pid: of a target, sometimes of one of its children, or of no process */
pid_t targets_some(void);

#endif
