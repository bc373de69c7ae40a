/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Stops and starts DAMON_STAT, which clears accessed bits all the time and is on by default in
 * Debian's 7.x. Tests that compare two reads of a view stop it.
 */
#ifndef PGWALK_ORACLE_DAMON_H
#define PGWALK_ORACLE_DAMON_H

#include <stdbool.h>

/* Does nothing on a kernel without DAMON_STAT */
void damon_stat_enable(bool on);

#endif
