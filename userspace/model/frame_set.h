/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A set of page frames, to count each frame once. */
#ifndef PGWALK_MODEL_FRAME_SET_H
#define PGWALK_MODEL_FRAME_SET_H

#include <stdint.h>

struct frame_set;

struct frame_set *frame_set__create(void);
void frame_set__destroy(struct frame_set *set);
int64_t frame_set__add(struct frame_set *set, uint64_t pfn, uint64_t nr);

#endif
