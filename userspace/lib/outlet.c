// SPDX-License-Identifier: GPL-2.0
/*
 * Collects a block of output in memory and writes it in one go, so that a
 * reader never sees half an interval. It formats nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "outlet.h"

struct outlet {
	int fd;
	FILE *block;
	char *text;
	size_t size;
};

/**
 * outlet__create - open the place where output goes
 * @out: filled; untouched on failure
 * @path: a file to make; NULL: stdout
 *
 * Return: 0 or -errno.
 */
int outlet__create(struct outlet **out, const char *path)
{
	struct outlet *o = calloc(1, sizeof(*o));
	int err;

	if (!o)
		return -ENOMEM;
	o->fd = STDOUT_FILENO;
	if (path)
		o->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			     0666);
	if (o->fd < 0) {
		err = -errno;
		free(o);
		return err;
	}
	*out = o;
	return 0;
}

/** outlet__destroy - close it, and forget an unfinished block; NULL is fine */
void outlet__destroy(struct outlet *o)
{
	if (!o)
		return;
	if (o->block)
		fclose(o->block);
	free(o->text);
	if (o->fd != STDOUT_FILENO)
		close(o->fd);
	free(o);
}

/**
 * outlet__width - tell how many columns a line has there
 * @o: the outlet
 * @otherwise: if it is neither a terminal nor told by $COLUMNS
 *
 * Return: columns, at least 1.
 */
unsigned int outlet__width(const struct outlet *o, unsigned int otherwise)
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
 * outlet__begin - begin a block
 * @o: the outlet
 *
 * Return: where to write it; NULL: no memory.
 */
FILE *outlet__begin(struct outlet *o)
{
	free(o->text);
	o->text = NULL;
	o->block = open_memstream(&o->text, &o->size);
	return o->block;
}

/*
 * A closed pipe shall be an error, not a signal: it is taken back where it was
 * sent, so that nothing that is started from here inherits another setting.
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
	/* the reader may also go when half is written: n is that, and the signal comes */
	if (n < 0 ? err == EPIPE : (size_t)n < size)
		sigtimedwait(&pipe, NULL, &now);
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = err;
	return n;
}

/**
 * outlet__end - write the block
 * @o: the outlet
 *
 * Return: 0; -EPIPE: nobody reads it any more; or -errno.
 */
int outlet__end(struct outlet *o)
{
	size_t done = 0;
	int err = fclose(o->block) ? -ENOMEM : 0;

	o->block = NULL;
	while (!err && done < o->size) {
		ssize_t n = write_without_signal(o->fd, o->text + done,
						 o->size - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			err = -errno;
	}
	return err;
}
