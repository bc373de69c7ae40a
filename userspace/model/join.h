/* SPDX-License-Identifier: GPL-2.0 */
/* When is a mapping the continuation of another one? The rules, and nothing else. */
#ifndef PGWALK_MODEL_JOIN_H
#define PGWALK_MODEL_JOIN_H

#include "mapping.h"

/* Why a key continues a row, the best reason last */
enum join_how {
	JOIN_NOT,
	JOIN_MOVED,	/* the same pages of the same file or memory, elsewhere */
	JOIN_NAMED,	/* there is only one [heap] and one [stack] */
	JOIN_OVERLAP,	/* split, merged, grown or shrunk in its place */
};

/**
 * struct join_rank - how well a key continues a row
 * @how: why
 * @bytes: they have in common
 * @odd: bytes that only one of them has
 */
struct join_rank {
	enum join_how how;
	uint64_t bytes;
	uint64_t odd;
};

uint8_t join__prot(const struct pgwalk_fault_key *key);
void join__rank(const struct mapping *row, const struct pgwalk_fault_key *key,
		const char *name, struct join_rank *rank);
bool join__is_only_one(const char *name);
bool join__better(const struct join_rank *a, const struct join_rank *b);

const struct region *join__region(const struct aspace *a,
				  const struct mapping *row,
				  const struct mapping_span *span);
unsigned int join__regions(const struct aspace *a, const struct mapping *row,
			   const struct region *r[MAPPING_SPANS]);
const char *join__file_name(const struct aspace *a, const struct mapping *row);
const char *join__kind_name(const struct mapping *row);

#endif
