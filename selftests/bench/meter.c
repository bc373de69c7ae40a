// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Times a function. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "meter.h"

#define ROUNDS	5

long meter_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double meter_middle(double *values, int nr)
{
	qsort(values, nr, sizeof(*values), compare);
	return values[nr / 2];
}

/* The median excludes the work of other tasks on the same CPU */
double meter_median(meter_fn *work, void *ctx)
{
	double took[ROUNDS];

	if (work(ctx) <= 0)
		return NAN;
	for (int i = 0; i < ROUNDS; i++) {
		long from = meter_now();
		long units = work(ctx);

		if (units <= 0)
			return NAN;
		took[i] = (double)(meter_now() - from) / units;
	}
	return meter_middle(took, ROUNDS);
}
