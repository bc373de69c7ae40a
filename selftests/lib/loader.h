/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Loads and unloads the module. */
#ifndef PGWALK_ORACLE_LOADER_H
#define PGWALK_ORACLE_LOADER_H

#include <stdbool.h>

/* Return 0 or -errno; -EWOULDBLOCK: the module is in use */
int loader_unload(void);
/* Load the file that $PGWALK_KO names. Return 0 or -errno */
int loader_load(void);
/* Load it with parameters, separated by spaces. Return 0 or -errno */
int loader_load_with(const char *parameters);
/* Load from an open file, by the system call alone */
int loader_load_file(int fd);
/* Retry to unload for some seconds */
bool loader_unload_soon(int seconds);
bool loader_is_loaded(void);
/* Is it loaded, with delegate=1? */
bool loader_is_delegated(void);

#endif
