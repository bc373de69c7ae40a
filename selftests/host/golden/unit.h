/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A unit-test harness for programs on the host: expectations, and TAP. */
#ifndef GOLDEN_UNIT_H
#define GOLDEN_UNIT_H

#include <stdbool.h>

/* Check an expectation of the running test and print it if it is false; the test continues */
void unit_expect(bool ok, const char *file, int line, const char *claim);
void unit_expect_text(const char *got, const char *want, const char *file, int line);

/* Return the number of false expectations of the running test; for a test that forks */
unsigned int unit_failures(void);

#define EXPECT(claim)		unit_expect(claim, __FILE__, __LINE__, #claim)
#define EXPECT_TEXT(got, want)	unit_expect_text(got, want, __FILE__, __LINE__)

/**
 * struct unit_test - one test
 * @name: its title, a claim
 * @run: checks the claim
 */
struct unit_test {
	const char *name;
	void (*run)(void);
};

/* The groups of tests of a program, NULL-terminated */
extern const struct unit_test *const unit_groups[];

extern const struct unit_test lib_tests[], model_tests[], collect_tests[];
extern const struct unit_test stream_tests[];
extern const struct unit_test snapshot_tests[], snapshot_const_tests[], eviction_tests[], memory_tests[];
extern const struct unit_test sampler_tests[], output_tests[], container_tests[];

#endif
