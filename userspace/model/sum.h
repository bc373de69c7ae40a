/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Sums over mappings and pages. */
#ifndef PGWALK_MODEL_SUM_H
#define PGWALK_MODEL_SUM_H

#include "pgwalk.h"
#include "../inspect.h"

void sum__vma(struct pgwalk_vma *total, const struct pgwalk_vma *vma);
uint64_t sum__uss(const struct pgwalk_vma *vma);
bool sum__is_empty(const struct pgwalk_vma *vma);
void sum__run(struct inspect_pages *total, const struct pgwalk_frame_run *run,
	      uint64_t start, uint64_t end);

#endif
