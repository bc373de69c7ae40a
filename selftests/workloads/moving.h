/* SPDX-License-Identifier: GPL-2.0 */
/* Where the pages of the moving workloads were: kept by them, read by their test. */
#ifndef PGWALK_WORKLOAD_MOVING_H
#define PGWALK_WORKLOAD_MOVING_H

#include <stdatomic.h>
#include <stdint.h>

#define MOVING_ROUNDS	8192
#define MOVING_PLACES	32

/**
 * struct moving_log - the frame of each place after each round
 * @rounds:	rounds that are told; round r is in pfn[r % MOVING_ROUNDS]
 */
struct moving_log {
	_Atomic uint64_t rounds;
	uint64_t pfn[MOVING_ROUNDS][MOVING_PLACES];
};

#endif
