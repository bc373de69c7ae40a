/* SPDX-License-Identifier: GPL-2.0 */
/* The inputs that others are made from: good ones to begin with, then those that went a new way. */
#ifndef PGWALK_FUZZ_CORPUS_H
#define PGWALK_FUZZ_CORPUS_H

#include "chance.h"
#include "input.h"

#define CORPUS_MAX	4096

/**
 * struct corpus - inputs
 * @input: the good ones first
 * @nr:	   how many there are
 * @good:  of these, those to begin with
 */
struct corpus {
	struct input *input[CORPUS_MAX];
	unsigned int nr, good;
};

/* Good questions of every kind, from the structs of the ABI and the grammar of the files */
int corpus_create(struct corpus *corpus);
/* Keeps a copy, in the place of any but the good ones if there is no room */
int corpus_keep(struct corpus *corpus, const struct input *input, struct chance *chance);
const struct input *corpus_pick(const struct corpus *corpus, struct chance *chance);

/* Makes one input of another; @other is one to take parts of */
void mutate_input(struct input *input, const struct input *other, struct chance *chance);

#endif
