/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The number of pages, faults or processes that a workload or a test makes by default: a prime,
 * so that a wrong count shows, and no multiple of the fault-around window of 16 pages.
 */
#ifndef PGWALK_TEST_TIMES_H
#define PGWALK_TEST_TIMES_H

#define TIMES		23
#define TIMES_TEXT	"23"	/* as an argument of a workload */

#endif
