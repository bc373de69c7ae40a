/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel does to everybody's memory: set up, pushed, and counted. */
#ifndef PGWALK_TORTURE_MACHINE_H
#define PGWALK_TORTURE_MACHINE_H

#include <stdbool.h>

/* For good: it is for a guest that is thrown away */
void machine_set_up(const char *swap_maker);
/* Asks for what has to be asked for, and tells the tally what was done since the set-up */
void machine_push(void);
/* Pages of user space and of page tables that there are now, but for those of this process */
unsigned long machine_pages(void);

#endif
