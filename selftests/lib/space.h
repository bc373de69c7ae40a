/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The summary of an address space that pgwalk reports, from the view or the device. */
#ifndef PGWALK_ORACLE_SPACE_H
#define PGWALK_ORACLE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <pgwalk.h>

#define SPACE_TASKS	512
#define SPACE_VALUES	30	/* lines of the view before the threads */

/**
 * struct space - the record and the threads
 * @last:	the name of the last thread as the view prints it
 */
struct space {
	struct pgwalk_mm mm;
	struct pgwalk_task tasks[SPACE_TASKS];
	unsigned int nr;
	char last[80];
};

/* Parse <PID>/mm, read in chunks */
bool space_from_view(struct space *space, pid_t pid, size_t chunk);
/* By PGWALK_IOC_MM; 0 or -errno */
int space_from_device(struct space *space, int fd);

#endif
