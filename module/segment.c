// SPDX-License-Identifier: GPL-2.0
/*
 * Decodes a segment descriptor and decides what the CPU would say to it. Pure: it must
 * not know where a selector or a descriptor comes from.
 *
 * Intel SDM volume 3A: 3.4.5 (descriptors), 5.3 (limits), 5.4 and 5.5 (type and
 * privilege), 3.4.4 (64-bit mode).
 */
#include <linux/bits.h>
#include <linux/mm.h>

#include "segment.h"

/**
 * pgwalk_segment_decode - take a descriptor apart
 * @value: its 8 bytes
 *
 * Context: any.
 * Return: its fields.
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
 * pgwalk_segment_slots - how many slots of its table a descriptor takes
 * @value: its first 8 bytes
 *
 * In 64-bit mode those of an LDT, a TSS or a gate have a base of 64 bits.
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
 * pgwalk_segment_is_flat - does a descriptor begin at 0 and leave nothing out?
 * @value: its 8 bytes
 *
 * 64-bit code is flat whatever it says.
 *
 * Context: any.
 * Return: true if it is of the flat model.
 */
bool pgwalk_segment_is_flat(u64 value)
{
	struct pgwalk_descriptor d = pgwalk_segment_decode(value);

	if (!d.s || !d.p)
		return false;
	return (d.l && d.type & PGWALK_TYPE_CODE) || (!d.base && d.limit == U32_MAX);
}

/**
 * pgwalk_segment_is_null - is this a null selector?
 * @selector: any
 *
 * Context: any.
 * Return: true for the first entry of the GDT, with any RPL. That of the LDT is none.
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

/* User mode: CPL is 3. Conforming code lends itself to whoever comes. */
static bool privilege_fits(const struct pgwalk_descriptor *d, unsigned int reg, unsigned int rpl)
{
	bool conforms = d->type & PGWALK_TYPE_CODE && d->type & PGWALK_TYPE_CONFORMING;

	if (reg == PGWALK_SEGMENT_SS)
		return d->dpl == 3 && rpl == 3;
	return conforms || d->dpl == 3;
}

/**
 * pgwalk_segment_judge - decide what loading a selector in user mode says
 * @segment: @reg, @selector and @descriptor are set, @status too if it is OUTSIDE; then
 *	@status and @limit are
 *
 * In the CPU's order: null, table, type, privilege, present. A slot that is empty is
 * absent, not of a wrong type.
 *
 * Context: any.
 */
void pgwalk_segment_judge(struct pgwalk_segment *segment)
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

/* Data that expands down ends at the limit: what is allowed lies above it. */
static bool is_within(const struct pgwalk_descriptor *d, u64 offset)
{
	bool down = !(d->type & PGWALK_TYPE_CODE) && d->type & PGWALK_TYPE_DOWN;

	if (down)
		return offset > d->limit && offset <= (d->db ? U32_MAX : U16_MAX);
	return offset <= d->limit;
}

/**
 * pgwalk_segment_linear - make a linear address of a logical one, for one byte
 * @segment: judged, with @base
 * @is_32bit: the code segment is not one of 64 bits
 * @offset: into the segment
 * @linear: set if the answer is PGWALK_SEGMENT_OK
 *
 * In 64-bit mode a null selector is as good as any, limits are not checked and the
 * offset may be negative; else an address has 32 bits.
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
	if (sum >= TASK_SIZE_MAX)
		return PGWALK_SEGMENT_NONCANONICAL;
	*linear = sum;
	return PGWALK_SEGMENT_OK;
}
