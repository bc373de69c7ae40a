/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Layout of the rows of both generations in their array, for the probes that fill it
 * and the loader that drains it. Types only.
 *
 * A generation with an even number is in the first half, one with an odd number in the
 * second. Each half:
 *
 *	[0]			unattributed, or that of other processes
 *	[class]			"(other mappings)" of that class, or that of other processes
 *	[ROW_THREADS + class]	that of other threads
 *	[ROW_HEAD]		struct generation_head, in place of a slot
 *	[ROW_FIRST + n]		n-th row that was placed, with its key
 */
#ifndef PGWALK_ROW_SLOT_H
#define PGWALK_ROW_SLOT_H

#include "pgwalk_fault.h"

/* Rows of a generation: at most, and those in the array. Further ones are allocated one by one */
#define ROWS_MAX	8192
#define ROWS_USUAL	1024

/* In place of the number of a slot: the row is not in the array */
#define ROW_MORE	0xffff
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
 * @used:	rows placed, in the array or beside it; exceeds the limit when that is reached
 */
struct generation_head {
	__u64 used;
};

/**
 * struct row_id - key of a row in the index: a row has an entry for each generation
 * @generation:	number of the generation, never reused, never 0
 */
struct row_id {
	struct pgwalk_fault_key key;
	__u64 generation;
};
pgwalk_assert_size(struct row_id, 72);

/*
 * Number of slots for task states, if one process is watched and if several are; a slot
 * takes half a KiB. Powers of two.
 */
#define SLOTS_ONE	1024
#define SLOTS_MANY	16384

/* Set of watched tasks, with the values of user space's enum probes_scope */
#define WATCH_PROCESS	0
#define WATCH_ALL	1
#define WATCH_CGROUP	2

/* Setting of transparent huge pages */
#define THP_NEVER	0
#define THP_MADVISE	1
#define THP_ALWAYS	2

#endif /* PGWALK_ROW_SLOT_H */
