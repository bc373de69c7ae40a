// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: command lines of pgwalk and pgtop that hold anything. pgwalk then asks
 * the made-up module of the golden tests; pgtop ends where it would begin to watch.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

/**
 * struct guard - an argp_parse() under way
 * @outer: the one that called it
 * @parser: what takes its options
 * @back: where to go when it says that something is wrong
 */
struct guard {
	struct guard *outer;
	argp_parser_t parser;
	jmp_buf back;
};

static struct guard *inner;
static jmp_buf out;

/* Instead of the end of the program: the option is refused, and argp frees what it has */
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

/* A blank or a newline ends an argument */
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
 * What is told goes to memory that does not grow: who asks for all frames is told so
 * many, and then that no more can be written. Reports of sanitizers go to stderr.
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
