/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Sums of intervals for monitoring systems, which read counters that never decrease. */
#ifndef PGWALK_MODEL_METRICS_H
#define PGWALK_MODEL_METRICS_H

#include "../snapshot_metrics.h"

void metrics__add(struct snapshot_metrics *m, const struct snapshot *s);

#endif
