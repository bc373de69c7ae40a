// SPDX-License-Identifier: GPL-2.0
/*
 * Turns segment registers, descriptors and selectors into words. It must not know whose
 * they are, nor where the characters go.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "fmt_segment.h"
#include "segment.h"
#include "uapi/pgwalk.h"

static const char * const register_names[PGWALK_SEGMENT_NR] = {
	[PGWALK_SEGMENT_CS] = "cs",
	[PGWALK_SEGMENT_SS] = "ss",
	[PGWALK_SEGMENT_DS] = "ds",
	[PGWALK_SEGMENT_ES] = "es",
	[PGWALK_SEGMENT_FS] = "fs",
	[PGWALK_SEGMENT_GS] = "gs",
};

static const char * const status_names[] = {
	[PGWALK_SEGMENT_OK] = "ok",
	[PGWALK_SEGMENT_NULL] = "null",
	[PGWALK_SEGMENT_OUTSIDE] = "outside",
	[PGWALK_SEGMENT_ABSENT] = "absent",
	[PGWALK_SEGMENT_PRIVILEGE] = "privilege",
	[PGWALK_SEGMENT_LIMIT] = "limit",
	[PGWALK_SEGMENT_NONCANONICAL] = "noncanonical",
	[PGWALK_SEGMENT_TYPE] = "type",
};

/* Intel SDM volume 3A, table 3-2: those of the system in 64-bit mode. */
static const char * const system_names[16] = {
	[0x2] = "ldt",
	[0x9] = "tss",
	[0xb] = "tss-busy",
	[0xc] = "call-gate",
	[0xe] = "interrupt-gate",
	[0xf] = "trap-gate",
};

/* By the type without the accessed bit: table 3-1. */
static const char * const kind_names[8] = {
	"data-ro", "data-rw", "data-ro-down", "data-rw-down",
	"code-x", "code-rx", "code-x-conforming", "code-rx-conforming",
};

/**
 * pgwalk_fmt_register - the name of a segment register
 * @reg: enum pgwalk_segment_register
 *
 * Return: a string that stays; "-" for what is none.
 */
const char *pgwalk_fmt_register(unsigned int reg)
{
	return reg && reg < PGWALK_SEGMENT_NR ? register_names[reg] : "-";
}

/**
 * pgwalk_fmt_register_parse - find a segment register by its name
 * @name: of @len characters
 * @len: of @name
 *
 * Return: enum pgwalk_segment_register; UNSET for what is none.
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
 * pgwalk_fmt_segment_status - what loading or using a segment says
 * @status: enum pgwalk_segment_status
 *
 * Return: a string that stays; "-" for what is none.
 */
const char *pgwalk_fmt_segment_status(unsigned int status)
{
	return status && status < ARRAY_SIZE(status_names) ? status_names[status] : "-";
}

/**
 * pgwalk_fmt_descriptor_kind - what a descriptor is for
 * @value: its (first) 8 bytes
 *
 * Return: a string that stays; "-" for an empty slot.
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

/* The titles of what pgwalk_fmt_segment() writes. */
const char pgwalk_fmt_segment_title[] =
	"selector index table rpl base limit descriptor kind dpl check";

/**
 * pgwalk_fmt_segment - the columns of a segment
 * @buf: written to
 * @segment: judged
 *
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
