/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Functions of the tools that the fuzz target of command lines calls or replaces: the Makefile
 * renames them.
 */
#ifndef PGWALK_PARSERS_TOOLS_H
#define PGWALK_PARSERS_TOOLS_H

#include <argp.h>

struct session_options;
struct error;

/* The main() of both tools */
int pgwalk_main(int argc, char **argv);
int pgtop_main(int argc, char **argv);

/* Replaces argp_parse(): returns where that would exit */
error_t parsers_argp_parse(const struct argp *argp, int argc, char **argv,
			   unsigned int flags, int *index, void *input);
/* Replaces argp_error(): the option is refused, and argp frees its memory */
void parsers_argp_error(const struct argp_state *state, const char *format, ...)
	__attribute__((noreturn));
/* Replaces session__run(), which would look for a process: returns without a session */
int parsers_session_run(const struct session_options *options, struct error *error);
/* Replace functions of libc that create, remove and rename files */
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_unlink(const char *path);
int __wrap_rename(const char *from, const char *to);

#endif
