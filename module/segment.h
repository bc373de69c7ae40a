/* SPDX-License-Identifier: GPL-2.0 */
/* One segment descriptor, and what the CPU makes of it. */
#ifndef PGWALK_SEGMENT_H
#define PGWALK_SEGMENT_H

#include <linux/bits.h>
#include <linux/types.h>

#include "uapi/pgwalk.h"

/**
 * struct pgwalk_descriptor - the fields of a descriptor
 * @base:	of a system descriptor only its lower half, if it takes two slots
 * @limit:	the last offset, with the granularity
 * @type:	4 bits, of two kinds: see @s
 * @s:		false: of the system
 * @dpl:	privilege level
 * @p:		present
 * @avl:	free for the system
 * @l:		64-bit code
 * @db:		32-bit: default size, stack pointer or upper bound
 * @g:		the limit counts 4K
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

/* Bits of @type, with @s */
#define PGWALK_TYPE_CODE	8
#define PGWALK_TYPE_CONFORMING	4	/* of code */
#define PGWALK_TYPE_DOWN	4	/* of data: expands down */
#define PGWALK_TYPE_READ	2	/* of code */
#define PGWALK_TYPE_WRITE	2	/* of data */

/* The bits of a descriptor that its base is in; of those with two slots, the lower half. */
#define PGWALK_DESCRIPTOR_BASE	(GENMASK_ULL(39, 16) | GENMASK_ULL(63, 56))

#define PGWALK_SELECTOR_LDT	4
#define PGWALK_SELECTOR_INDEX(selector)	((selector) >> 3)

struct pgwalk_descriptor pgwalk_segment_decode(u64 value);
unsigned int pgwalk_segment_slots(u64 value);
bool pgwalk_segment_is_flat(u64 value);
bool pgwalk_segment_is_null(u16 selector);
void pgwalk_segment_judge(struct pgwalk_segment *segment);
unsigned int pgwalk_segment_linear(const struct pgwalk_segment *segment, bool is_32bit,
				   u64 offset, u64 *linear);

#endif /* PGWALK_SEGMENT_H */
