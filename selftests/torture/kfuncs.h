/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Calls the kfuncs from BPF programs: on faults and task switches, and for one locked page. */
#ifndef PGWALK_TORTURE_KFUNCS_H
#define PGWALK_TORTURE_KFUNCS_H

#include <stdbool.h>

/* Load and attach the programs; a failure is counted */
void kfuncs_take(void);
/* Add up the results of the programs and unload them, which releases the module */
void kfuncs_drop(void);
/* Compare the locked page with pagemap, if the programs are loaded */
void kfuncs_check(void);
/* Lock a page, before the run */
bool kfuncs_hold_page(void);

#endif
