/* SPDX-License-Identifier: GPL-2.0 */
/* The entries that map a page, by reading all there are. */
#ifndef PGWALK_RMAP_SCAN_H
#define PGWALK_RMAP_SCAN_H

#include <linux/types.h>

struct pgwalk_rmap_batch;
struct pgwalk_rmap_page;

/**
 * struct pgwalk_rmap_scan - a place among all processes
 * @tgid:	whose tables are read next, in the initial pid namespace: that one or the next
 * @addr:	from here on
 * @raced:	a table could not be read
 */
struct pgwalk_rmap_scan {
	pid_t tgid;
	unsigned long addr;
	bool raced;
};

int pgwalk_rmap_scan_visit(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_scan *scan,
			   struct pgwalk_rmap_batch *batch, bool *done);

#endif /* PGWALK_RMAP_SCAN_H */
