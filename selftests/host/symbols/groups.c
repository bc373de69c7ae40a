// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The groups of unit tests of symbols/symbols. */
#include "symbols.h"

const struct unit_test *const unit_groups[] = {
	symtab_tests, symbol_tests, change_tests, elf_syms_tests, folded_tests, vmstat_tests, page_query_tests, NULL
};
