/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Opens every text view of pgwalk so that it can be read: views that take a request have
 * received one.
 */
#ifndef PGWALK_ORACLE_VIEW_H
#define PGWALK_ORACLE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <linux/types.h>

#define VIEW_OF_PROCESS	(1U << 0)	/* in <PID>/ */
#define VIEW_TAKES_REQUEST	(1U << 1)	/* by a write */
#define VIEW_CHANGES	(1U << 2)	/* two reads may return different text */

#define VIEW_REQUEST_MAX	64

struct view {
	const char *name;
	unsigned int flags;
};

/* Ends with an entry without a name */
extern const struct view views[];

const struct view *view_find(const char *name);
/*
 * Open a view and send its request. The process must be attached and must have a page of
 * its own at address. Return a file descriptor or -errno.
 */
int view_open(const struct view *view, pid_t pid, __u64 address);
/* Open, without a request */
int view_open_only(const struct view *view, pid_t pid);
/* Format the request of a view and return its length */
int view_format_request(const struct view *view, char request[VIEW_REQUEST_MAX], pid_t pid,
		  __u64 address);
/* Return 0 or -errno */
int view_send_request(const struct view *view, int fd, pid_t pid, __u64 address);

#endif
