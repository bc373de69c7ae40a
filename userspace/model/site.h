/* SPDX-License-Identifier: GPL-2.0 */
/* The sites that faults came from: call stacks by the functions they name. */
#ifndef PGWALK_MODEL_SITE_H
#define PGWALK_MODEL_SITE_H

#include "../snapshot.h"

/**
 * struct site_key - a stack, for sorting by site
 * @id: number of its site
 * @at: its position
 */
struct site_key {
	uint64_t id;
	size_t at;
};

size_t sites__merge(struct snapshot_site *site, struct site_key *key,
		     const struct snapshot_stack *stack, size_t count);

#endif
