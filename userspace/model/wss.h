/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The working set, as far as accessed and soft-dirty bits prove it. */
#ifndef PGWALK_MODEL_WSS_H
#define PGWALK_MODEL_WSS_H

#include "pgwalk.h"
#include "../inspect.h"

void wss__add_run(struct inspect_wss *row, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end,
		  bool cleared);
void wss__add(struct inspect_wss *sum, const struct inspect_wss *row);

#endif
