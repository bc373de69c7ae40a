/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Numbers as short text: rates, bytes, times, shares. */
#ifndef PGWALK_LIB_UNITS_H
#define PGWALK_LIB_UNITS_H

#include <stddef.h>
#include <stdint.h>

/** QUANTITY_MAX - size of the longest of these texts, with its NUL */
#define QUANTITY_MAX	24

char *units__rate(char *buf, size_t size, double per_second);
char *units__bytes(char *buf, size_t size, uint64_t bytes);
char *units__time(char *buf, size_t size, uint64_t ns);
char *units__share(char *buf, size_t size, uint64_t part, uint64_t whole);
char *units__percent(char *buf, size_t size, uint64_t part, uint64_t whole);
char *units__coverage(char *buf, size_t size, uint64_t part, uint64_t whole);

#endif
