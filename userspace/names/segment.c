// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Names of segment registers and of the results of their use. */
#include <stddef.h>
#include <string.h>

#include "pgwalk_segment.h"
#include "names.h"

static const char *const registers[PGWALK_SEGMENT_NR] = {
#define X(name, number, text) [PGWALK_SEGMENT_##name] = (text),
	PGWALK_SEGMENT_REGISTERS(X)
#undef X
};

/**
 * names__segment - return the name of a segment register
 * @reg: enum pgwalk_segment_register
 *
 * Return: a constant; NULL: unknown.
 */
const char *names__segment(uint32_t reg)
{
	return reg < PGWALK_SEGMENT_NR ? registers[reg] : NULL;
}

/**
 * names__find_segment - find a segment register by name
 * @word: the name, without a NUL
 * @len: its length
 *
 * Return: enum pgwalk_segment_register; 0: no such register.
 */
uint32_t names__find_segment(const char *word, size_t len)
{
	uint32_t i;

	for (i = PGWALK_SEGMENT_CS; i < PGWALK_SEGMENT_NR; i++)
		if (len == 2 && !strncmp(word, registers[i], 2))
			return i;
	return PGWALK_SEGMENT_UNSET;
}

/**
 * names__segment_status - return the name of the result of loading or using a segment
 * @status: enum pgwalk_segment_status
 *
 * Return: a constant; NULL: unknown.
 */
const char *names__segment_status(uint32_t status)
{
	static const char *const words[] = {
#define X(name, number, text) [PGWALK_SEGMENT_##name] = (text),
		PGWALK_SEGMENT_STATUSES(X)
#undef X
	};

	return status <= PGWALK_SEGMENT_TYPE ? words[status] : NULL;
}
