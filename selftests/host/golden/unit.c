// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Runs the unit tests of unit_groups and prints TAP. */
#include <stdio.h>
#include <string.h>

#include <kselftest.h>

#include "unit.h"

static unsigned int failures;

void unit_expect(bool ok, const char *file, int line, const char *claim)
{
	if (!ok && failures++ < 5)
		ksft_print_msg("%s:%d: false: %s\n", file, line, claim);
}

void unit_expect_text(const char *got, const char *want, const char *file, int line)
{
	if (strcmp(got, want) && failures++ < 5)
		ksft_print_msg("%s:%d: is \"%s\", expected \"%s\"\n", file, line, got, want);
}

unsigned int unit_failures(void)
{
	fflush(stdout);
	return failures;
}

int main(void)
{
	unsigned int i, number = 0;
	const struct unit_test *t;

	for (i = 0; unit_groups[i]; i++)
		for (t = unit_groups[i]; t->name; t++)
			number++;
	ksft_print_header();
	ksft_set_plan(number);
	for (i = 0; unit_groups[i]; i++) {
		for (t = unit_groups[i]; t->name; t++) {
			failures = 0;
			t->run();
			ksft_test_result(!failures, "%s\n", t->name);
		}
	}
	ksft_finished();
}
