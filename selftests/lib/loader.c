// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Loads and unloads the module. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "loader.h"

int loader_unload(void)
{
	return syscall(SYS_delete_module, "pgwalk", O_NONBLOCK) ? -errno : 0;
}

static int load_file(int fd, const char *parameters)
{
	return syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
}

int loader_load_file(int fd)
{
	return load_file(fd, "");
}

int loader_load(void)
{
	return loader_load_with("");
}

int loader_load_with(const char *parameters)
{
	const char *path = getenv("PGWALK_KO");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1, ret;

	if (fd < 0)
		return path ? -errno : -ENOENT;
	ret = load_file(fd, parameters);
	close(fd);
	return ret;
}

bool loader_unload_soon(int seconds)
{
	for (int i = 0; i < seconds * 20; i++, usleep(50000))
		if (!loader_unload())
			return true;
	return false;
}

bool loader_is_loaded(void)
{
	return !access("/sys/module/pgwalk", F_OK);
}

bool loader_is_delegated(void)
{
	char c = 0;
	int fd = open("/sys/module/pgwalk/parameters/delegate", O_RDONLY | O_CLOEXEC);
	bool read_it = fd >= 0 && read(fd, &c, 1) == 1;

	close(fd);
	return read_it && c == 'Y';
}
