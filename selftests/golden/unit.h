/* SPDX-License-Identifier: GPL-2.0 */
/* TAP for the host tests: a claim is true, or the line that says so is printed. */
#ifndef GOLDEN_UNIT_H
#define GOLDEN_UNIT_H

#include <stdbool.h>

/* Judge a claim of the running test; the test goes on */
void unit_expect(bool ok, const char *file, int line, const char *claim);
void unit_expect_text(const char *got, const char *want, const char *file, int line);

/* How many claims of the running test were not so, for one that runs in a child */
unsigned int unit_failures(void);

#define EXPECT(claim)		unit_expect(claim, __FILE__, __LINE__, #claim)
#define EXPECT_TEXT(got, want)	unit_expect_text(got, want, __FILE__, __LINE__)

/**
 * struct unit_test - one test
 * @name: a claim
 * @run: shows it
 */
struct unit_test {
	const char *name;
	void (*run)(void);
};

/* What a program tests, NULL at the end */
extern const struct unit_test *const unit_groups[];

extern const struct unit_test lib_tests[], model_tests[], collect_tests[];
extern const struct unit_test stream_tests[];
extern const struct unit_test shown_tests[], stays_tests[], kept_tests[], day_tests[];

#endif
