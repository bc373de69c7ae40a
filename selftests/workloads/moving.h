/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The log of the moving workloads: the frames of their pages, read by the test. */
#ifndef PGWALK_WORKLOAD_MOVING_H
#define PGWALK_WORKLOAD_MOVING_H

#include <stdatomic.h>
#include <stdint.h>

#define MOVING_ROUNDS	8192
#define MOVING_PLACES	32

/**
 * struct moving_log - the frame of each page after each round
 * @rounds:	number of rounds written; round r is in pfn[r % MOVING_ROUNDS]
 */
struct moving_log {
	_Atomic uint64_t rounds;
	uint64_t pfn[MOVING_ROUNDS][MOVING_PLACES];
};

#endif
