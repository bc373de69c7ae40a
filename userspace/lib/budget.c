// SPDX-License-Identifier: GPL-2.0
/*
 * Bounds the cost of something that is repeated: it earns a share of the time
 * that passes, and what cost more than was there is paid off first. It reads
 * no clock.
 */
#include "budget.h"

/**
 * budget__init - start with a full purse, so that the first time is at once
 * @b: the budget
 * @share_inverse: 1 / share, at least 1
 * @cap_ns: what may be saved up, and is there at the start
 * @now_ns: the time
 */
void budget__init(struct budget *b, uint64_t share_inverse, int64_t cap_ns,
		  uint64_t now_ns)
{
	b->share_inverse = share_inverse;
	b->cap_ns = cap_ns;
	b->credit_ns = cap_ns;
	b->earned_ns = now_ns;
}

/**
 * budget__may_spend - earn for the time that passed, and ask
 * @b: the budget
 * @now_ns: the time, never before that of the last call
 *
 * Return: true if there is anything to spend.
 */
bool budget__may_spend(struct budget *b, uint64_t now_ns)
{
	uint64_t earned = (now_ns - b->earned_ns) / b->share_inverse;

	b->earned_ns += earned * b->share_inverse;
	b->credit_ns += (int64_t)earned;
	if (b->credit_ns > b->cap_ns)
		b->credit_ns = b->cap_ns;
	return b->credit_ns > 0;
}

/**
 * budget__spend - take what something has cost
 * @b: the budget
 * @cost_ns: may be more than the credit
 */
void budget__spend(struct budget *b, uint64_t cost_ns)
{
	b->credit_ns -= (int64_t)cost_ns;
}
