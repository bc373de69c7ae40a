/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Times a function. In a guest with --icount a nanosecond is an instruction of the guest.
 */
#ifndef PGWALK_BENCH_METER_H
#define PGWALK_BENCH_METER_H

/**
 * typedef meter_fn - a function to time
 *
 * Return: units of work done (pages, calls); 0 if the work is not possible here.
 */
typedef long meter_fn(void *ctx);

long meter_now(void);
/* Return nanoseconds a unit, the median of some rounds after a first one; NAN if it is not possible */
double meter_median(meter_fn *work, void *ctx);
/* Sort @nr values, and return the middle one */
double meter_middle(double *values, int nr);

#endif
