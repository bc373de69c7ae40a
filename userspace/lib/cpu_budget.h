/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A CPU budget: a share of the elapsed time. */
#ifndef PGWALK_LIB_CPU_BUDGET_H
#define PGWALK_LIB_CPU_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct cpu_budget - limit of 1 / @share_inverse of the elapsed time
 * @share_inverse: inverse of the share; 50: 2 %
 * @cap_ns: limit of the credit
 * @credit_ns: CPU time available now; negative: an activity exceeded the budget
 * @earned_ns: time up to which credit was added
 */
struct cpu_budget {
	uint64_t share_inverse;
	int64_t cap_ns;
	int64_t credit_ns;
	uint64_t earned_ns;
};

void cpu_budget__init(struct cpu_budget *b, uint64_t share_inverse, int64_t cap_ns,
		      uint64_t now_ns);
bool cpu_budget__may_spend(struct cpu_budget *b, uint64_t now_ns);
void cpu_budget__spend(struct cpu_budget *b, uint64_t cost_ns);

#endif
