/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Summaries of fault sums. */
#ifndef PGWALK_MODEL_SUMMARY_H
#define PGWALK_MODEL_SUMMARY_H

#include "../snapshot.h"
#include "faults.h"

void summary__fill(struct snapshot_faults *to, const struct fault_sum *sum);

#endif
