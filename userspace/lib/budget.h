/* SPDX-License-Identifier: GPL-2.0 */
/* A share of time to spend: what may be asked for now, and when more. */
#ifndef PGWALK_LIB_BUDGET_H
#define PGWALK_LIB_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct budget - spend at most 1 / @share_inverse of the time that passes
 * @share_inverse: 50 is 2 %
 * @cap_ns: what may be saved up
 * @credit_ns: what may be spent now; negative: a debt to wait for
 * @earned_ns: the time up to which credit was given
 */
struct budget {
	uint64_t share_inverse;
	int64_t cap_ns;
	int64_t credit_ns;
	uint64_t earned_ns;
};

void budget__init(struct budget *b, uint64_t share_inverse, int64_t cap_ns,
		  uint64_t now_ns);
bool budget__may_spend(struct budget *b, uint64_t now_ns);
void budget__spend(struct budget *b, uint64_t cost_ns);

#endif
