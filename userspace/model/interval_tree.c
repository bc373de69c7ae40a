// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Ranges sorted by group and start, in a treap: each node has a random rank and no child
 * has a higher one, which keeps the tree flat. Each node has the end of its subtree, so a
 * search skips subtrees that end before the range. The size is fixed; callers count.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "interval_tree.h"

/**
 * struct node - a range
 * @reach_group: highest group of the subtree
 * @reach: highest end in @reach_group
 * @rank: random
 * @left: subtree of the ranges before; 0: none
 * @right: subtree of the ranges after; 0: none
 */
struct node {
	struct span span;
	uint32_t rank;
	uint64_t reach_group;
	uint64_t reach;
	uint32_t left;
	uint32_t right;
};

/**
 * struct interval_tree - a tree
 * @root: root node; 0: the tree is empty
 * @free: unused nodes, linked by @left
 * @seed: state of the generator of ranks
 * @node: nodes; 0 is not used
 */
struct interval_tree {
	uint32_t root;
	uint32_t free;
	uint32_t seed;
	struct node node[];
};

/**
 * interval_tree__create - make an empty tree
 * @max: limit of ranges
 *
 * Return: the tree, or NULL.
 */
struct interval_tree *interval_tree__create(unsigned int max)
{
	struct interval_tree *s = calloc(1, sizeof(*s) +
				    (max + 1) * sizeof(s->node[0]));
	uint32_t i;

	if (!s)
		return NULL;
	s->seed = 23;
	for (i = max; i; i--) {
		s->node[i].left = s->free;
		s->free = i;
	}
	return s;
}

/** interval_tree__destroy - free a tree; NULL is fine */
void interval_tree__destroy(struct interval_tree *s)
{
	free(s);
}

static uint32_t next_rank(struct interval_tree *s)
{
	s->seed ^= s->seed << 13;
	s->seed ^= s->seed >> 17;
	s->seed ^= s->seed << 5;
	return s->seed;
}

static int compare(const struct span *a, const struct span *b)
{
	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return a->owner < b->owner ? -1 : a->owner > b->owner;
}

static void extend_reach(struct node *n, const struct node *branch)
{
	if (branch->reach_group < n->reach_group ||
	    (branch->reach_group == n->reach_group &&
	     branch->reach <= n->reach))
		return;
	n->reach_group = branch->reach_group;
	n->reach = branch->reach;
}

static void update(struct interval_tree *s, uint32_t i)
{
	struct node *n = &s->node[i];

	n->reach_group = n->span.group;
	n->reach = n->span.end;
	if (n->left)
		extend_reach(n, &s->node[n->left]);
	if (n->right)
		extend_reach(n, &s->node[n->right]);
}

/* The functions below recurse: random ranks limit the depth */
/* NOLINTBEGIN(misc-no-recursion) */

/* Join two trees, with all ranges of @a before those of @b */
static uint32_t merge(struct interval_tree *s, uint32_t a, uint32_t b)
{
	if (!a || !b)
		return a ? a : b;
	if (s->node[a].rank > s->node[b].rank) {
		s->node[a].right = merge(s, s->node[a].right, b);
		update(s, a);
		return a;
	}
	s->node[b].left = merge(s, a, s->node[b].left);
	update(s, b);
	return b;
}

/* Split a tree into the ranges before @span, and the rest */
static void split(struct interval_tree *s, uint32_t i, const struct span *span,
		  uint32_t *before, uint32_t *rest)
{
	if (!i) {
		*before = *rest = 0;
		return;
	}
	if (compare(&s->node[i].span, span) < 0) {
		split(s, s->node[i].right, span, &s->node[i].right, rest);
		*before = i;
	} else {
		split(s, s->node[i].left, span, before, &s->node[i].left);
		*rest = i;
	}
	update(s, i);
}

static uint32_t insert(struct interval_tree *s, uint32_t i, uint32_t new)
{
	struct node *n = &s->node[new];

	if (!i || s->node[i].rank < n->rank) {
		split(s, i, &n->span, &n->left, &n->right);
		i = new;
	} else if (compare(&n->span, &s->node[i].span) < 0) {
		s->node[i].left = insert(s, s->node[i].left, new);
	} else {
		s->node[i].right = insert(s, s->node[i].right, new);
	}
	update(s, i);
	return i;
}

/**
 * interval_tree__add - add a range
 * @s: the tree; the caller ensures that it has room
 * @span: the range
 */
void interval_tree__add(struct interval_tree *s, const struct span *span)
{
	uint32_t new = s->free;

	s->free = s->node[new].left;
	s->node[new] = (struct node) { .span = *span, .rank = next_rank(s) };
	s->root = insert(s, s->root, new);
}

static uint32_t remove_from(struct interval_tree *s, uint32_t i, const struct span *span)
{
	int order;

	if (!i)
		return 0;
	order = compare(span, &s->node[i].span);
	if (!order) {
		uint32_t rest = merge(s, s->node[i].left, s->node[i].right);

		s->node[i].left = s->free;
		s->free = i;
		return rest;
	}
	if (order < 0)
		s->node[i].left = remove_from(s, s->node[i].left, span);
	else
		s->node[i].right = remove_from(s, s->node[i].right, span);
	update(s, i);
	return i;
}

/** interval_tree__remove - remove a range with the fields of @span, which is in @s */
void interval_tree__remove(struct interval_tree *s, const struct span *span)
{
	s->root = remove_from(s, s->root, span);
}

/* Test if the subtree may have a range that ends after the start of @range */
static bool reaches(const struct node *n, const struct span *range)
{
	if (n->reach_group != range->group)
		return n->reach_group > range->group;
	return n->reach > range->start;
}

static unsigned int find(const struct interval_tree *s, uint32_t i,
			 const struct span *range, uint32_t *owner,
			 unsigned int count, unsigned int max)
{
	const struct node *n = &s->node[i];
	const struct span *span = &n->span;

	if (!i || count == max || !reaches(n, range))
		return count;
	if (span->group >= range->group)
		count = find(s, n->left, range, owner, count, max);
	if (count < max && span->group == range->group &&
	    span->start < range->end && range->start < span->end)
		owner[count++] = span->owner;
	if (span->group < range->group ||
	    (span->group == range->group && span->start < range->end))
		count = find(s, n->right, range, owner, count, max);
	return count;
}

/* NOLINTEND(misc-no-recursion) */

/**
 * interval_tree__find - find the owners of overlapping ranges
 * @s: the tree
 * @range: the range; its owner is ignored
 * @owner: filled in, by start; an owner of several such ranges is there as often
 * @max: limit of owners
 *
 * Return: number of owners.
 */
unsigned int interval_tree__find(const struct interval_tree *s, const struct span *range,
				 uint32_t *owner, unsigned int max)
{
	return find(s, s->root, range, owner, 0, max);
}
