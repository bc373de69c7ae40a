/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The harness of kselftest, with more patience: a guest is emulated, its kernel may check all that
 * it does, and the machine has others to run.
 */
#ifndef PGWALK_TEST_HARNESS_H
#define PGWALK_TEST_HARNESS_H

#include <kselftest_harness.h>

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 600

/* Only a test that hangs comes near a limit: a lower one would measure the load of the machine */
#undef TEST_F_TIMEOUT
#define TEST_F_TIMEOUT(fixture_name, test_name, timeout) \
	__TEST_F_IMPL(fixture_name, test_name, -1, \
		      (timeout) > TEST_TIMEOUT_DEFAULT ? (timeout) : TEST_TIMEOUT_DEFAULT)

#endif /* PGWALK_TEST_HARNESS_H */
