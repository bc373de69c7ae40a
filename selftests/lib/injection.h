/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Makes the n-th allocation, or copy from or to user memory, of the caller fail
 * (Documentation/fault-injection of the kernel).
 */
#ifndef PGWALK_ORACLE_INJECTION_H
#define PGWALK_ORACLE_INJECTION_H

#include <stdbool.h>

/* Inject faults into the calling thread until injection_end(). False: the kernel lacks fault injection */
bool injection_begin(void);
/* Return the number of faults that were injected since injection_begin() */
unsigned int injection_end(void);
/* Fail the n-th operation from now; stays armed until injection_clear() */
void injection_set(unsigned int n);
void injection_clear(void);
/* Was a fault injected between the last set and clear? */
bool injection_was_done(void);
/* Is ret an error of a failed allocation or copy? */
bool injection_is_clean(int ret);
/* Count only operations with code of a module on the stack. False: the kernel lacks the filter */
bool injection_in_modules(bool only);

/* Inject the first fault, then the second, until no fault was injected: that call succeeded */
#define for_each_fault(n) \
	for (unsigned int n = 1; n == 1 || injection_was_done(); n++)

#endif
