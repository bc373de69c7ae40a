/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the kernel's log as it grows. */
#ifndef PGWALK_FUZZ_SPLAT_H
#define PGWALK_FUZZ_SPLAT_H

int splat_create(void);
/* Return the first complaint since the last call, or NULL */
const char *splat_new(void);

#endif
