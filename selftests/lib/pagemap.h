/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Pages as the kernel reports them in /proc/PID/pagemap and /proc/kpageflags
 * (Documentation/admin-guide/mm/pagemap.rst).
 */
#ifndef PGWALK_ORACLE_PAGEMAP_H
#define PGWALK_ORACLE_PAGEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <linux/types.h>

#define PM_PFN(entry)		((entry) & ((1ULL << 55) - 1))
#define PM_SWAP_TYPE(entry)	((entry) & 31)
#define PM_SWAP_OFFSET(entry)	(PM_PFN(entry) >> 5)
#define PM_SOFT_DIRTY		(1ULL << 55)
#define PM_EXCLUSIVE		(1ULL << 56)
#define PM_UFFD_WP		(1ULL << 57)
#define PM_GUARD		(1ULL << 58)
#define PM_FILE			(1ULL << 61)
#define PM_SWAP			(1ULL << 62)
#define PM_PRESENT		(1ULL << 63)

#define KPF_ANON		(1ULL << 12)
#define KPF_HUGE		(1ULL << 17)
#define KPF_THP			(1ULL << 22)
#define KPF_ZERO_PAGE		(1ULL << 24)

int pagemap_open(pid_t pid);
bool pagemap_read(int fd, __u64 address, size_t pages, __u64 *entries);
__u64 pagemap_one(pid_t pid, __u64 address);
__u64 pagemap_kpageflags(__u64 pfn);

#endif
