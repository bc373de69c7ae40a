// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Opens a view, ends its target, and reads the view. */
#include <errno.h>
#include <unistd.h>

#include "exited.h"
#include "interface.h"
#include "target.h"

#define ATTEMPTS	5

static char *read_once(const char *view, const char *workload,
		       const char *times, size_t head, size_t *size)
{
	struct target target;
	char start[64], *text = NULL;
	int fd;

	errno = ENODATA;
	if (head > sizeof(start) || target_start_times(&target, workload, times))
		return NULL;
	fd = interface_attach(target.pid) ? -1 : interface_open_view(target.pid, view);
	if (fd >= 0 && (!head || read(fd, start, head) == (ssize_t)head)) {
		target_stop(&target);
		text = interface_read_all(fd, 4096, size);
	}
	target_stop(&target);
	return text;
}

char *exited_read(const char *view, const char *workload, const char *times,
		size_t head, size_t *size)
{
	char *text = NULL;

	for (int i = 0; i < ATTEMPTS && !text; i++) {
		text = read_once(view, workload, times, head, size);
		if (!text && errno != EIO)
			break;
	}
	return text;
}
