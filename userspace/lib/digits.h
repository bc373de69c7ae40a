/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Digits of numbers, as printf() writes them, in a tenth of its instructions. */
#ifndef PGWALK_LIB_DIGITS_H
#define PGWALK_LIB_DIGITS_H

#include <stdint.h>

/** DIGITS_MAX - size of a buffer for any number, with NUL */
#define DIGITS_MAX	24

/** DIGITS_RANGE_MAX - size of a buffer for digits__range(), with NUL */
#define DIGITS_RANGE_MAX	40

char *digits__decimal(char *to, uint64_t n);
char *digits__hex(char *to, uint64_t n, unsigned int least);
char *digits__range(char *to, uint64_t start, uint64_t end);
char *digits__fixed(char *to, double v, unsigned int decimals);

#endif
