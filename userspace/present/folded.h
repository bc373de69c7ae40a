/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Call stacks as folded lines, the input format of flamegraph.pl. */
#ifndef PGWALK_PRESENT_FOLDED_H
#define PGWALK_PRESENT_FOLDED_H

#include <stdint.h>
#include <stdio.h>

#include "../snapshot.h"

/* Weight of a line */
enum folded_weight {
	FOLDED_COUNT,		/* faults */
	FOLDED_LATENCY,		/* sum of latencies in microseconds */
};

/** FOLDED_ALL - faults of all classes */
#define FOLDED_ALL	UINT32_MAX

/**
 * struct folded_options - content of the output
 * @weight: weight of a line
 * @class: enum pgwalk_fault_class, to write only this class; or FOLDED_ALL
 * @by_mapping: a line for each mapping of a stack, which is its innermost frame
 */
struct folded_options {
	enum folded_weight weight;
	uint32_t class;
	bool by_mapping;
};

int folded__format(FILE *out, const struct snapshot *s,
		   const struct folded_options *options);

#endif
