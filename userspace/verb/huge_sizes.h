/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk huge --sizes. */
#ifndef PGWALK_VERB_HUGE_SIZES_H
#define PGWALK_VERB_HUGE_SIZES_H

#include "../model/huge.h"
#include "run.h"

int huge_sizes__run(struct run *run, const struct huge *huge, uint64_t first, uint64_t limit);

#endif
