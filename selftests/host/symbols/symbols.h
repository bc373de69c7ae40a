/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The groups of unit tests of symbols, folded stacks, vmstat and page queries. */
#ifndef SYMBOLS_TESTS_H
#define SYMBOLS_TESTS_H

#include <stddef.h>

#include "../golden/unit.h"

extern const struct unit_test symtab_tests[], symbol_tests[], change_tests[], folded_tests[],
	vmstat_tests[], page_query_tests[], elf_syms_tests[];

#endif
