/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Formats sums of intervals for Prometheus and other monitoring systems. */
#ifndef PGWALK_PRESENT_OPENMETRICS_H
#define PGWALK_PRESENT_OPENMETRICS_H

#include <stdio.h>

#include "../snapshot_metrics.h"

/* Form of the text */
enum openmetrics_form {
	OPENMETRICS_TEXT,	/* the text format of Prometheus, 0.0.4 */
	OPENMETRICS_1_0,
};

void openmetrics__format(FILE *out, const struct snapshot_metrics *m, enum openmetrics_form form);

#endif
