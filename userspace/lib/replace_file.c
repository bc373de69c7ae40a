// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Writes a temporary file beside the file, and renames it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replace_file.h"

static int write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

/**
 * replace_file - create a file, or replace its content
 * @path: the file; ".tmp" is appended for the temporary file
 * @text: the content
 * @size: bytes of @text
 *
 * On failure the file keeps its content, and there is no temporary file.
 *
 * Return: 0; -EINVAL: there is something else than a regular file; or -errno.
 */
int replace_file(const char *path, const char *text, size_t size)
{
	char temporary[PATH_MAX];
	struct stat st;
	int fd, err;

	if (snprintf(temporary, sizeof(temporary), "%s.tmp", path) >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	if (!lstat(path, &st) && !S_ISREG(st.st_mode))
		return -EINVAL;
	/* Left by a run that was killed. A symbolic link of that name is removed, not followed. */
	if (unlink(temporary) && errno != ENOENT)
		return -errno;
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	err = write_all(fd, text, size);
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	return err;
}
