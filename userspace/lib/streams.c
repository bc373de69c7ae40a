// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps the numbers of closed standard streams from being given to other files, which
 * output would go to.
 */
#include <fcntl.h>
#include <unistd.h>

#include "streams.h"

/**
 * streams__reserve - fill the places of closed standard streams
 *
 * To be called before a file is opened. Reading the stdin, or writing to the stdout or
 * stderr, that is put there gives EBADF, as if the stream was closed. Programs that are
 * started find it closed.
 */
void streams__reserve(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		/* the lowest number that is free is this one */
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", flags | O_CLOEXEC) < 0)
			return;
	}
}
