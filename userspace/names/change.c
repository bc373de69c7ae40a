// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Names of changes between two readings of a process. */
#include "../inspect.h"
#include "../lib/text.h"
#include "names.h"

static char *list(char *buf, size_t size, const char *const *words, size_t count, uint32_t bits)
{
	size_t i, at = 0;

	buf[0] = '\0';
	for (i = 0; i < count; i++)
		if (bits >> i & 1)
			at = text__append(buf, size, at, words[i]);
	return buf;
}

static const char *const changes[INSPECT_CHANGE_NR] = {
#define X(name, word, key) word,
	INSPECT_CHANGES(X)
#undef X
};

/**
 * names__change - return the name of a change of a page
 * @change: enum inspect_change
 */
const char *names__change(uint32_t change)
{
	return change < INSPECT_CHANGE_NR ? changes[change] : NULL;
}

/**
 * names__changes - list changes of a page
 * @buf: filled with words separated by commas
 * @size: bytes of @buf, NAMES_MAX is enough
 * @bits: mask of 1 << enum inspect_change
 */
char *names__changes(char *buf, size_t size, uint32_t bits)
{
	return list(buf, size, changes, INSPECT_CHANGE_NR, bits);
}

/**
 * names__mapping_changes - list changes of a mapping
 * @buf: filled with words separated by commas
 * @size: bytes of @buf, NAMES_MAX is enough
 * @bits: mask of 1 << enum inspect_mapping_change_bit
 */
char *names__mapping_changes(char *buf, size_t size, uint32_t bits)
{
	static const char *const words[INSPECT_MAPPING_NR] = {
#define X(name, word) word,
		INSPECT_MAPPING_CHANGES(X)
#undef X
	};

	return list(buf, size, words, INSPECT_MAPPING_NR, bits);
}

/**
 * names__relation - return the name of the relation of two readings
 * @relation: enum inspect_relation
 */
const char *names__relation(uint32_t relation)
{
	static const char *const words[INSPECT_RELATIONS] = { "process", "executed", "processes", "boots" };

	return relation < INSPECT_RELATIONS ? words[relation] : NULL;
}
