/* SPDX-License-Identifier: GPL-2.0 */
/* Finds a small number by a large one: a hash table that never grows. */
#ifndef PGWALK_MODEL_INDEX_H
#define PGWALK_MODEL_INDEX_H

#include <stdint.h>

/** INDEX_NONE - there is nothing under this key */
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
