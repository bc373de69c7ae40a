/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The mappings that the faults of call stacks were in. */
#ifndef PGWALK_MODEL_PLACE_H
#define PGWALK_MODEL_PLACE_H

#include "../snapshot.h"
#include "mappings.h"

/** PLACES_MAX - limit of pairs of a row of a stack and a mapping */
#define PLACES_MAX	8192

/**
 * struct place_key - a row of a stack and a mapping; a number is reused, an id is not
 * @row: index of the row of the stack
 * @row_id: its id
 * @mapping: index of the row of the mapping, at least MAPPING_FIRST
 * @mapping_id: its generation
 */
struct place_key {
	uint32_t row;
	uint32_t row_id;
	uint32_t mapping;
	uint32_t mapping_id;
};

struct places;

struct places *places__create(void);
void places__destroy(struct places *p);

void places__add(struct places *p, const struct place_key *key,
		 const struct pgwalk_fault_stack *stack);
void places__reset(struct places *p);
void places__next_interval(struct places *p);

void places__begin(struct places *p, struct mappings *mappings);
size_t places__take(struct places *p, uint32_t row, uint32_t row_id, struct snapshot_part *part);

#endif
