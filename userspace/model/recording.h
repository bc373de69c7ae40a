/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Adds up all intervals of a run by mapping, class and time, in constant memory. */
#ifndef PGWALK_MODEL_RECORDING_H
#define PGWALK_MODEL_RECORDING_H

#include "../snapshot_recording.h"

struct recording;

struct recording *recording__create(void);
void recording__destroy(struct recording *r);

void recording__add(struct recording *r, const struct snapshot *s);
const struct snapshot_recording *recording__take(struct recording *r);

#endif
