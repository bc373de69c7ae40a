/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Checks whether an execution kept the rules: its error, and the memory around its output. */
#ifndef PGWALK_FUZZ_ORACLE_H
#define PGWALK_FUZZ_ORACLE_H

#include "run.h"

/* Return NULL, or the broken rule as text that is valid until the next call */
const char *oracle_check(const struct run *run);

#endif
