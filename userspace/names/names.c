// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Names of fault classes and kinds of mappings, described in Documentation/abi.
 */
#include <string.h>

#include "pgwalk_fault.h"
#include "names.h"

/**
 * names__class - return the name of a fault class
 * @class: enum pgwalk_fault_class
 *
 * Return: a constant; "other": unknown.
 */
const char *names__class(uint32_t class)
{
	static const char *const words[PGWALK_FAULT_CLASS_NR] = {
#define X(name, number, text) [PGWALK_FAULT_##name] = (text),
		PGWALK_FAULT_CLASSES(X)
#undef X
	};

	if (class >= PGWALK_FAULT_CLASS_NR || !words[class])
		return "other";
	return words[class];
}

/**
 * names__find_class - find a fault class by name
 * @word: the name
 *
 * Return: enum pgwalk_fault_class; 0: no such class.
 */
uint32_t names__find_class(const char *word)
{
	uint32_t class;

	for (class = 1; class < PGWALK_FAULT_CLASS_NR; class++)
		if (!strcmp(names__class(class), word))
			return class;
	return 0;
}

/**
 * names__kind - return the name of a kind of mappings
 * @kind: enum pgwalk_vma_kind
 *
 * Return: a constant; NULL: unknown.
 */
const char *names__kind(uint32_t kind)
{
	static const char *const words[PGWALK_VMA_NR] = {
#define X(name, number, text) [PGWALK_VMA_##name] = (text),
		PGWALK_VMA_KINDS(X)
#undef X
	};

	return kind < PGWALK_VMA_NR ? words[kind] : NULL;
}

/**
 * names__perms - format permissions as in /proc/PID/maps
 * @perms: filled: "rw-p" and a NUL
 * @prot: PGWALK_PROT_*
 */
void names__perms(char perms[5], uint8_t prot)
{
	perms[0] = prot & PGWALK_PROT_READ ? 'r' : '-';
	perms[1] = prot & PGWALK_PROT_WRITE ? 'w' : '-';
	perms[2] = prot & PGWALK_PROT_EXEC ? 'x' : '-';
	perms[3] = prot & PGWALK_PROT_SHARED ? 's' : 'p';
	perms[4] = '\0';
}
