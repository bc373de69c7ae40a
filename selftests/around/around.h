/* SPDX-License-Identifier: GPL-2.0 */
/* The tests of where faults come from, and of what is around them. */
#ifndef AROUND_H
#define AROUND_H

#include <stddef.h>

#include "../golden/unit.h"

extern const struct unit_test table_tests[], symbol_tests[], change_tests[], folded_tests[],
	vmstat_tests[], now_tests[], image_tests[];

#endif
