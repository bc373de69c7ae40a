/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A failure: a message and the exit status. */
#ifndef PGWALK_LIB_ERROR_H
#define PGWALK_LIB_ERROR_H

/* Exit status of the tools, as in the man pages */
enum error_status {
	ERROR_NONE	= 0,
	ERROR_FAILURE	= 1,
	ERROR_USAGE	= 2,
	ERROR_PERMISSION = 77,	/* not permitted, or the module is not loaded */
	ERROR_NOT_EXECUTABLE = 126,
	ERROR_NOT_FOUND	= 127,
};

/**
 * struct error - a message for the user and an exit status
 * @status:	exit status of the process
 * @text:	"what: why (what to do)", without the program's name
 */
struct error {
	enum error_status status;
	char text[2048];
};

int error__set(struct error *error, enum error_status status,
	       const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
