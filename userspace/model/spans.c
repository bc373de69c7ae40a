// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges by group and start, in a tree that knows how far each of its branches
 * reaches: of thousands, those that have something in common with one are found in
 * a few steps. Each node has a random rank and none below it has a higher one, so
 * that it stays flat (a treap). It never grows; who adds counts.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "spans.h"

/**
 * struct node - a range
 * @reach_group: the last group of the branch that begins here
 * @reach: how far its ranges reach in that group
 * @rank: random
 * @left: the branch of those before; 0: none
 * @right: of those behind; 0: none
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
 * struct spans - a tree
 * @root: where it begins; 0: it is empty
 * @free: nodes that are not in use, by @left
 * @seed: of the ranks
 * @node: 0 is none
 */
struct spans {
	uint32_t root;
	uint32_t free;
	uint32_t seed;
	struct node node[];
};

/**
 * spans__create - make an empty tree
 * @max: so many ranges it must be able to hold
 *
 * Return: it, or NULL.
 */
struct spans *spans__create(unsigned int max)
{
	struct spans *s = calloc(1, sizeof(*s) +
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

/** spans__destroy - free it; NULL is fine */
void spans__destroy(struct spans *s)
{
	free(s);
}

static uint32_t next_rank(struct spans *s)
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

static void reach_too(struct node *n, const struct node *branch)
{
	if (branch->reach_group < n->reach_group ||
	    (branch->reach_group == n->reach_group &&
	     branch->reach <= n->reach))
		return;
	n->reach_group = branch->reach_group;
	n->reach = branch->reach;
}

static void update(struct spans *s, uint32_t i)
{
	struct node *n = &s->node[i];

	n->reach_group = n->span.group;
	n->reach = n->span.end;
	if (n->left)
		reach_too(n, &s->node[n->left]);
	if (n->right)
		reach_too(n, &s->node[n->right]);
}

/* The trees below are walked by recursion: ranks at random keep them flat */
/* NOLINTBEGIN(misc-no-recursion) */

/* One tree of two, all of @a before all of @b */
static uint32_t join(struct spans *s, uint32_t a, uint32_t b)
{
	if (!a || !b)
		return a ? a : b;
	if (s->node[a].rank > s->node[b].rank) {
		s->node[a].right = join(s, s->node[a].right, b);
		update(s, a);
		return a;
	}
	s->node[b].left = join(s, a, s->node[b].left);
	update(s, b);
	return b;
}

/* Two trees of one: what is before @span, and the rest */
static void split(struct spans *s, uint32_t i, const struct span *span,
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

static uint32_t insert(struct spans *s, uint32_t i, uint32_t new)
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
 * spans__add - put a range in
 * @s: the tree; there is room in it
 * @span: the range
 */
void spans__add(struct spans *s, const struct span *span)
{
	uint32_t new = s->free;

	s->free = s->node[new].left;
	s->node[new] = (struct node) { .span = *span, .rank = next_rank(s) };
	s->root = insert(s, s->root, new);
}

static uint32_t cut(struct spans *s, uint32_t i, const struct span *span)
{
	int order;

	if (!i)
		return 0;
	order = compare(span, &s->node[i].span);
	if (!order) {
		uint32_t rest = join(s, s->node[i].left, s->node[i].right);

		s->node[i].left = s->free;
		s->free = i;
		return rest;
	}
	if (order < 0)
		s->node[i].left = cut(s, s->node[i].left, span);
	else
		s->node[i].right = cut(s, s->node[i].right, span);
	update(s, i);
	return i;
}

/** spans__remove - take out a range that is in @s: one that is like @span */
void spans__remove(struct spans *s, const struct span *span)
{
	s->root = cut(s, s->root, span);
}

/* May there be one in this branch that ends behind the start of @range? */
static bool reaches(const struct node *n, const struct span *range)
{
	if (n->reach_group != range->group)
		return n->reach_group > range->group;
	return n->reach > range->start;
}

static unsigned int find(const struct spans *s, uint32_t i,
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
 * spans__find - who has a range in common with another one?
 * @s: the tree
 * @range: its owner does not matter
 * @owner: filled, by start; somebody with several such ranges is told as often
 * @max: no more than so many
 *
 * Return: how many.
 */
unsigned int spans__find(const struct spans *s, const struct span *range,
			 uint32_t *owner, unsigned int max)
{
	return find(s, s->root, range, owner, 0, max);
}
