/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Symbols (functions and files) of the code addresses of a process. */
#ifndef PGWALK_COLLECT_SYMBOL_H
#define PGWALK_COLLECT_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct symbol - the symbol of an address; its texts are valid until the next call
 * @name: function, demangled; NULL: not known
 * @offset: offset of the address in the function; 0 if @name is not known
 * @module: last component of the file's path, or [vdso], [anon] etc.; NULL: not mapped
 */
struct symbol {
	const char *name;
	uint64_t offset;
	const char *module;
};

struct symbols;

int symbols__create(struct symbols **out, pid_t pid);
void symbols__destroy(struct symbols *s);

int symbols__follow(struct symbols *s);
void symbols__refresh(struct symbols *s);
void symbols__resolve(struct symbols *s, uint64_t ip, bool call,
		      struct symbol *symbol);

#endif
