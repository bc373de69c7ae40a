/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Unloads and loads the module while it is in use. Threads use the module between
 * module_gate_enter() and module_gate_leave(); its files may be missing even then, while
 * an unload is tried.
 */
#ifndef PGWALK_TORTURE_MODULE_GATE_H
#define PGWALK_TORTURE_MODULE_GATE_H

#include <stdbool.h>

/* Open the module file; false: it cannot be read */
bool module_gate_init(const char *path);
/*
 * Enter, and wait while users are kept out. Return a number for
 * module_gate_unloaded_since(); leave with module_gate_leave().
 */
unsigned int module_gate_enter(void);
void module_gate_leave(void);
/* May the module have been unloaded since entry, or during a failed attempt? */
bool module_gate_unloaded_since(unsigned int entry);
/*
 * Hold the gate for a long time, until module_gate_release(). False: closed for holders.
 * A reload waits for the holders, so it leaves the gate open for them one time in three.
 */
bool module_gate_try_hold(void);
void module_gate_release(void);
/* Close the gate for holders. Have all holders released it? */
bool module_gate_is_unheld(void);
/* Unload under users, then without users, and load. The gate must not be held */
void module_gate_reload(void (*drop)(void), void (*take)(void));

#endif
