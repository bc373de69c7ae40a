/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Copies of untrusted text that are safe to print. */
#ifndef PGWALK_LIB_TEXT_H
#define PGWALK_LIB_TEXT_H

#include <stddef.h>

size_t text__append(char *buf, size_t size, size_t at, const char *word);
size_t text__plain_length(const char *text, size_t max);
size_t text__sequence(const char *s);
size_t text__line(const char *text, size_t columns);
size_t text__fit(char *dst, size_t size, const char *src, size_t columns);

#endif
