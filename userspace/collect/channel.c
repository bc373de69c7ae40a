// SPDX-License-Identifier: GPL-2.0
/* The system calls behind /dev/pgwalk. It looks at nothing that passes. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "channel.h"
#include "pgwalk.h"

/**
 * channel__open - open the device
 *
 * Return: a descriptor or -errno.
 */
int channel__open(void)
{
	int fd = open(PGWALK_DEVICE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/** channel__close - close it */
void channel__close(int fd)
{
	close(fd);
}

/**
 * channel__call - ask the module
 * @fd: of channel__open()
 * @request: PGWALK_IOC_*
 * @arg: the struct that belongs to it
 *
 * Return: 0 or -errno.
 */
int channel__call(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}
