// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* System calls on /dev/pgwalk. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "devio.h"
#include "pgwalk.h"

/**
 * devio__open - open the device
 *
 * Return: a descriptor or -errno.
 */
int devio__open(void)
{
	int fd = open(PGWALK_DEVICE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/** devio__close - close the device */
void devio__close(int fd)
{
	close(fd);
}

/**
 * devio__call - call the module
 * @fd: descriptor from devio__open()
 * @request: PGWALK_IOC_*
 * @arg: struct of the request
 *
 * A call that a signal interrupts is repeated, because the module reports even a stop (Ctrl-Z) and the freezer.
 *
 * Return: 0 or -errno.
 */
int devio__call(int fd, unsigned long request, void *arg)
{
	int err;

	do {
		err = ioctl(fd, request, arg) ? -errno : 0;
	} while (err == -EINTR);
	return err;
}
