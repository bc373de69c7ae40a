/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Decoding and checks of a segment descriptor. */
#ifndef PGWALK_SEGMENT_H
#define PGWALK_SEGMENT_H

#include <linux/bits.h>
#include <linux/types.h>

#include "../../uapi/pgwalk.h"

/**
 * struct pgwalk_descriptor - the fields of a descriptor
 * @base:	base; for a system descriptor of two slots only its lower half
 * @limit:	last offset in bytes, scaled by the granularity
 * @type:	4 bits, with different meanings by @s
 * @s:		false: a system descriptor
 * @dpl:	privilege level
 * @p:		present
 * @avl:	bit for software use
 * @l:		64-bit code
 * @db:		32-bit: default size, stack pointer or upper bound
 * @g:		granularity: the limit in the descriptor is in units of 4K
 */
struct pgwalk_descriptor {
	u32 base;
	u32 limit;
	u8 type;
	u8 dpl;
	bool s;
	bool p;
	bool avl;
	bool l;
	bool db;
	bool g;
};

/* Bits of @type if @s is set. */
#define PGWALK_TYPE_CODE	8
#define PGWALK_TYPE_CONFORMING	4	/* code */
#define PGWALK_TYPE_DOWN	4	/* data: expands down */
#define PGWALK_TYPE_READ	2	/* code */
#define PGWALK_TYPE_WRITE	2	/* data */

/* Bits of the base in a descriptor; with two slots, of its lower half. */
#define PGWALK_DESCRIPTOR_BASE	(GENMASK_ULL(39, 16) | GENMASK_ULL(63, 56))

#define PGWALK_SELECTOR_LDT	4
#define PGWALK_SELECTOR_INDEX(selector)	((selector) >> 3)

struct pgwalk_descriptor pgwalk_segment_decode(u64 value);
unsigned int pgwalk_segment_slots(u64 value);
bool pgwalk_segment_is_flat(u64 value);
bool pgwalk_segment_is_null(u16 selector);
void pgwalk_segment_check(struct pgwalk_segment *segment);
unsigned int pgwalk_segment_linear(const struct pgwalk_segment *segment, bool is_32bit,
				   u64 offset, u64 *linear);

#endif /* PGWALK_SEGMENT_H */
