// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Saves a node of a red-black tree while the lock of the tree is dropped, and finds it
 * again in O(log n). A saved address is compared, but never dereferenced.
 *
 * A search for a key does not find the node again: the trees of the reverse map are sorted
 * by offset, and all mappings of one page of a file may have the same offset. There is no
 * reference that keeps the node, and this module must not write to the tree.
 *
 * So the addresses of all nodes from the root down to the node are saved. To find the node,
 * the tree is descended from its root, and at each level the child with the next saved address
 * is taken. Only nodes that were reached from the root with the lock held are
 * dereferenced, and these are in the tree. If the tree is unchanged, the descent ends at the
 * node.
 *
 * An insertion or a removal elsewhere rotates the tree in up to three places. A rotation
 * moves a node down by one level below its child, or up by one level; a removed node with two
 * children is replaced by its successor. Then the next saved address is not one of the
 * children. It, or a later saved address, is at most NEAR_LEVELS below, unless more than one
 * rotation happened at one place; so these levels are searched. The search visits at most 30
 * nodes at each change.
 *
 * The memory of a freed node may be used for another node of the same tree. Then the descent
 * may end at a node with the right address in the wrong place. The caller compares the VMA of
 * the node and the node before it, and checks the number of mappings at the end.
 */
#include <linux/rbtree.h>

#include "path.h"

#define NEAR_LEVELS	4

/**
 * pgwalk_rmap_path_save - save the path to a node
 * @path: set
 * @node: a node of a tree
 *
 * Context: the lock of the tree is held.
 */
void pgwalk_rmap_path_save(struct pgwalk_rmap_path *path, const struct rb_node *node)
{
	const struct rb_node *up;
	unsigned int depth = 0;

	for (up = node; up; up = rb_parent(up))
		depth++;
	path->depth = 0;
	if (depth > PGWALK_RMAP_DEPTH)
		return;
	path->depth = depth;
	for (up = node; up; up = rb_parent(up))
		path->node[--depth] = up;
}

/* Return the last saved index from @from on that has @node; -1: there is none. */
static int index_of(const struct pgwalk_rmap_path *path, unsigned int from,
		    const struct rb_node *node)
{
	int i;

	for (i = path->depth - 1; i >= (int)from; i--)
		if (path->node[i] == node)
			return i;
	return -1;
}

/*
 * Return the next saved node at or below @node. The search is breadth first: a level is
 * complete before the next one, and of one level the deepest saved node is taken.
 */
static struct rb_node *find_near(const struct pgwalk_rmap_path *path, unsigned int *next,
				 struct rb_node *node)
{
	struct rb_node *level[1 << NEAR_LEVELS] = { node };
	unsigned int nr = 1, i, depth;

	for (depth = 0; depth <= NEAR_LEVELS && nr; depth++) {
		struct rb_node *below[1 << NEAR_LEVELS], *best = NULL;
		unsigned int nr_below = 0;
		int last = -1;

		for (i = 0; i < nr; i++) {
			int at = index_of(path, *next, level[i]);

			if (at > last) {
				last = at;
				best = level[i];
			}
			if (depth == NEAR_LEVELS)
				continue;
			if (level[i]->rb_left)
				below[nr_below++] = level[i]->rb_left;
			if (level[i]->rb_right)
				below[nr_below++] = level[i]->rb_right;
		}
		if (best) {
			*next = last + 1;
			return best;
		}
		memcpy(level, below, nr_below * sizeof(*below));
		nr = nr_below;
	}
	return NULL;
}

/* Return the child that is saved as the next node; NULL: the tree has changed here. */
static struct rb_node *expected_child(const struct pgwalk_rmap_path *path, unsigned int next,
				      struct rb_node *node)
{
	if (node->rb_left == path->node[next])
		return node->rb_left;
	return node->rb_right == path->node[next] ? node->rb_right : NULL;
}

/**
 * pgwalk_rmap_path_find - find a node again
 * @path: saved
 * @root: root of the tree that the node was in
 *
 * Context: the lock of the tree is held.
 * Return: the node; NULL: it was removed, too many nodes above it changed, or no node is
 * saved.
 */
struct rb_node *pgwalk_rmap_path_find(const struct pgwalk_rmap_path *path,
				      const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;
	unsigned int next = 0;

	if (!path->depth || !node)
		return NULL;
	node = find_near(path, &next, node);
	while (node && next < path->depth) {
		struct rb_node *child = expected_child(path, next, node);

		if (child)
			next++;
		else
			child = find_near(path, &next, node);
		node = child;
	}
	return node;
}
