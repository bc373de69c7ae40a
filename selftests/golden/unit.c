// SPDX-License-Identifier: GPL-2.0
/* Runs host tests of single parts, those of unit_groups, and speaks TAP. */
#include <stdio.h>
#include <string.h>

#include "unit.h"

static unsigned int failures;

void unit_expect(bool ok, const char *file, int line, const char *claim)
{
	if (!ok && failures++ < 5)
		printf("# %s:%d: not so: %s\n", file, line, claim);
}

void unit_expect_text(const char *got, const char *want, const char *file, int line)
{
	if (strcmp(got, want) && failures++ < 5)
		printf("# %s:%d: got \"%s\", not \"%s\"\n", file, line, got, want);
}

unsigned int unit_failures(void)
{
	fflush(stdout);
	return failures;
}

int main(void)
{
	unsigned int i, number = 0, failed = 0;
	const struct unit_test *t;

	for (i = 0; unit_groups[i]; i++)
		for (t = unit_groups[i]; t->name; t++)
			number++;
	printf("TAP version 13\n1..%u\n", number);
	number = 0;
	for (i = 0; unit_groups[i]; i++) {
		for (t = unit_groups[i]; t->name; t++) {
			failures = 0;
			t->run();
			printf("%sok %u - %s\n", failures ? "not " : "", ++number, t->name);
			failed += !!failures;
		}
	}
	return !!failed;
}
