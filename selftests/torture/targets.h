/* SPDX-License-Identifier: GPL-2.0 */
/* The processes that are looked at while they change. */
#ifndef PGWALK_TORTURE_TARGETS_H
#define PGWALK_TORTURE_TARGETS_H

#include <stdbool.h>
#include <sys/types.h>

/* What main() was given behind exec: the descriptors; does not return */
void targets_live(int tally_fd, int huge_file) __attribute__((noreturn));
/* All of them; the descriptors as above */
void targets_start(int tally_fd, int huge_file);
/* One of them is killed and another one comes in its place */
void targets_replace(int tally_fd, int huge_file);
/* None may have ended but by us */
void targets_check(void);
/* False: one does not die */
bool targets_end(void);
/* Some process to look at: of a target, now and then of its children, or none at all */
pid_t targets_some(void);

#endif
