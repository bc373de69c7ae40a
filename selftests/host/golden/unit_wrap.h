/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Functions of the C library that the linker replaces in the unit tests, see Makefile. */
#ifndef GOLDEN_UNIT_WRAP_H
#define GOLDEN_UNIT_WRAP_H

#include <stddef.h>
#include <time.h>

int __real_clock_gettime(clockid_t clock, struct timespec *ts);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ts);
void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

#endif
