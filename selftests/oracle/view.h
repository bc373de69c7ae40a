/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every text view of pgwalk, opened so that there is something to read: those that are
 * asked have been asked.
 */
#ifndef PGWALK_ORACLE_VIEW_H
#define PGWALK_ORACLE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <linux/types.h>

#define VIEW_OF_PROCESS	(1U << 0)	/* in <PID>/ */
#define VIEW_IS_ASKED	(1U << 1)	/* by a write */
#define VIEW_CHANGES	(1U << 2)	/* by itself: not the same text twice */

#define VIEW_QUESTION	64

struct view {
	const char *name;
	unsigned int flags;
};

/* Ends with one without a name */
extern const struct view views[];

const struct view *view_find(const char *name);
/*
 * About a process that is attached, and an address of it that has a page of its own: a
 * file descriptor, or -errno of whatever failed first.
 */
int view_open(const struct view *view, pid_t pid, __u64 address);
/* Open, but not asked yet */
int view_open_only(const struct view *view, pid_t pid);
/* What to write to one that is asked, and its length */
int view_question(const struct view *view, char question[VIEW_QUESTION], pid_t pid,
		  __u64 address);
/* 0, or -errno */
int view_ask(const struct view *view, int fd, pid_t pid, __u64 address);

#endif
