/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Parsing of the line that is written to a control file. */
#ifndef PGWALK_QUERY_H
#define PGWALK_QUERY_H

#include <linux/types.h>

/* Room for a process id, an address and blanks. */
#define PGWALK_QUERY_MAX	64

int pgwalk_query_copy(char line[PGWALK_QUERY_MAX], const char __user *from, size_t count);
char *pgwalk_query_word(char **rest);
int pgwalk_query_pid(const char *word, pid_t *nr);
int pgwalk_query_address(const char *word, unsigned long *addr);
int pgwalk_query_offset(const char *word, u64 *offset);

#endif /* PGWALK_QUERY_H */
