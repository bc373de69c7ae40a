/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads a view after its target has exited while the view was open. The directory of
 * the target is removed some time after the exit, and debugfs then returns EIO: the read
 * is repeated with another target, up to five times.
 */
#ifndef PGWALK_ORACLE_EXITED_H
#define PGWALK_ORACLE_EXITED_H

#include <stddef.h>

/* Return the rest of the text, after head bytes were read before the exit; NULL: see errno */
char *exited_read(const char *view, const char *workload, const char *times,
		size_t head, size_t *size);

#endif
