/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The inputs that are mutated: first valid ones, then inputs that reached new edges. */
#ifndef PGWALK_FUZZ_CORPUS_H
#define PGWALK_FUZZ_CORPUS_H

#include "prng.h"
#include "input.h"

#define CORPUS_MAX	4096

/**
 * struct corpus - inputs
 * @input: valid ones first
 * @nr:	   number of all inputs
 * @good:  number of valid ones
 */
struct corpus {
	struct input *input[CORPUS_MAX];
	unsigned int nr, good;
};

/* Create valid inputs of every kind, from the structs of the ABI and the grammar of the files */
int corpus_create(struct corpus *corpus);
/* Keep a copy; if the corpus is full, replace any input except the valid ones */
int corpus_keep(struct corpus *corpus, const struct input *input, struct prng *prng);
const struct input *corpus_pick(const struct corpus *corpus, struct prng *prng);

/* Mutate an input; @other provides parts to splice */
void mutate_input(struct input *input, const struct input *other, struct prng *prng);

#endif
