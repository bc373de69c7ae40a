// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Parses an address to translate: linear, or relative to a segment. */
#include <string.h>

#include "../names/names.h"
#include "run.h"

/**
 * address__parse - parse an argument ADDRESS or SEG:OFFSET, both hexadecimal
 * @run: the run
 * @arg: index of the argument; without it @t stays unchanged
 * @t: its address and register are set
 *
 * Return: 0 or -1.
 */
int address__parse(struct run *run, unsigned int arg, struct pgwalk_translate *t)
{
	const char *text = run->options->arg[arg], *colon = text ? strchr(text, ':') : NULL;
	uint64_t addr;

	if (!text || !t)
		return 0;
	if (colon) {
		t->reg = (__u8)names__find_segment(text, (size_t)(colon - text));
		if (!t->reg)
			return run__usage(run, text, "no such segment register (cs ss ds es fs gs)");
	}
	if (number__hex(colon ? colon + 1 : text, &addr))
		return run__usage(run, text, "not an address (hexadecimal) or SEG:OFFSET");
	t->addr = addr;
	return 0;
}
