/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A scan of all page tables for the entries that map a page. */
#ifndef PGWALK_RMAP_SCAN_H
#define PGWALK_RMAP_SCAN_H

#include <linux/types.h>

struct pgwalk_rmap_batch;
struct pgwalk_rmap_page;

/**
 * struct pgwalk_rmap_scan - a position in the page tables of all processes
 * @tgid:	process that is read next, in the initial pid namespace, or the one after it
 * @addr:	address that is read next
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
