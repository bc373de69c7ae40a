/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The harness of kselftest with longer timeouts: a guest is emulated, its kernel may run
 * checkers, and the machine runs other jobs.
 */
#ifndef PGWALK_TEST_HARNESS_H
#define PGWALK_TEST_HARNESS_H

#include <kselftest_harness.h>

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 600

/* The limit ends only a test that hangs: a lower one would depend on the load of the machine */
#undef TEST_F_TIMEOUT
#define TEST_F_TIMEOUT(fixture_name, test_name, timeout) \
	__TEST_F_IMPL(fixture_name, test_name, -1, \
		      (timeout) > TEST_TIMEOUT_DEFAULT ? (timeout) : TEST_TIMEOUT_DEFAULT)

#endif /* PGWALK_TEST_HARNESS_H */
