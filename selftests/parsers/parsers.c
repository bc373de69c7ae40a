// SPDX-License-Identifier: GPL-2.0
/* Bytes as a file, for parsers that read one. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "parsers.h"

int parsers_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET))
		abort();
	return fd;
}
