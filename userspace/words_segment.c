// SPDX-License-Identifier: GPL-2.0
/*
 * Segmentation as words: registers, and what using one says. No other file may
 * spell them.
 */
#include <stddef.h>
#include <string.h>

#include "pgwalk_segment.h"
#include "words.h"

static const char *const registers[PGWALK_SEGMENT_NR] = {
	[PGWALK_SEGMENT_CS] = "cs", [PGWALK_SEGMENT_SS] = "ss",
	[PGWALK_SEGMENT_DS] = "ds", [PGWALK_SEGMENT_ES] = "es",
	[PGWALK_SEGMENT_FS] = "fs", [PGWALK_SEGMENT_GS] = "gs",
};

/**
 * words__segment - name a segment register
 * @reg: enum pgwalk_segment_register
 *
 * Return: a constant; NULL for what is not known.
 */
const char *words__segment(uint32_t reg)
{
	return reg < PGWALK_SEGMENT_NR ? registers[reg] : NULL;
}

/**
 * words__find_segment - find the register that has a name
 * @word: not ended by a NUL
 * @len: characters of it
 *
 * Return: enum pgwalk_segment_register; 0: there is none.
 */
uint32_t words__find_segment(const char *word, size_t len)
{
	uint32_t i;

	for (i = PGWALK_SEGMENT_CS; i < PGWALK_SEGMENT_NR; i++)
		if (len == 2 && !strncmp(word, registers[i], 2))
			return i;
	return PGWALK_SEGMENT_UNSET;
}

/**
 * words__segment_status - name what loading or using a segment says
 * @status: enum pgwalk_segment_status
 *
 * Return: a constant; NULL for what is not known.
 */
const char *words__segment_status(uint32_t status)
{
	static const char *const words[] = {
		[PGWALK_SEGMENT_OK] = "ok",
		[PGWALK_SEGMENT_NULL] = "null",
		[PGWALK_SEGMENT_OUTSIDE] = "outside",
		[PGWALK_SEGMENT_ABSENT] = "absent",
		[PGWALK_SEGMENT_PRIVILEGE] = "privilege",
		[PGWALK_SEGMENT_LIMIT] = "limit",
		[PGWALK_SEGMENT_NONCANONICAL] = "noncanonical",
		[PGWALK_SEGMENT_TYPE] = "type",
	};

	return status <= PGWALK_SEGMENT_TYPE ? words[status] : NULL;
}
