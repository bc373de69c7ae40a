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

/*
 * Call it when mappings may have come or gone, as often as once an interval: it is
 * the next symbols__resolve() that reads, and only if there is one. Names of
 * addresses that belong to something else since then are found anew; those of
 * what is gone, or of a process that is, go on to be told.
 */
void symbols__refresh(struct symbols *s);

/*
 * Always answers, as well as it is known. @call: @ip is where a call returns to (all
 * frames of a stack but the first): the function is that of the call, which may
 * be the last thing in it. The first address in a file reads its symbols: this may
 * take some ms, hundreds with a very large one; any other takes about a us.
 */
void symbols__resolve(struct symbols *s, uint64_t ip, bool call,
		      struct symbol *symbol);

#endif
