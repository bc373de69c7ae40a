/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes the n-th allocation, or copy from or to user memory, of the caller fail
 * (Documentation/fault-injection of the kernel).
 */
#ifndef PGWALK_ORACLE_INJECTION_H
#define PGWALK_ORACLE_INJECTION_H

#include <stdbool.h>

/* False: the kernel cannot. Until injection_end(); only of the thread that calls */
bool injection_begin(void);
/* How many were made fail since the beginning */
unsigned int injection_end(void);
/* The n-th from here on, until it is cleared */
void injection_set(unsigned int n);
void injection_clear(void);
/* Did something fail between the last set and clear? */
bool injection_was_done(void);
/* An error that says what happened: memory, or the copy */
bool injection_is_clean(int ret);
/* Only those with code of a module on the stack count. False: the kernel cannot tell */
bool injection_in_modules(bool only);

/* The first fault, the second, until there was none to inject: the call had its way then */
#define for_each_fault(n) \
	for (unsigned int n = 1; n == 1 || injection_was_done(); n++)

#endif
