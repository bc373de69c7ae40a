/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The VMAs that may map a page, found through the kernel's reverse map. */
#ifndef PGWALK_RMAP_TREE_H
#define PGWALK_RMAP_TREE_H

#include <linux/types.h>

struct pgwalk_rmap_batch;
struct pgwalk_rmap_page;

int pgwalk_rmap_tree_visit(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_batch *batch,
			   bool *done);

#endif /* PGWALK_RMAP_TREE_H */
