/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Parts of runs of pages. */
#ifndef PGWALK_MODEL_PAGE_RUN_H
#define PGWALK_MODEL_PAGE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "pgwalk.h"

bool page_run__has_frame(uint32_t kind);
bool page_run__clip(struct pgwalk_frame_run *run, uint64_t start, uint64_t end);

#endif
