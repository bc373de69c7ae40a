/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Pages as shown by the kernel's files pagemap, kpageflags and kpagecount. */
#ifndef PGWALK_COLLECT_PAGEFILE_H
#define PGWALK_COLLECT_PAGEFILE_H

#include <stdint.h>
#include <sys/types.h>

/**
 * struct pagefile_page - one page
 * @entry: entry of pagemap
 * @flags: flags of kpageflags; 0 unless @has_frame
 * @mapcount: count of kpagecount; 0 unless @has_frame
 * @has_frame: pagemap shows a frame
 */
struct pagefile_page {
	uint64_t entry;
	uint64_t flags;
	uint64_t mapcount;
	uint32_t has_frame;
};

struct pagefile;

int pagefile__open(struct pagefile **out, const char *proc, pid_t pid,
		   const char **what);
void pagefile__close(struct pagefile *p);
int pagefile__read(struct pagefile *p, uint64_t start,
		   struct pagefile_page *page, unsigned int count);

#endif
