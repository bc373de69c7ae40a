// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Collects a block of output in memory and writes it at once, so that a reader gets whole
 * intervals.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "memory_stream.h"
#include "output.h"

/**
 * struct output - a file that blocks are written to
 * @fd: the file
 * @replaces: the file may have earlier content, which the first block replaces
 * @block: the block that is being collected
 */
struct output {
	int fd;
	bool replaces;
	struct memory_stream block;
};

/**
 * output__of_fd - begin output to an open file
 * @out: filled; untouched on failure
 * @fd: descriptor, closed by output__destroy() unless it is stdout; not closed on failure
 *
 * Return: 0 or -ENOMEM.
 */
int output__of_fd(struct output **out, int fd)
{
	struct output *o = calloc(1, sizeof(*o));

	if (!o)
		return -ENOMEM;
	o->fd = fd;
	*out = o;
	return 0;
}

static int create(struct output **out, const char *path, int flags)
{
	int fd = STDOUT_FILENO, err;

	if (path)
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);
	if (fd < 0)
		return -errno;
	err = output__of_fd(out, fd);
	if (err && path)
		close(fd);
	if (!err)
		(*out)->replaces = path;
	return err;
}

/**
 * output__create - open a file for output
 * @out: filled; untouched on failure
 * @path: file to create; an existing one keeps its content until the first block; NULL: stdout
 *
 * Return: 0 or -errno.
 */
int output__create(struct output **out, const char *path)
{
	return create(out, path, 0);
}

/**
 * output__create_new - create a file for output
 * @out: filled; untouched on failure
 * @path: file to create; a symbolic link is not followed
 *
 * Return: 0; -EEXIST: there is a file of that name; or -errno.
 */
int output__create_new(struct output **out, const char *path)
{
	return create(out, path, O_EXCL);
}

/**
 * output__destroy - close the file and discard an unfinished block; NULL is fine
 *
 * Return: 0, or -errno if some data could not be written.
 */
int output__destroy(struct output *o)
{
	int err = 0;

	if (!o)
		return 0;
	memory_stream__fini(&o->block);
	if (o->fd != STDOUT_FILENO && close(o->fd))
		err = -errno;
	free(o);
	return err;
}

/**
 * output__width - return the width of the output
 * @o: the output
 * @otherwise: width if it is not a terminal and $COLUMNS is not set
 *
 * Return: columns, at least 1.
 */
unsigned int output__width(const struct output *o, unsigned int otherwise)
{
	const char *columns = getenv("COLUMNS");
	struct winsize ws;
	long n;

	if (!ioctl(o->fd, TIOCGWINSZ, &ws) && ws.ws_col)
		return ws.ws_col;
	n = columns ? strtol(columns, NULL, 10) : 0;
	return n > 0 && n < 100000 ? (unsigned int)n : otherwise;
}

/**
 * output__begin - begin a block
 * @o: the output
 *
 * Return: stream for the block; NULL: no memory.
 */
FILE *output__begin(struct output *o)
{
	memory_stream__fini(&o->block);
	return memory_stream__open(&o->block);
}

/*
 * Write; a closed pipe returns EPIPE and raises no signal. The signal is blocked and discarded
 * here, not ignored, because started programs would inherit the setting.
 */
static ssize_t write_without_signal(int fd, const char *text, size_t size)
{
	const struct timespec now = { 0 };
	sigset_t pipe, before;
	ssize_t n;
	int err;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	sigprocmask(SIG_BLOCK, &pipe, &before);
	n = write(fd, text, size);
	err = errno;
	/* if the reader exits after a partial write, n is positive and the signal is pending */
	if (n < 0 ? err == EPIPE : (size_t)n < size)
		sigtimedwait(&pipe, NULL, &now);
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = err;
	return n;
}

/* Remove the earlier content. A pipe or a device has no size to set */
static int replace(struct output *o)
{
	if (o->replaces && ftruncate(o->fd, 0) && errno != EINVAL)
		return -errno;
	o->replaces = false;
	return 0;
}

/**
 * output__end - write the block
 * @o: the output
 *
 * Return: 0; -EPIPE: the reader has closed the pipe; -ENOMEM: memory for the block was short, nothing
 * is written; or -errno.
 */
int output__end(struct output *o)
{
	size_t done = 0;
	int err = memory_stream__close(&o->block);

	if (!err)
		err = replace(o);
	while (!err && done < o->block.size) {
		ssize_t n = write_without_signal(o->fd, o->block.text + done, o->block.size - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			err = -errno;
	}
	return err;
}
