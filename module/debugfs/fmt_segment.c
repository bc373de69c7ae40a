// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Formats segment registers, descriptors and selectors as characters.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "../arch/x86/segment.h"
#include "../uapi/pgwalk.h"
#include "fmt_segment.h"

static const char * const register_names[PGWALK_SEGMENT_NR] = {
#define X(name, number, text) [PGWALK_SEGMENT_##name] = text,
	PGWALK_SEGMENT_REGISTERS(X)
#undef X
};

static const char * const status_names[] = {
#define X(name, number, text) [PGWALK_SEGMENT_##name] = text,
	PGWALK_SEGMENT_STATUSES(X)
#undef X
};

/* Intel SDM volume 3A, table 3-2: system descriptors in 64-bit mode. */
static const char * const system_names[16] = {
	[0x2] = "ldt",
	[0x9] = "tss",
	[0xb] = "tss-busy",
	[0xc] = "call-gate",
	[0xe] = "interrupt-gate",
	[0xf] = "trap-gate",
};

/* By the type without the accessed bit (table 3-1). */
static const char * const kind_names[8] = {
	"data-ro", "data-rw", "data-ro-down", "data-rw-down",
	"code-x", "code-rx", "code-x-conforming", "code-rx-conforming",
};

/**
 * pgwalk_fmt_register - return the name of a segment register
 * @reg: enum pgwalk_segment_register
 *
 * Context: any.
 * Return: a constant string; "-" for an invalid register.
 */
const char *pgwalk_fmt_register(unsigned int reg)
{
	return reg && reg < PGWALK_SEGMENT_NR ? register_names[reg] : "-";
}

/**
 * pgwalk_fmt_register_parse - find a segment register by its name
 * @name: @len characters, not terminated
 * @len: length of @name
 *
 * Context: any.
 * Return: enum pgwalk_segment_register; UNSET for any other name.
 */
unsigned int pgwalk_fmt_register_parse(const char *name, size_t len)
{
	unsigned int reg;

	for (reg = PGWALK_SEGMENT_CS; reg < PGWALK_SEGMENT_NR; reg++)
		if (len == strlen(register_names[reg]) &&
		    !strncasecmp(name, register_names[reg], len))
			return reg;
	return PGWALK_SEGMENT_UNSET;
}

/**
 * pgwalk_fmt_segment_status - return the name of a result of loading or using a segment
 * @status: enum pgwalk_segment_status
 *
 * Context: any.
 * Return: a constant string; "-" for an invalid status.
 */
const char *pgwalk_fmt_segment_status(unsigned int status)
{
	return status && status < ARRAY_SIZE(status_names) ? status_names[status] : "-";
}

/**
 * pgwalk_fmt_descriptor_kind - return the name of the kind of a descriptor
 * @value: its (first) 8 bytes
 *
 * Context: any.
 * Return: a constant string; "-" for an empty slot.
 */
const char *pgwalk_fmt_descriptor_kind(u64 value)
{
	struct pgwalk_descriptor d = pgwalk_segment_decode(value);

	if (!value)
		return "-";
	if (d.s)
		return kind_names[d.type >> 1];
	return system_names[d.type] ?: "reserved";
}

/* Titles of the columns that pgwalk_fmt_segment() writes. */
const char pgwalk_fmt_segment_title[] =
	"selector index table rpl base limit descriptor kind dpl check";

/**
 * pgwalk_fmt_segment - format the columns of a segment
 * @buf: written to
 * @segment: checked
 *
 * Context: any.
 * Return: @buf.
 */
char *pgwalk_fmt_segment(char buf[PGWALK_FMT_FIELDS], const struct pgwalk_segment *segment)
{
	struct pgwalk_descriptor d = pgwalk_segment_decode(segment->descriptor);
	unsigned int selector = segment->selector;
	char limit[12] = "-", dpl[4] = "-";

	if (segment->descriptor) {
		snprintf(limit, sizeof(limit), "%08x", segment->limit);
		snprintf(dpl, sizeof(dpl), "%u", d.dpl);
	}
	snprintf(buf, PGWALK_FMT_FIELDS, "%04x %u %s %u %016llx %s %016llx %s %s %s", selector,
		 PGWALK_SELECTOR_INDEX(selector),
		 selector & PGWALK_SELECTOR_LDT ? "ldt" : "gdt", selector & 3, segment->base,
		 limit, segment->descriptor, pgwalk_fmt_descriptor_kind(segment->descriptor), dpl,
		 pgwalk_fmt_segment_status(segment->status));
	return buf;
}
