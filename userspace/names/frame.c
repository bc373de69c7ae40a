// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Names of page frames: kinds, zones, lists, and flags as in the kernel's page-types.
 */
#include <stddef.h>
#include <string.h>

#include "pgwalk_frame.h"
#include "../lib/digits.h"
#include "../lib/text.h"
#include "names.h"

/* By KPF number (include/uapi/linux/kernel-page-flags.h; from 32 on internal to the kernel) */
static const struct {
	char letter;
	const char *word;
} flags[64] = {
#define X(number, letter, name) [number] = { letter, name },
	PGWALK_FRAME_FLAGS(X)
#undef X
};

/**
 * names__frame_flags - list the names of the flags of a frame
 * @buf: filled, separated by commas; NAMES_MAX is enough
 * @size: bytes of @buf
 * @bits: PGWALK_FRAME_FLAG()
 *
 * An unknown flag is listed by its number: "kpf43".
 *
 * Return: @buf.
 */
char *names__frame_flags(char *buf, size_t size, uint64_t bits)
{
	char unknown[DIGITS_MAX] = "kpf";
	size_t at = 0;

	buf[0] = '\0';
	for (; bits; bits &= bits - 1) {
		unsigned int i = (unsigned int)__builtin_ctzll(bits);

		if (!flags[i].word)
			digits__decimal(unknown + 3, i);
		at = text__append(buf, size, at, flags[i].word ? flags[i].word : unknown);
	}
	return buf;
}

/**
 * names__frame_letters - list the letters of the flags of a frame
 * @buf: filled, one letter per flag; "-" without flags
 * @bits: PGWALK_FRAME_FLAG()
 *
 * Return: @buf.
 */
char *names__frame_letters(char buf[65], uint64_t bits)
{
	size_t at = 0;

	for (; bits; bits &= bits - 1) {
		char letter = flags[__builtin_ctzll(bits)].letter;

		if (!letter)
			letter = '?';
		buf[at++] = letter;
	}
	if (!at)
		buf[at++] = '-';
	buf[at] = '\0';
	return buf;
}

/**
 * names__find_frame_flag - find a flag of frames by name
 * @word: the name, without a NUL; "anon" is accepted for "anonymous"
 * @len: its length
 *
 * Return: PGWALK_FRAME_FLAG(); 0: no such flag.
 */
uint64_t names__find_frame_flag(const char *word, size_t len)
{
	size_t i;

	if (len == strlen("anon") && !strncmp(word, "anon", len))
		return 1ULL << 12;
	for (i = 0; i < 64; i++)
		if (flags[i].word && strlen(flags[i].word) == len &&
		    !strncmp(flags[i].word, word, len))
			return 1ULL << i;
	return 0;
}

/**
 * names__frame - return the name of a kind of frames
 * @kind: enum pgwalk_frame_kind
 *
 * Return: a constant; NULL: unknown.
 */
const char *names__frame(uint32_t kind)
{
	static const char *const words[PGWALK_FRAME_NR] = {
#define X(name, number, text) [PGWALK_FRAME_##name] = (text),
		PGWALK_FRAME_KINDS(X)
#undef X
	};

	return kind < PGWALK_FRAME_NR ? words[kind] : NULL;
}

/**
 * names__zone - return the name of a memory zone
 * @zone: enum pgwalk_zone
 *
 * Return: a constant; NULL: none or unknown.
 */
const char *names__zone(uint32_t zone)
{
	static const char *const words[] = {
#define X(name, number, text) [PGWALK_ZONE_##name] = (text),
		PGWALK_ZONES(X)
#undef X
	};

	return zone <= PGWALK_ZONE_DEVICE ? words[zone] : NULL;
}

/**
 * names__lru - return the name of an LRU list
 * @lru: enum pgwalk_lru
 *
 * Return: a constant; NULL: none or unknown.
 */
const char *names__lru(uint32_t lru)
{
	static const char *const words[] = {
#define X(name, number, text) [PGWALK_LRU_##name] = (text),
		PGWALK_LRUS(X)
#undef X
	};

	return lru <= PGWALK_LRU_UNEVICTABLE ? words[lru] : NULL;
}

/**
 * names__rmap_status - return the name of the status of an rmap search
 * @status: enum pgwalk_rmap_status
 *
 * Return: a constant; NULL: unknown.
 */
const char *names__rmap_status(uint32_t status)
{
	static const char *const words[] = {
#define X(name, number, text) [PGWALK_RMAP_##name] = (text),
		PGWALK_RMAP_STATUSES(X)
#undef X
	};

	return status <= PGWALK_RMAP_UNCOUNTED ? words[status] : NULL;
}

/**
 * names__rmap_method - return the name of the method of an rmap search
 * @method: enum pgwalk_rmap_method
 *
 * Return: a constant; NULL: unknown.
 */
const char *names__rmap_method(uint32_t method)
{
	static const char *const words[] = {
#define X(name, number, text) [PGWALK_RMAP_METHOD_##name] = (text),
		PGWALK_RMAP_METHODS(X)
#undef X
	};

	return method <= PGWALK_RMAP_METHOD_SCAN ? words[method] : NULL;
}
