/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Finds all mappings of a page by reading the pagemap of every mapping of every process,
 * and reads their number from /proc/kpagecount.
 */
#ifndef PGWALK_ORACLE_MAPPED_H
#define PGWALK_ORACLE_MAPPED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <linux/types.h>

#define MAPPED_MAX	4096

/* An address of a process that maps the page; sorted by pid, then by address */
struct mapped_place {
	pid_t pid;
	__u64 addr;
};

struct mapped {
	size_t nr;
	struct mapped_place at[MAPPED_MAX];
};

/* False: more than MAPPED_MAX mappings, or /proc cannot be read */
bool mapped_find(struct mapped *mapped, __u64 pfn);
void mapped_add(struct mapped *mapped, pid_t pid, __u64 addr);
void mapped_sort(struct mapped *mapped);
/* -1: the kernel does not report it */
long mapped_kpagecount(__u64 pfn);

#endif
