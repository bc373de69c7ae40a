/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Ranges in groups; finds the ranges of a group that overlap a given range. */
#ifndef PGWALK_MODEL_INTERVAL_TREE_H
#define PGWALK_MODEL_INTERVAL_TREE_H

#include <stdint.h>

/**
 * struct span - a range and its owner
 * @group: only ranges of the same group are compared
 * @start: first position
 * @end: first position after the range
 * @owner: number of the owner
 */
struct span {
	uint64_t group;
	uint64_t start;
	uint64_t end;
	uint32_t owner;
};

struct interval_tree;

struct interval_tree *interval_tree__create(unsigned int max);
void interval_tree__destroy(struct interval_tree *s);

void interval_tree__add(struct interval_tree *s, const struct span *span);
void interval_tree__remove(struct interval_tree *s, const struct span *span);
unsigned int interval_tree__find(const struct interval_tree *s, const struct span *range,
				 uint32_t *owner, unsigned int max);

#endif
