/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Times a piece of work. In a guest with --icount a nanosecond is an instruction of
 * the guest. It must not know what it times.
 */
#ifndef PGWALK_BENCH_METER_H
#define PGWALK_BENCH_METER_H

/**
 * typedef meter_fn - a piece of work
 *
 * Return: units of work done (pages, calls); 0: there is no such thing here.
 */
typedef long meter_fn(void *ctx);

long meter_now(void);
/* Nanoseconds a unit, the median of some rounds after one that warms up; NAN: not here */
double meter_median(meter_fn *work, void *ctx);
/* The middle one of @nr values, which are sorted then */
double meter_middle(double *values, int nr);

#endif
