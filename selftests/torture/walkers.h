/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The threads that send requests about the targets until the run is over. */
#ifndef PGWALK_TORTURE_WALKERS_H
#define PGWALK_TORTURE_WALKERS_H

#include <stdbool.h>

void walkers_start(bool with_pgtop);
/* Never request the mappings of a page, which takes a reference; set before the start */
extern bool walkers_hold_nothing;
/* False: a thread does not end */
bool walkers_end(void);

/* One step of each kind of walker, on a random process */
void texts_read(void);
void queries_send(void);
void calls_make(void);
void attach_churn(void);
void pgtop_watch(void);

/* Is this an error of a request for a process or page that no longer exists? */
bool walkers_is_exit_error(int err);

#endif
