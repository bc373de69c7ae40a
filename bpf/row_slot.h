/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the rows of the two generations lie in their array, for the probes that fill it
 * and the loader that drains it. Types only.
 *
 * A generation with an even number is in the first half, one with an odd one in the
 * second. Each half:
 *
 *	[0]			unattributed, or other processes' unattributed
 *	[class]			"(other mappings)" of that class, or other processes'
 *	[ROW_THREADS + class]	that of other threads
 *	[ROW_HEAD]		struct generation_head, in the place of a slot
 *	[ROW_FIRST + n]		the n-th row placed, with its key
 */
#ifndef PGWALK_ROW_SLOT_H
#define PGWALK_ROW_SLOT_H

#include "pgwalk_fault.h"

/* A generation has room for cfg_rows rows, and that is at most */
#define ROWS_MAX	8192
#define ROW_THREADS	PGWALK_FAULT_CLASS_NR
#define ROW_HEAD	(2 * PGWALK_FAULT_CLASS_NR)
#define ROW_FIRST	(ROW_HEAD + 1)

struct row_slot {
	struct pgwalk_fault_key key;
	struct pgwalk_fault_row row;
};
pgwalk_assert_size(struct row_slot, 920);

/**
 * struct generation_head - one generation of rows
 * @used:	rows placed; goes beyond the room there is when that is exhausted
 */
struct generation_head {
	__u64 used;
};

/**
 * struct row_id - which row: a generation's rows are found by key and number
 * @generation:	its number, never the same twice, never 0
 */
struct row_id {
	struct pgwalk_fault_key key;
	__u64 generation;
};
pgwalk_assert_size(struct row_id, 72);

/*
 * Of tasks that are found at once, of a process that is watched and where many are; each
 * takes half a KiB. Powers of two.
 */
#define SLOTS_ONE	4096
#define SLOTS_MANY	16384

/* Whom the probes watch, as user space's enum probes_scope has it */
#define WATCH_PROCESS	0
#define WATCH_ALL	1
#define WATCH_CGROUP	2

/* Which setting of huge pages a fault meets */
#define THP_NEVER	0
#define THP_MADVISE	1
#define THP_ALWAYS	2

#endif /* PGWALK_ROW_SLOT_H */
