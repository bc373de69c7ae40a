/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A row of a monitor: a mapping with faults, followed over splits, merges and moves. */
#ifndef PGWALK_MODEL_MAPPING_H
#define PGWALK_MODEL_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aspace.h"
#include "pgwalk_fault.h"

/** MAPPINGS_MAX - rows of mappings; further ones are added to "(other mappings)" */
#define MAPPINGS_MAX	4096
/** MAPPING_OTHER - the index of the row "(other mappings)" */
#define MAPPING_OTHER	0
/** MAPPING_NOWHERE - the index of the row "(no mapping)": faults at unmapped addresses */
#define MAPPING_NOWHERE	1
/** MAPPING_FIRST - the index of the first row of a mapping */
#define MAPPING_FIRST	2
#define MAPPING_ROWS	(MAPPING_FIRST + MAPPINGS_MAX)
/** MAPPING_SPANS - ranges that a row remembers */
#define MAPPING_SPANS	4

/* Source of a name; only a better source replaces a name */
enum mapping_name {
	MAPPING_NAME_NONE,
	MAPPING_NAME_KIND,	/* by kind: "anon", "bss" */
	MAPPING_NAME_PROBE,	/* from the probes: the end of a path, [heap] */
	MAPPING_NAME_MAPS,	/* as in /proc/PID/maps */
};

/**
 * struct mapping_span - a range of a row
 * @start: first address
 * @end: first address after the range
 * @offset: offset of @start in pages, as vm_pgoff
 * @faults: faults in the interval of the row's last fault
 */
struct mapping_span {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint64_t faults;
};

/**
 * struct mapping - a row
 * @mm: address space, as struct pgwalk_fault_key
 * @ino: inode of the file, 0 if anonymous
 * @dev: device of the file
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if unknown
 * @named: source of @name
 * @name: never NULL; in the string pool
 * @start: first address of the current or last range
 * @end: first address after the current or last range
 * @live: present in the last list of mappings
 * @foreign: mapping of another process, as seen by the probe
 * @counted: @resident, @huge, @swapped and @memory are known
 * @resident: bytes present in all live parts
 * @huge: bytes in 2M and 1G leaves in all live parts
 * @swapped: bytes swapped out in all live parts
 * @memory: further counts of all live parts; eligible is 1 if one of them is
 * @interval: number of the interval with the last fault
 * @total: faults since the beginning, by class
 * @span: ranges of the row, latest first
 * @nr_spans: number of @span
 * @generation: unique number, the id of struct snapshot_mapping; differs from that of an earlier row with the same index
 */
struct mapping {
	uint64_t mm;
	uint64_t ino;
	uint32_t dev;
	uint8_t prot;
	uint8_t kind;
	uint8_t named;
	bool live;
	bool foreign;
	bool counted;
	uint8_t nr_spans;
	uint32_t generation;
	const char *name;
	uint64_t start;
	uint64_t end;
	uint64_t resident;
	uint64_t huge;
	uint64_t swapped;
	struct snapshot_memory memory;
	uint64_t interval;
	uint64_t total[PGWALK_FAULT_CLASS_NR];
	struct mapping_span span[MAPPING_SPANS];
};

const struct region *mapping__region(const struct mapping *row,
				     const struct mapping_span *span,
				     const struct aspace *aspace);
int mapping__set_name(struct mapping *row, const char *name,
		      enum mapping_name named);
int mapping__name(struct mapping *row, const struct pgwalk_fault_row *faults);
int mapping__refresh(struct mapping *row, const struct aspace *aspace);

#endif
