/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The processes that use the address spaces of a batch. */
#ifndef PGWALK_RMAP_OWNER_H
#define PGWALK_RMAP_OWNER_H

struct pgwalk_rmap_batch;

int pgwalk_rmap_owner_fill(struct pgwalk_rmap_batch *batch);

#endif /* PGWALK_RMAP_OWNER_H */
