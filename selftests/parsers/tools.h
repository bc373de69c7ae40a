/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz target of command lines calls of the tools, and what it is in the
 * place of: the Makefile gives these their names. Nothing of it is in the product.
 */
#ifndef PGWALK_PARSERS_TOOLS_H
#define PGWALK_PARSERS_TOOLS_H

#include <argp.h>

struct session_options;
struct error;

/* The two main() */
int pgwalk_main(int argc, char **argv);
int pgtop_main(int argc, char **argv);

/* Instead of argp_parse(): goes on where that would end the program */
error_t parsers_argp_parse(const struct argp *argp, int argc, char **argv,
			   unsigned int flags, int *index, void *input);
/* Instead of argp_error(): the option is refused, and argp frees what it has */
void parsers_argp_error(const struct argp_state *state, const char *format, ...)
	__attribute__((noreturn));
/* Instead of session__run(), which would look for a process: what was asked for is enough */
int parsers_session_run(const struct session_options *options, struct error *error);

#endif
