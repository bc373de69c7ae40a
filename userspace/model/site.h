/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Sites of faults: call stacks merged by the functions they name. */
#ifndef PGWALK_MODEL_SITE_H
#define PGWALK_MODEL_SITE_H

#include "../snapshot.h"

/**
 * struct site_key - sort key of a stack
 * @id: number of its site
 * @at: its index
 */
struct site_key {
	uint64_t id;
	size_t at;
};

size_t sites__merge(struct snapshot_site *site, struct site_key *key,
		    const struct snapshot_stack *stack, size_t count, struct snapshot_part *part,
		    size_t *all);

#endif
