/* SPDX-License-Identifier: GPL-2.0 */
/* Ranges of many groups, and which of them have something in common with another range. */
#ifndef PGWALK_MODEL_SPANS_H
#define PGWALK_MODEL_SPANS_H

#include <stdint.h>

/**
 * struct span - a range, and what it stands for
 * @group: only ranges of the same one are ever compared
 * @start: its first place
 * @end: the first one behind it
 * @owner: whose it is
 */
struct span {
	uint64_t group;
	uint64_t start;
	uint64_t end;
	uint32_t owner;
};

struct spans;

struct spans *spans__create(unsigned int max);
void spans__destroy(struct spans *s);

void spans__add(struct spans *s, const struct span *span);
void spans__remove(struct spans *s, const struct span *span);
unsigned int spans__find(const struct spans *s, const struct span *range,
			 uint32_t *owner, unsigned int max);

#endif
