/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The address space in a snapshot, with the faults of its interval. */
#ifndef PGWALK_MODEL_REGION_H
#define PGWALK_MODEL_REGION_H

#include "../snapshot.h"
#include "mappings.h"

struct regions;

struct regions *regions__create(void);
void regions__destroy(struct regions *r);

int regions__take(struct regions *r, const struct aspace *aspace,
		  struct mappings *m, uint64_t interval, struct snapshot *s);
void regions__drop(struct regions *r);

#endif
