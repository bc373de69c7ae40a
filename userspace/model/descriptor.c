// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decodes segment descriptors (Intel SDM vol. 3A, 3.4.5 and 7.2.3).
 */
#include "descriptor.h"

/* Test for a type of system descriptor of two slots in 64-bit mode (table 3-2) */
static bool is_wide(uint8_t type)
{
	return type == 2 || type == 9 || type == 11 || type == 12;
}

/* Rights: "x" to execute, "c" conforming, "e" expand-down, "a" accessed */
static const char *type_of(const struct inspect_descriptor *d, uint8_t type)
{
	static const char *const data[] = {
		"data r--", "data r-a", "data rw-", "data rwa",
		"data r--e", "data r-ae", "data rw-e", "data rwae",
	};
	static const char *const code[] = {
		"code -x-", "code -xa", "code rx-", "code rxa",
		"code -x-c", "code -xac", "code rx-c", "code rxac",
	};
	static const char *const system[16] = {
		[2] = "LDT", [9] = "TSS", [11] = "TSS busy",
		[12] = "call gate", [14] = "interrupt gate",
		[15] = "trap gate",
	};

	if (!d->raw && !d->high)
		return "null";
	if (d->system)
		return system[type] ? system[type] : "reserved";
	return type & 8 ? code[type & 7] : data[type];
}

/**
 * descriptor__decode - decode a descriptor
 * @d: all fields are set except @cpu and @index
 * @raw: the 8 bytes of the descriptor
 * @high: the next 8 bytes, for system descriptors of two slots
 */
void descriptor__decode(struct inspect_descriptor *d, uint64_t raw,
			uint64_t high)
{
	uint64_t limit = (raw & 0xffff) | (raw >> 48 & 0xf) << 16;
	uint8_t type = raw >> 40 & 0xf;
	bool system = !(raw >> 44 & 1);

	*d = (struct inspect_descriptor){
		.cpu = d->cpu,
		.index = d->index,
		.raw = raw,
		.base = (raw >> 16 & 0xffffff) | (raw >> 56) << 24,
		.system = system,
		.wide = system && is_wide(type),
		.present = raw >> 47 & 1,
		.dpl = raw >> 45 & 3,
		.avl = raw >> 52 & 1,
		.code64 = !system && raw >> 53 & 1,
		.big = !system && raw >> 54 & 1,
		.granular = raw >> 55 & 1,
	};
	d->limit = d->granular ? limit << 12 | 0xfff : limit;
	if (d->wide) {
		d->high = high;
		d->base |= high << 32;
	}
	d->type = type_of(d, type);
	d->flat = !system && !d->base && d->limit == 0xffffffff;
}
