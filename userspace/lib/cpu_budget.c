// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Limits the CPU time of a repeated activity to a share of the elapsed time. Callers read the
 * clocks.
 */
#include "cpu_budget.h"

/**
 * cpu_budget__init - begin with the full credit, so that the first activity starts at once
 * @b: the budget
 * @share_inverse: 1 / share, at least 1
 * @cap_ns: limit of the credit, and its first value
 * @now_ns: current time
 */
void cpu_budget__init(struct cpu_budget *b, uint64_t share_inverse, int64_t cap_ns,
		      uint64_t now_ns)
{
	b->share_inverse = share_inverse;
	b->cap_ns = cap_ns;
	b->credit_ns = cap_ns;
	b->earned_ns = now_ns;
}

/**
 * cpu_budget__may_spend - add credit for the elapsed time
 * @b: the budget
 * @now_ns: current time, not before that of the last call
 *
 * Return: is the credit positive?
 */
bool cpu_budget__may_spend(struct cpu_budget *b, uint64_t now_ns)
{
	uint64_t earned = (now_ns - b->earned_ns) / b->share_inverse;

	b->earned_ns += earned * b->share_inverse;
	b->credit_ns += (int64_t)earned;
	if (b->credit_ns > b->cap_ns)
		b->credit_ns = b->cap_ns;
	return b->credit_ns > 0;
}

/**
 * cpu_budget__spend - subtract the CPU time of an activity
 * @b: the budget
 * @cost_ns: its CPU time; can exceed the credit
 */
void cpu_budget__spend(struct cpu_budget *b, uint64_t cost_ns)
{
	b->credit_ns -= (int64_t)cost_ns;
}
