// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Names of the columns of memory. */
#include <string.h>

#include "../lib/text.h"
#include "../snapshot_memory.h"
#include "names.h"

static const struct {
	const char *key;
	unsigned int column;
} keys[] = {
#define X(name, bit, key) { key, SNAPSHOT_MEMORY_##name },
	SNAPSHOT_MEMORY_COLUMNS(X)
#undef X
};

#define NR	(sizeof(keys) / sizeof(keys[0]))

/**
 * names__find_memory - find a column of memory
 * @word: its key, not NUL-terminated
 * @len: its length
 *
 * Return: SNAPSHOT_MEMORY_*; 0: no column has this key.
 */
unsigned int names__find_memory(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < NR; i++)
		if (strlen(keys[i].key) == len && !strncmp(keys[i].key, word, len))
			return keys[i].column;
	return 0;
}

/**
 * names__find_memories - find columns of memory
 * @words: their keys, separated by commas or blanks; "all": all of them
 *
 * Return: SNAPSHOT_MEMORY_*; 0: no key, or an unknown one.
 */
unsigned int names__find_memories(const char *words)
{
	static const char separators[] = ", ";
	unsigned int columns = 0, found;
	size_t i, len;

	if (!strcmp(words, "all")) {
		for (i = 0; i < NR; i++)
			columns |= keys[i].column;
		return columns;
	}
	for (words += strspn(words, separators); *words; words += len + strspn(words + len, separators)) {
		len = strcspn(words, separators);
		found = names__find_memory(words, len);
		if (!found)
			return 0;
		columns |= found;
	}
	return columns;
}

/**
 * names__memories - list columns of memory
 * @buf: filled with keys separated by commas
 * @size: bytes of @buf, 128 are enough
 * @columns: SNAPSHOT_MEMORY_*
 */
char *names__memories(char *buf, size_t size, unsigned int columns)
{
	size_t i, at = 0;

	buf[0] = '\0';
	for (i = 0; i < NR; i++)
		if (columns & keys[i].column)
			at = text__append(buf, size, at, keys[i].key);
	return buf;
}
