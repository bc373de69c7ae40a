/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Sums of the cgroups with the most faults, in a bounded number of slots. */
#ifndef PGWALK_MODEL_METRICS_CGROUPS_H
#define PGWALK_MODEL_METRICS_CGROUPS_H

#include "../snapshot_metrics.h"

void metrics_cgroups__add(struct snapshot_metrics *m, const struct snapshot *s, uint64_t begin_ns);

#endif
