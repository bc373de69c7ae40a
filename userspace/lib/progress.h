/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A progress line on the terminal, after one second. */
#ifndef PGWALK_LIB_PROGRESS_H
#define PGWALK_LIB_PROGRESS_H

#include <stdint.h>

struct progress;

struct progress *progress__create(const char *what);
void progress__destroy(struct progress *p);

void progress__set(struct progress *p, uint64_t done, uint64_t total);
void progress__output(struct progress *p);

#endif
