/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Requests the pages of the sentinel from pgwalk and compares them with the known values. */
#ifndef PGWALK_TORTURE_SENTINEL_CHECKS_H
#define PGWALK_TORTURE_SENTINEL_CHECKS_H

#include "sentinel.h"

/* Record the values that must not change; the module must be loaded and idle */
bool sentinel_checks_record(const struct sentinel *sentinel);
/* Make every request once */
void sentinel_checks_run(const struct sentinel *sentinel);

#endif
