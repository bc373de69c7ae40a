/* SPDX-License-Identifier: GPL-2.0 */
/* The result of the next access to a translated address. */
#ifndef PGWALK_PRESENT_OUTCOME_H
#define PGWALK_PRESENT_OUTCOME_H

#include <stdbool.h>

#include "pgwalk.h"

/**
 * enum outcome_effect - what an access by user mode leads to
 * @OUTCOME_UNKNOWN: not known
 * @OUTCOME_WORKS: the tables and the protection key allow it: no fault
 * @OUTCOME_FAULT: a fault that the kernel resolves; the access then works
 * @OUTCOME_USERFAULT: a fault that waits for the monitor of a userfaultfd; before 6.9 it may
 *	be SIGBUS as well, by a feature that the module cannot read
 * @OUTCOME_SIGBUS: a fault that ends in SIGBUS
 * @OUTCOME_SIGSEGV: a fault that ends in SIGSEGV
 * @OUTCOME_DEPENDS: a fault whose result depends on what cannot be read
 */
enum outcome_effect {
	OUTCOME_UNKNOWN,
	OUTCOME_WORKS,
	OUTCOME_FAULT,
	OUTCOME_USERFAULT,
	OUTCOME_SIGBUS,
	OUTCOME_SIGSEGV,
	OUTCOME_DEPENDS,
};

/**
 * struct outcome - the result of one access
 * @effect: what it leads to
 * @text: what the kernel does, a constant: "maps a new page"; NULL if not known
 */
struct outcome {
	enum outcome_effect effect;
	const char *text;
};

struct outcome outcome__of(const struct pgwalk_translate *t, bool write);
const char *outcome__effect(enum outcome_effect effect);

#endif
