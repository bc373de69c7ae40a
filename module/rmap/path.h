/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A saved position in a red-black tree, without a reference. */
#ifndef PGWALK_RMAP_PATH_H
#define PGWALK_RMAP_PATH_H

#include <linux/types.h>

struct rb_node;
struct rb_root;

/* A tree of n nodes is at most 2 * log2(n + 1) deep: enough for 2^32 VMAs. */
#define PGWALK_RMAP_DEPTH	64

/**
 * struct pgwalk_rmap_path - the nodes from the root of a tree down to one node
 * @depth:	number of nodes in @node; 0: no node is saved
 * @node:	addresses, for comparison only: a node may have been freed
 */
struct pgwalk_rmap_path {
	unsigned int depth;
	const struct rb_node *node[PGWALK_RMAP_DEPTH];
};

void pgwalk_rmap_path_save(struct pgwalk_rmap_path *path, const struct rb_node *node);
struct rb_node *pgwalk_rmap_path_find(const struct pgwalk_rmap_path *path,
				      const struct rb_root *root);

#endif /* PGWALK_RMAP_PATH_H */
