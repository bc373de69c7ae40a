// SPDX-License-Identifier: GPL-2.0
/* Loads and unloads the module. It must not know who uses it. */
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

int loader_load_file(int fd)
{
	return syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
}

int loader_load(void)
{
	const char *path = getenv("PGWALK_KO");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1, ret;

	if (fd < 0)
		return path ? -errno : -ENOENT;
	ret = loader_load_file(fd);
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
