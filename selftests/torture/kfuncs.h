/* SPDX-License-Identifier: GPL-2.0 */
/* The kfuncs as BPF programs ask them: everywhere, and for pages of this process. */
#ifndef PGWALK_TORTURE_KFUNCS_H
#define PGWALK_TORTURE_KFUNCS_H

#include <stdbool.h>

/* Load and attach the programs; a failure is in the tally */
void kfuncs_take(void);
/* Count what they were told, and let go of the module */
void kfuncs_drop(void);
/* Compare the page of this process that is held still, if the programs are there */
void kfuncs_check(void);
/* Hold one, before the run */
bool kfuncs_hold_page(void);

#endif
