/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module goes and comes under all who use it. What is asked of it is asked between
 * gate_enter() and gate_leave(); what is not there then may be on its way.
 */
#ifndef PGWALK_TORTURE_GATE_H
#define PGWALK_TORTURE_GATE_H

#include <stdbool.h>

/* The module file; false: it cannot be read */
bool gate_init(const char *path);
/* What to tell at gate_leave() of an entry; waits while the module must be left alone */
unsigned int gate_enter(void);
void gate_leave(void);
/* May the module have been away since? Also while it is tried to remove it */
bool gate_away_since(unsigned int entry);
/*
 * For who stays long, up to gate_go(). False: not now. The others would have to wait for
 * it, so it comes one time in three that the module does.
 */
bool gate_stay(void);
void gate_go(void);
/* Nobody comes to stay any more: have all of them gone? */
bool gate_is_left(void);
/* Tries to remove it from under its users, then with none; loads it. Nobody may be staying */
void gate_turn(void (*drop)(void), void (*take)(void));

#endif
