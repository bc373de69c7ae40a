/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Rules that decide if a mapping continues a row. */
#ifndef PGWALK_MODEL_ROW_IDENTITY_H
#define PGWALK_MODEL_ROW_IDENTITY_H

#include "mapping.h"

/* Relation of a key to a row, best one last */
enum row_relation {
	ROW_UNRELATED,
	ROW_MOVED,	/* the same pages of the same file or memory at another address */
	ROW_NAMED,	/* [heap] or [stack], unique in an address space */
	ROW_OVERLAP,	/* split, merged, grown or shrunk in its place */
};

/**
 * struct row_rank - rank of a key as continuation of a row
 * @relation: relation
 * @bytes: bytes in common
 * @differing: bytes that only one of them has
 */
struct row_rank {
	enum row_relation relation;
	uint64_t bytes;
	uint64_t differing;
};

uint8_t row_identity__prot(const struct pgwalk_fault_key *key);
void row_identity__rank(const struct mapping *row, const struct pgwalk_fault_key *key,
			const char *name, struct row_rank *rank);
bool row_identity__is_unique(const char *name);
bool row_identity__is_better(const struct row_rank *a, const struct row_rank *b);

#endif
