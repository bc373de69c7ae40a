/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a view tells whose target has exited while it was open. The directory goes
 * by itself some time later, and debugfs then answers EIO: that is tried again with
 * another target, a few times.
 */
#ifndef PGWALK_ORACLE_GONE_H
#define PGWALK_ORACLE_GONE_H

#include <stddef.h>

/* The text that is left after head bytes were read before the exit; NULL: see errno */
char *gone_read(const char *view, const char *workload, const char *times,
		size_t head, size_t *size);

#endif
