/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the kernel's log as it grows. What runs it does not know. */
#ifndef PGWALK_FUZZ_SPLAT_H
#define PGWALK_FUZZ_SPLAT_H

int splat_create(void);
/* The first line since the last call that a kernel in order does not write, or NULL */
const char *splat_new(void);

#endif
