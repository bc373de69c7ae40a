/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Snapshots as JSON Lines, one object per interval. */
#ifndef PGWALK_PRESENT_JSON_H
#define PGWALK_PRESENT_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "../snapshot.h"

void json__format(FILE *out, const struct snapshot *s, bool regions, unsigned int memory);

#endif
