/* SPDX-License-Identifier: GPL-2.0 */
/* A row of a monitor: a mapping that faulted, joined over splits, merges and moves. */
#ifndef PGWALK_MODEL_MAPPING_H
#define PGWALK_MODEL_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aspace.h"
#include "pgwalk_fault.h"

/** MAPPINGS_MAX - rows of mappings; more of them fold into "(other mappings)" */
#define MAPPINGS_MAX	4096
/** MAPPING_OTHER - the index of the row "(other mappings)" */
#define MAPPING_OTHER	0
/** MAPPING_NOWHERE - the index of the row "(no mapping)": there is none at the address */
#define MAPPING_NOWHERE	1
/** MAPPING_FIRST - the index of the first row of a mapping */
#define MAPPING_FIRST	2
#define MAPPING_ROWS	(MAPPING_FIRST + MAPPINGS_MAX)
/** MAPPING_SPANS - of how many ranges of its own a row knows */
#define MAPPING_SPANS	4

/* Where a name came from; a better one replaces a worse one, never an equal */
enum mapping_name {
	MAPPING_NAME_NONE,
	MAPPING_NAME_KIND,	/* what it is for: "anon", "bss" */
	MAPPING_NAME_PROBE,	/* what the probe saw: the end of a path, [heap] */
	MAPPING_NAME_MAPS,	/* as in /proc/PID/maps */
};

/**
 * struct mapping_span - one range that a row was seen with
 * @start: first address
 * @end: the first address behind it
 * @offset: of @start, in pages, as vm_pgoff
 * @faults: it had in the interval of the row's last fault
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
 * @ino: of the file, 0 if anonymous
 * @dev: of the file
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if not known
 * @named: where @name came from
 * @name: never NULL; held
 * @start: of the range it has now, or had at last
 * @end: the same
 * @live: was it there at the last look?
 * @foreign: the probe saw that it is a mapping of another process
 * @counted: are the next three known?
 * @resident: bytes, of all its parts that are live
 * @huge: the same
 * @swapped: the same
 * @interval: the number of the interval with its last fault
 * @total: faults since the beginning, by class
 * @span: the ranges it was seen with, the latest first
 * @nr_spans: how many there are
 * @born: tells it from another row that had its index before
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
	uint32_t born;
	const char *name;
	uint64_t start;
	uint64_t end;
	uint64_t resident;
	uint64_t huge;
	uint64_t swapped;
	uint64_t interval;
	uint64_t total[PGWALK_FAULT_CLASS_NR];
	struct mapping_span span[MAPPING_SPANS];
};

int mapping__set_name(struct mapping *row, const char *name,
		      enum mapping_name named);
int mapping__name(struct mapping *row, const struct pgwalk_fault_row *faults);
int mapping__refresh(struct mapping *row, const struct aspace *aspace);

#endif
