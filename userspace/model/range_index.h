/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The ranges of rows; finds the rows that a mapping may continue. */
#ifndef PGWALK_MODEL_RANGE_INDEX_H
#define PGWALK_MODEL_RANGE_INDEX_H

#include "mapping.h"

struct range_index;

struct range_index *range_index__create(void);
void range_index__destroy(struct range_index *p);

void range_index__add(struct range_index *p, unsigned int index,
		      const struct mapping *row, const struct mapping_span *s);
void range_index__remove(struct range_index *p, unsigned int index,
			 const struct mapping *row, const struct mapping_span *s);

unsigned int range_index__find(const struct range_index *p,
			       const struct pgwalk_fault_key *key, uint32_t *row,
			       unsigned int max);
unsigned int range_index__find_moved(const struct range_index *p,
				     const struct pgwalk_fault_key *key,
				     uint32_t *row, unsigned int max);

#endif
