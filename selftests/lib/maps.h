/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The mappings of a process as the kernel reports them in /proc/PID/smaps. */
#ifndef PGWALK_ORACLE_MAPS_H
#define PGWALK_ORACLE_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <linux/types.h>

/**
 * struct mapping - one mapping; sizes in KiB as smaps has them
 * @header:	its line of /proc/PID/maps, without the newline
 * @huge:	AnonHugePages + ShmemPmdMapped + FilePmdMapped
 * @hugetlb:	Shared_Hugetlb + Private_Hugetlb
 * @dirty:	Shared_Dirty + Private_Dirty
 * @shared:	Shared_Clean + Shared_Dirty + Shared_Hugetlb
 * @private:	Private_Clean + Private_Dirty + Private_Hugetlb
 * @no_pagemap:	VM_PFNMAP: pagemap does not report its pages
 * @rwp:	VM_UFFD_RWP: userfaultfd may protect pages against every access
 * @new_dirty:	VM_SOFTDIRTY: pagemap reports every page as soft-dirty
 */
struct mapping {
	char header[4352];
	__u64 start, end, offset, ino;
	unsigned int major, minor;
	char perms[5];
	const char *name;	/* in @header; "" if it has none */
	__u64 rss, swap, dirty, anon_huge, huge, hugetlb;
	__u64 shared, private, referenced, pss, lazyfree;
	bool no_pagemap, rwp, new_dirty, vsyscall;
};

struct maps {
	struct mapping *all;
	size_t nr;
};

/* Before 6.2 smaps does not count huge pages without access */
bool maps_is_skipped(const struct mapping *mapping);
bool maps_read(struct maps *maps, pid_t pid);
const struct mapping *maps_find(const struct maps *maps, __u64 address);
void maps_free(struct maps *maps);

#endif
