/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands at the addresses of a process' code: functions and files. Asked
 * only for what is shown; it says nothing of faults.
 */
#ifndef PGWALK_COLLECT_SYMBOL_H
#define PGWALK_COLLECT_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct symbol - what stands at an address; texts are good until the next call
 * @name: the function, C++ made readable; NULL: not known
 * @offset: of the address in it; 0 if @name is not known
 * @module: the file, the end of its path; or [vdso], [anon] and the like; NULL:
 *	nothing is mapped there
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
