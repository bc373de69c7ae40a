/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The summary values of the sentinel, which must not change. */
#ifndef PGWALK_TORTURE_SENTINEL_TOTALS_H
#define PGWALK_TORTURE_SENTINEL_TOTALS_H

#include <stdbool.h>

/* fd: of the device, attached to the sentinel */
bool sentinel_totals_record(int fd);
void sentinel_totals_check(int fd);

#endif
