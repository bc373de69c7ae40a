/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The parts of main() that both tools share: the version, the status of a usage error, the message of a failure. */
#ifndef PGWALK_LIB_COMMAND_LINE_H
#define PGWALK_LIB_COMMAND_LINE_H

#include "error.h"

#ifndef PGWALK_VERSION
#define PGWALK_VERSION	"unknown"
#endif

#define COMMAND_LINE_STRING(x)	COMMAND_LINE_STRING_(x)
#define COMMAND_LINE_STRING_(x)	#x

/* The text of --version; the file includes pgwalk.h */
#define COMMAND_LINE_VERSION(tool) \
	tool " " PGWALK_VERSION " (ABI " COMMAND_LINE_STRING(PGWALK_ABI_VERSION) ")"

void command_line__begin(void);
char *command_line__doc(const char *before, const char *after);
int command_line__end(const char *tool, int err, const struct error *error);

#endif
