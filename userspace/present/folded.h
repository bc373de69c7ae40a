/* SPDX-License-Identifier: GPL-2.0 */
/* Call stacks as folded lines, as flamegraph.pl and its like read them. */
#ifndef PGWALK_PRESENT_FOLDED_H
#define PGWALK_PRESENT_FOLDED_H

#include <stdint.h>
#include <stdio.h>

#include "../snapshot.h"

/* What a line weighs */
enum folded_weight {
	FOLDED_COUNT,		/* faults */
	FOLDED_LATENCY,		/* microseconds, all together */
};

/** FOLDED_ALL - faults of all classes */
#define FOLDED_ALL	UINT32_MAX

/**
 * struct folded_options - what is wanted
 * @weight: of a line
 * @class: enum pgwalk_fault_class: only this one; or FOLDED_ALL
 */
struct folded_options {
	enum folded_weight weight;
	uint32_t class;
};

int folded__format(FILE *out, const struct snapshot *s,
		   const struct folded_options *options);

#endif
