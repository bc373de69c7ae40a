/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A hash table from a 64-bit key to a small number; its size is fixed. */
#ifndef PGWALK_MODEL_INDEX_H
#define PGWALK_MODEL_INDEX_H

#include <stdint.h>

/** INDEX_NONE - the key is not in the table */
#define INDEX_NONE	UINT32_MAX

struct index;

struct index *index__create(unsigned int max);
void index__destroy(struct index *x);

uint32_t index__find(const struct index *x, uint64_t key);
void index__set(struct index *x, uint64_t key, uint32_t value);
void index__remove(struct index *x, uint64_t key);
void index__clear(struct index *x);

uint64_t index__hash(const uint64_t *words, unsigned int count);

#endif
