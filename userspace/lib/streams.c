// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Opens /dev/null in place of closed standard streams, so that their descriptors are not reused for
 * files.
 */
#include <fcntl.h>
#include <unistd.h>

#include "streams.h"

/**
 * streams__reserve - fill the descriptors of closed standard streams
 *
 * Call before any file is opened. Access to a filled stream fails with EBADF, as if it was closed.
 * Started programs inherit it closed.
 */
void streams__reserve(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		/* open() returns the lowest free descriptor, which is this one */
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", flags | O_CLOEXEC) < 0)
			return;
	}
}
