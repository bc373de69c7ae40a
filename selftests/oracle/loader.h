/* SPDX-License-Identifier: GPL-2.0 */
/* Takes the module out and puts it in again. */
#ifndef PGWALK_ORACLE_LOADER_H
#define PGWALK_ORACLE_LOADER_H

#include <stdbool.h>

/* 0 or -errno; -EWOULDBLOCK: it is in use */
int loader_unload(void);
/* The module that $PGWALK_KO names. 0 or -errno */
int loader_load(void);
/* The same for who has it open already: the system call alone */
int loader_load_file(int fd);
/* Tries for so many seconds */
bool loader_unload_soon(int seconds);
bool loader_is_loaded(void);

#endif
