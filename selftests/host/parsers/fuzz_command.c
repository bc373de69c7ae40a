// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * libFuzzer target: arbitrary command lines of pgwalk and pgtop. pgwalk runs on the fake module of
 * the golden tests; pgtop ends where its session would start. Files that -o names are not written.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../../../userspace/collect/record/record.h"
#include "parsers.h"
#include "tools.h"

#define ARGUMENTS	16
#define TOLD_MAX	(256L << 10)

static const char blanks[] = { ' ', '\n', '\0' };

int parsers_session_run(const struct session_options *options, struct error *error)
{
	(void)options;
	(void)error;
	return 0;
}

/* Intervals end at once */
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *rest)
{
	(void)clock;
	(void)flags;
	(void)time;
	(void)rest;
	return 0;
}

/* A command line of snapshot writes no file, except to descriptors of the tool */
int __wrap_recorder__create(struct recorder **out, const char *path, unsigned int mode)
{
	return __real_recorder__create(out, strncmp(path, "/proc/self/fd/", 14) ? "/dev/null" : path, mode);
}

/* A file that would be created is /dev/null, but for descriptors of the tool; no other one is opened for write */
int __wrap_open(const char *path, int flags, ...)
{
	if (flags & O_CREAT && strncmp(path, "/proc/self/fd/", 14))
		return __real_open("/dev/null", O_WRONLY | O_CLOEXEC);
	return __real_open(path, flags);
}

int __wrap_unlink(const char *path)
{
	(void)path;
	return 0;
}

int __wrap_rename(const char *from, const char *to)
{
	(void)from;
	(void)to;
	return 0;
}

/**
 * struct guard - an argp_parse() in progress
 * @outer: the guard of the caller
 * @parser: parser of the options
 * @back: jump target after an error
 */
struct guard {
	struct guard *outer;
	argp_parser_t parser;
	jmp_buf back;
};

static struct guard *inner;
static jmp_buf out;

/* Replaces argp_error(): refuse the option without exit(), so that argp frees its memory */
void parsers_argp_error(const struct argp_state *state, const char *format, ...)
{
	char text[256];
	va_list args;

	(void)state;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	longjmp(inner->back, 1);
}

static error_t parse_guarded(int key, char *arg, struct argp_state *state)
{
	const error_t refused = EINVAL;

	if (setjmp(inner->back))
		return refused;
	return inner->parser(key, arg, state);
}

error_t parsers_argp_parse(const struct argp *argp, int argc, char **argv,
			   unsigned int flags, int *index, void *input)
{
	struct argp guarded = *argp;
	struct guard guard = { .outer = inner, .parser = argp->parser };
	error_t err;

	guarded.parser = parse_guarded;
	inner = &guard;
	err = argp_parse(&guarded, argc, argv,
			 flags | ARGP_NO_EXIT | ARGP_NO_ERRS | ARGP_NO_HELP,
			 index, input);
	inner = guard.outer;
	if (!err)
		return 0;
	if (inner)
		longjmp(inner->back, 1);
	longjmp(out, 1);
}

/* Split at blanks and newlines */
static int split(char *text, char **argv)
{
	int argc = 1;
	char *rest;

	argv[0] = (char *)"tool";
	for (argv[argc] = strtok_r(text, blanks, &rest); argv[argc] && argc < ARGUMENTS - 1;
	     argv[argc] = strtok_r(NULL, blanks, &rest))
		argc++;
	argv[argc] = NULL;
	return argc;
}

static void run(char *text)
{
	char *argv[ARGUMENTS + 1];
	int argc = split(text + 1, argv);

	inner = NULL;
	if (setjmp(out))
		return;
	if (*text == 't')
		pgtop_main(argc, argv);
	else
		pgwalk_main(argc, argv);
}

/*
 * Redirect stdout to memory of fixed size: a command line that prints all frames prints that
 * much, and then gets a write error. Reports of sanitizers go to stderr.
 */
static void replace_stdout(void)
{
	int fd = memfd_create("stdout", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, TOLD_MAX) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) ||
	    dup2(fd, STDOUT_FILENO) < 0)
		abort();
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int replaced;
	char *text;

	if (!replaced++)
		replace_stdout();
	fflush(stdout);
	if (lseek(STDOUT_FILENO, 0, SEEK_SET))
		abort();
	if (!size || size > 1000)
		return 0;
	text = malloc(size + 1);
	memcpy(text, data, size);
	text[size] = 0;
	run(text);
	free(text);
	return 0;
}
