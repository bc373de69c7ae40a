// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Adds up the memory of mappings. A count of the sum is known if it is known of each part. */
#include "memory_sum.h"

/** memory_sum__begin - begin a sum, in which everything is known */
void memory_sum__begin(struct snapshot_memory *sum)
{
	*sum = (struct snapshot_memory){
		.counted = true, .frames_counted = true, .frames_known = true, .eligible = -1,
	};
}

/** memory_sum__add - add a part; NULL: an unknown one. The sum is eligible for huge pages if one part is */
void memory_sum__add(struct snapshot_memory *sum, const struct snapshot_memory *part)
{
	static const struct snapshot_memory unknown = { .eligible = -1 };

	part = part ? part : &unknown;
	sum->counted &= part->counted;
	sum->frames_counted &= part->frames_counted;
	sum->frames_known &= part->frames_known;
	if (part->eligible > sum->eligible)
		sum->eligible = part->eligible;
	sum->pss += part->pss;
	sum->uss += part->uss;
	sum->frames += part->frames;
	sum->lazyfree += part->lazyfree;
	sum->tables += part->tables;
}

/**
 * memory_sum__end - end a sum
 * @sum: the sum
 * @parts: number of parts; 0: nothing is known
 */
void memory_sum__end(struct snapshot_memory *sum, size_t parts)
{
	if (!parts)
		*sum = (struct snapshot_memory){ .eligible = -1 };
}
