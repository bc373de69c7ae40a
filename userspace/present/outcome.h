/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The result of the next access to a translated address. */
#ifndef PGWALK_PRESENT_OUTCOME_H
#define PGWALK_PRESENT_OUTCOME_H

#include <stdbool.h>

#include "pgwalk.h"

/**
 * enum outcome_effect - result of an access by user mode
 * @OUTCOME_UNKNOWN: unknown
 * @OUTCOME_WORKS: the tables and the protection key allow it: no fault
 * @OUTCOME_FAULT: a fault that the kernel resolves; the access then works
 * @OUTCOME_USERFAULT: a fault that waits for the monitor of a userfaultfd; before 6.9 it may
 *	be SIGBUS as well, by a feature that the module cannot read
 * @OUTCOME_SIGBUS: a fault that ends in SIGBUS
 * @OUTCOME_SIGSEGV: a fault that ends in SIGSEGV
 * @OUTCOME_DEPENDS: the result depends on state that cannot be read
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
 * @effect: its kind
 * @text: action of the kernel, a constant: "maps a new page"; NULL if unknown
 */
struct outcome {
	enum outcome_effect effect;
	const char *text;
};

struct outcome outcome__of(const struct pgwalk_translate *t, bool write);
const char *outcome__effect(enum outcome_effect effect);

#endif
