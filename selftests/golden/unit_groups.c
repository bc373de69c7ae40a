// SPDX-License-Identifier: GPL-2.0
/* What the program of the golden tests is made of. */
#include <stddef.h>

#include "unit.h"

const struct unit_test *const unit_groups[] = {
	lib_tests, model_tests, collect_tests, stream_tests, shown_tests, stays_tests, kept_tests, day_tests,
	NULL
};
