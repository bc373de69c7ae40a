/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's own files tell of pages: pagemap, kpageflags, kpagecount. */
#ifndef PGWALK_COLLECT_PAGEFILE_H
#define PGWALK_COLLECT_PAGEFILE_H

#include <stdint.h>
#include <sys/types.h>

/**
 * struct pagefile_page - one page, as these files have it
 * @entry: of pagemap
 * @flags: of kpageflags, if pagemap tells a frame; else 0
 * @mapcount: of kpagecount, likewise
 * @framed: it does
 */
struct pagefile_page {
	uint64_t entry;
	uint64_t flags;
	uint64_t mapcount;
	uint32_t framed;
};

struct pagefile;

int pagefile__open(struct pagefile **out, const char *proc, pid_t pid,
		   const char **what);
void pagefile__close(struct pagefile *p);
int pagefile__read(struct pagefile *p, uint64_t start,
		   struct pagefile_page *page, unsigned int count);

#endif
