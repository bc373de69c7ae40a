/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The harness of kselftest, with more patience: a guest is emulated, its kernel may check all that
 * it does, and the machine has others to run.
 */
#ifndef PGWALK_TEST_HARNESS_H
#define PGWALK_TEST_HARNESS_H

#include <kselftest_harness.h>

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120

#endif /* PGWALK_TEST_HARNESS_H */
