// SPDX-License-Identifier: GPL-2.0
/* What the tests of where from and around are made of. */
#include "around.h"

const struct unit_test *const unit_groups[] = {
	table_tests, symbol_tests, change_tests, image_tests, folded_tests, vmstat_tests, now_tests, NULL
};
