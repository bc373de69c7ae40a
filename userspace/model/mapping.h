/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of a monitor: mappings that faulted, joined over splits, merges and moves. */
#ifndef PGWALK_MODEL_MAPPING_H
#define PGWALK_MODEL_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aspace.h"
#include "pgwalk_fault.h"

/** MAPPINGS_MAX - rows beside "(other mappings)"; more fold into that one */
#define MAPPINGS_MAX	4096
/** MAPPING_OTHER - the index of the row "(other mappings)" */
#define MAPPING_OTHER	0
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
 */
struct mapping_span {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
};

/**
 * struct mapping - a row
 * @mm: address space, as struct pgwalk_fault_key
 * @ino: of the file, 0 if anonymous
 * @dev: of the file
 * @prot: PGWALK_PROT_*
 * @kind: enum pgwalk_vma_kind, 0 if not known
 * @named: where @name came from
 * @name: never NULL
 * @start: of the range it has now, or had at last
 * @end: the same
 * @live: was it there at the last look?
 * @counted: are the next three known?
 * @resident: bytes, of all its parts that are live
 * @huge: the same
 * @swapped: the same
 * @interval: the number of the interval with its last fault
 * @total: faults since the beginning, by class
 * @span: the ranges it was seen with, the latest first
 * @nr_spans: how many there are
 * @next: the next one of its hash chain; 0 ends it
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
	bool counted;
	uint8_t nr_spans;
	uint16_t next;
	uint32_t born;
	char *name;
	uint64_t start;
	uint64_t end;
	uint64_t resident;
	uint64_t huge;
	uint64_t swapped;
	uint64_t interval;
	uint64_t total[PGWALK_FAULT_CLASS_NR];
	struct mapping_span span[MAPPING_SPANS];
};

struct mappings;

struct mappings *mappings__create(const struct aspace *aspace);
void mappings__destroy(struct mappings *m);

typedef void (*mappings_fold_fn)(void *ctx, unsigned int row);
void mappings__on_fold(struct mappings *m, mappings_fold_fn fn, void *ctx);
void mappings__set_mm(struct mappings *m, uint64_t mm);

int mappings__join(struct mappings *m, const struct pgwalk_fault_key *key,
		   const struct pgwalk_fault_row *row, uint64_t interval);
int mappings__refresh(struct mappings *m);

struct mapping *mappings__at(struct mappings *m, unsigned int row);
unsigned int mappings__count(const struct mappings *m);

#endif
