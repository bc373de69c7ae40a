/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module goes and comes under all who use it. What is asked of it is asked between
 * loader_enter() and loader_leave(); what is not there then may be on its way.
 */
#ifndef PGWALK_TORTURE_LOADER_H
#define PGWALK_TORTURE_LOADER_H

#include <stdbool.h>

/* The module file; false: it cannot be read */
bool loader_init(const char *path);
/* What to tell at loader_leave() of an entry; waits while the module must be left alone */
unsigned int loader_enter(void);
void loader_leave(void);
/* May the module have been away since? Also while it is tried to remove it */
bool loader_away_since(unsigned int entry);
/*
 * For who stays long, up to loader_go(). False: not now. The others would have to wait for
 * it, so it comes one time in three that the module does.
 */
bool loader_stay(void);
void loader_go(void);
/* Nobody comes to stay any more: have all of them gone? */
bool loader_is_left(void);
/* Tries to remove it from under its users, then with none; loads it. Nobody may be staying */
void loader_turn(void (*drop)(void), void (*take)(void));

#endif
