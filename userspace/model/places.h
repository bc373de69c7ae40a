/* SPDX-License-Identifier: GPL-2.0 */
/* Where rows were seen: finds those that a mapping may continue. */
#ifndef PGWALK_MODEL_PLACES_H
#define PGWALK_MODEL_PLACES_H

#include "mapping.h"

struct places;

struct places *places__create(void);
void places__destroy(struct places *p);

void places__add(struct places *p, unsigned int index,
		 const struct mapping *row, const struct mapping_span *s);
void places__remove(struct places *p, unsigned int index,
		    const struct mapping *row, const struct mapping_span *s);

unsigned int places__find(const struct places *p,
			  const struct pgwalk_fault_key *key, uint32_t *row,
			  unsigned int max);
unsigned int places__find_moved(const struct places *p,
				const struct pgwalk_fault_key *key,
				uint32_t *row, unsigned int max);

#endif
