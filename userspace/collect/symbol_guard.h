/* SPDX-License-Identifier: GPL-2.0 */
/* Outlives a file that is cut short while it is read through a mapping. */
#ifndef PGWALK_COLLECT_SYMBOL_GUARD_H
#define PGWALK_COLLECT_SYMBOL_GUARD_H

#include <signal.h>
#include <stdbool.h>

/**
 * struct symbol_guard - from begin to end
 * @before: what SIGBUS did
 */
struct symbol_guard {
	struct sigaction before;
};

void symbol_guard__begin(struct symbol_guard *guard);
bool symbol_guard__end(const struct symbol_guard *guard);

#endif
