/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the rows of one generation lie in its array, for the probes that fill it
 * and the loader that drains it. Types only.
 *
 *	[0]			unattributed
 *	[class]			"(other mappings)" of that class
 *	[ROW_HEAD]		struct generation_head, in the place of a slot
 *	[ROW_FIRST + n]		the n-th row placed, with its key
 */
#ifndef PGWALK_ROW_SLOT_H
#define PGWALK_ROW_SLOT_H

#include "pgwalk_fault.h"

/* A generation has room for cfg_rows rows, and that is at most */
#define ROWS_MAX	8192
#define ROW_HEAD	PGWALK_FAULT_CLASS_NR
#define ROW_FIRST	(ROW_HEAD + 1)

struct row_slot {
	struct pgwalk_fault_key key;
	struct pgwalk_fault_row row;
};
pgwalk_assert_size(struct row_slot, 920);

/**
 * struct generation_head - one generation of rows
 * @number:	never the same twice, never 0
 * @used:	rows placed; goes beyond the room there is when that is exhausted
 */
struct generation_head {
	__u64 number;
	__u64 used;
};

/**
 * struct row_id - which row: a generation's rows are found by key and number
 */
struct row_id {
	struct pgwalk_fault_key key;
	__u64 generation;
};
pgwalk_assert_size(struct row_id, 72);

#endif /* PGWALK_ROW_SLOT_H */
