/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The table of the rows of a monitor; finds the row of a faulting mapping. */
#ifndef PGWALK_MODEL_MAPPINGS_H
#define PGWALK_MODEL_MAPPINGS_H

#include "mapping.h"

struct mappings;

struct mappings *mappings__create(const struct aspace *aspace);
void mappings__destroy(struct mappings *m);

typedef void (*mappings_fold_fn)(void *ctx, unsigned int row);
void mappings__on_fold(struct mappings *m, mappings_fold_fn fn, void *ctx);
void mappings__set_mm(struct mappings *m, uint64_t mm);

int mappings__ingest(struct mappings *m, const struct pgwalk_fault_key *key,
		     const struct pgwalk_fault_row *faults, uint64_t interval);
unsigned int mappings__find(struct mappings *m, const struct pgwalk_fault_key *key);
int mappings__refresh(struct mappings *m, uint64_t interval);

const uint16_t *mappings__active(const struct mappings *m, uint64_t interval,
				 unsigned int *count);
bool mappings__is_own(const struct mappings *m, const struct mapping *row);
struct mapping *mappings__at(struct mappings *m, unsigned int row);
unsigned int mappings__count(const struct mappings *m);

#endif
