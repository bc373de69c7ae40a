/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Sets up and triggers changes that the kernel makes to memory, and counts them. */
#ifndef PGWALK_TORTURE_MACHINE_H
#define PGWALK_TORTURE_MACHINE_H

#include <stdbool.h>

/* The settings are not restored: run in a guest */
void machine_set_up(const char *swap_maker);
/* Trigger compaction, and set the counts of kernel work since the set-up */
void machine_push(void);
/* Pages of user space and of page tables now, without those of this process */
unsigned long machine_pages(void);

#endif
