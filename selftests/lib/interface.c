// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Opens, reads and writes the files of pgwalk; does not check the content. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "interface.h"

int interface_open(const char *file, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), PGWALK_DIR "/%s", file);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int interface_write(const char *file, const char *text)
{
	int fd = interface_open(file, O_WRONLY);
	size_t size = strlen(text);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = write(fd, text, size);
	n = n < 0 ? -errno : n == (ssize_t)size ? 0 : -EIO;
	close(fd);
	return (int)n;
}

int interface_attach(pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	return interface_write("attach", text);
}

int interface_open_view(pid_t pid, const char *view)
{
	char file[64];

	snprintf(file, sizeof(file), "%d/%s", pid, view);
	return interface_open(file, O_RDONLY);
}

int interface_ioctl(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) < 0 ? -errno : 0;
}

int interface_open_device(pid_t pid)
{
	struct pgwalk_attach attach = { .size = sizeof(attach), .pid = pid };
	int fd = open(PGWALK_DEVICE, O_RDWR | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	if (!pid)
		return fd;
	ret = interface_ioctl(fd, PGWALK_IOC_ATTACH, &attach);
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

static char *read_all(int fd, size_t chunk, size_t *size, bool by_pread)
{
	size_t room = 4096, used = 0;
	char *text = malloc(room);
	ssize_t n;

	for (;;) {
		if (room - used <= chunk) {
			room = 2 * room + chunk;
			text = realloc(text, room);
		}
		n = by_pread ? pread(fd, text + used, chunk, (off_t)used) :
			       read(fd, text + used, chunk);
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	if (n < 0) {
		free(text);
		return NULL;
	}
	text[used] = 0;
	if (size)
		*size = used;
	return text;
}

char *interface_read_all(int fd, size_t chunk, size_t *size)
{
	return read_all(fd, chunk, size, false);
}

char *interface_pread_all(int fd, size_t chunk, size_t *size)
{
	return read_all(fd, chunk, size, true);
}

char *interface_translate(pid_t pid, __u64 address, int *error)
{
	int fd = interface_open("translate", O_RDWR);
	char request[64], *response = NULL;

	*error = fd < 0 ? fd : 0;
	if (fd < 0)
		return NULL;
	snprintf(request, sizeof(request), "%d %llx\n", pid, address);
	if (write(fd, request, strlen(request)) >= 0)
		response = interface_read_all(fd, 4096, NULL);
	if (!response)
		*error = -errno;
	close(fd);
	return response;
}

bool interface_reads_unlocked(const struct pgwalk_info *info)
{
	unsigned int major, minor;
	struct utsname name;

	uname(&name);
	/* arm64 has RCU tables on kernels that the module reads with mmap_lock */
	if (sscanf(name.release, "%u.%u", &major, &minor) != 2 || major < 6 || (major == 6 && minor < 13))
		return false;
	return info->paging & PGWALK_PAGING_RCU_TABLES && !strstr(name.version, "PREEMPT_RT");
}

int interface_info(struct pgwalk_info *info)
{
	int fd = interface_open_device(0), ret;

	if (fd < 0)
		return fd;
	*info = (struct pgwalk_info){ .size = sizeof(*info) };
	ret = interface_ioctl(fd, PGWALK_IOC_INFO, info);
	close(fd);
	return ret;
}
