// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decodes segment descriptors and checks them as the CPU does when a selector is loaded. Pure:
 * it reads only its arguments.
 *
 * Intel SDM volume 3A: 3.4.5 (descriptors), 5.3 (limits), 5.4 and 5.5 (type and
 * privilege), 3.4.4 (64-bit mode).
 */
#include <linux/bits.h>
#include <linux/mm.h>

#include "../pgtable.h"
#include "segment.h"

/**
 * pgwalk_segment_decode - decode a descriptor
 * @value: the 8 bytes of the descriptor
 *
 * Context: any.
 * Return: the fields.
 */
struct pgwalk_descriptor pgwalk_segment_decode(u64 value)
{
	struct pgwalk_descriptor d = {
		.base = (value >> 16 & 0xffffff) | (value >> 56) << 24,
		.limit = (value & 0xffff) | (value >> 32 & 0xf0000),
		.type = value >> 40 & 0xf,
		.s = value & BIT_ULL(44),
		.dpl = value >> 45 & 3,
		.p = value & BIT_ULL(47),
		.avl = value & BIT_ULL(52),
		.l = value & BIT_ULL(53),
		.db = value & BIT_ULL(54),
		.g = value & BIT_ULL(55),
	};

	if (d.g)
		d.limit = d.limit << 12 | 0xfff;
	return d;
}

/**
 * pgwalk_segment_slots - return the number of slots that a descriptor takes in its table
 * @value: the first 8 bytes of the descriptor
 *
 * In 64-bit mode the descriptors of an LDT, a TSS or a gate have a base of 64 bits.
 *
 * Context: any.
 * Return: 1 or 2.
 */
unsigned int pgwalk_segment_slots(u64 value)
{
	struct pgwalk_descriptor d = pgwalk_segment_decode(value);

	return d.s || !d.type ? 1 : 2;
}

/**
 * pgwalk_segment_is_flat - test if a descriptor covers the whole address space
 * @value: the 8 bytes of the descriptor
 *
 * 64-bit code is always flat, whatever its base and limit are.
 *
 * Context: any.
 * Return: true if its base is 0 and its limit is the maximum.
 */
bool pgwalk_segment_is_flat(u64 value)
{
	struct pgwalk_descriptor d = pgwalk_segment_decode(value);

	if (!d.s || !d.p)
		return false;
	return (d.l && d.type & PGWALK_TYPE_CODE) || (!d.base && d.limit == U32_MAX);
}

/**
 * pgwalk_segment_is_null - test for a null selector
 * @selector: any
 *
 * Context: any.
 * Return: true for the first entry of the GDT, with any RPL; false for that of the LDT.
 */
bool pgwalk_segment_is_null(u16 selector)
{
	return !(selector & ~3);
}

static bool type_fits(const struct pgwalk_descriptor *d, unsigned int reg)
{
	switch (reg) {
	case PGWALK_SEGMENT_CS:
		return d->type & PGWALK_TYPE_CODE;
	case PGWALK_SEGMENT_SS:
		return !(d->type & PGWALK_TYPE_CODE) && d->type & PGWALK_TYPE_WRITE;
	default:
		return !(d->type & PGWALK_TYPE_CODE) || d->type & PGWALK_TYPE_READ;
	}
}

/* Check the privilege in user mode (CPL 3). Conforming code may be used by any CPL. */
static bool privilege_fits(const struct pgwalk_descriptor *d, unsigned int reg, unsigned int rpl)
{
	bool conforms = d->type & PGWALK_TYPE_CODE && d->type & PGWALK_TYPE_CONFORMING;

	if (reg == PGWALK_SEGMENT_SS)
		return d->dpl == 3 && rpl == 3;
	return conforms || d->dpl == 3;
}

/**
 * pgwalk_segment_check - find the result of loading a selector in user mode
 * @segment: @reg, @selector and @descriptor are set, and @status if it is OUTSIDE; @status and
 *	@limit are set on return
 *
 * The checks have the CPU's order: null, table, type, privilege, present. An empty slot is
 * reported as absent, not as a wrong type.
 *
 * Context: any.
 */
void pgwalk_segment_check(struct pgwalk_segment *segment)
{
	struct pgwalk_descriptor d = pgwalk_segment_decode(segment->descriptor);

	segment->limit = 0;
	if (segment->status == PGWALK_SEGMENT_OUTSIDE)
		return;
	if (pgwalk_segment_is_null(segment->selector)) {
		segment->status = PGWALK_SEGMENT_NULL;
		return;
	}
	segment->limit = d.limit;
	if (!d.s)
		segment->status = d.p ? PGWALK_SEGMENT_TYPE : PGWALK_SEGMENT_ABSENT;
	else if (!type_fits(&d, segment->reg))
		segment->status = PGWALK_SEGMENT_TYPE;
	else if (!privilege_fits(&d, segment->reg, segment->selector & 3))
		segment->status = PGWALK_SEGMENT_PRIVILEGE;
	else
		segment->status = d.p ? PGWALK_SEGMENT_OK : PGWALK_SEGMENT_ABSENT;
}

/* Test an offset against the limit. In an expand-down segment valid offsets are above it. */
static bool is_within(const struct pgwalk_descriptor *d, u64 offset)
{
	bool down = !(d->type & PGWALK_TYPE_CODE) && d->type & PGWALK_TYPE_DOWN;

	if (down)
		return offset > d->limit && offset <= (d->db ? U32_MAX : U16_MAX);
	return offset <= d->limit;
}

/**
 * pgwalk_segment_linear - convert the logical address of one byte to a linear address
 * @segment: checked, with @base
 * @is_32bit: the code segment is not a 64-bit one
 * @offset: offset in the segment
 * @linear: set if the return value is PGWALK_SEGMENT_OK
 *
 * In 64-bit mode a null selector is allowed, limits are not checked and the
 * offset may be negative. Else an address has 32 bits.
 *
 * Context: any.
 * Return: enum pgwalk_segment_status.
 */
unsigned int pgwalk_segment_linear(const struct pgwalk_segment *segment, bool is_32bit,
				   u64 offset, u64 *linear)
{
	struct pgwalk_descriptor d = pgwalk_segment_decode(segment->descriptor);
	bool null_is_fine = segment->status == PGWALK_SEGMENT_NULL && !is_32bit;
	u64 sum = segment->base + offset;

	if (segment->status != PGWALK_SEGMENT_OK && !null_is_fine)
		return segment->status;
	if (is_32bit && !is_within(&d, offset))
		return PGWALK_SEGMENT_LIMIT;
	if (is_32bit)
		sum = (u32)sum;
	if (sum >= pgwalk_arch_user_end())
		return PGWALK_SEGMENT_NONCANONICAL;
	*linear = sum;
	return PGWALK_SEGMENT_OK;
}
