/* SPDX-License-Identifier: GPL-2.0 */
/* Whether an execution kept the rules: its error, and the memory around what it may write. */
#ifndef PGWALK_FUZZ_JUDGE_H
#define PGWALK_FUZZ_JUDGE_H

#include "run.h"

/* NULL: it did; else what is wrong, good until the next call */
const char *judge_run(const struct run *run);

#endif
