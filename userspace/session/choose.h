/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The choice between processes of one name. */
#ifndef PGWALK_SESSION_CHOOSE_H
#define PGWALK_SESSION_CHOOSE_H

#include <stddef.h>

#include "../lib/error.h"

/** CHOOSE_MAX - size of the text of a PID, with its NUL */
#define CHOOSE_MAX	16

int choose__process(const char *name, char *pid, size_t size, struct error *error);

#endif
