/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What pgwalk tells that is no record of the module's: rows, sums and verdicts,
 * made by the model, shown by a presenter. Types only.
 */
#ifndef PGWALK_INSPECT_H
#define PGWALK_INSPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "pgwalk.h"

/* What clears accessed bits of any process, without being asked by a process */
#define INSPECT_AGING_DAMON_STAT	(1U << 0)
#define INSPECT_AGING_DAMON_RECLAIM	(1U << 1)
#define INSPECT_AGING_DAMON_LRU_SORT	(1U << 2)
#define INSPECT_AGING_DAMON		(1U << 3)	/* through sysfs */
#define INSPECT_AGING_MGLRU		(1U << 4)	/* when memory is reclaimed */
#define INSPECT_AGING_NR		5

/**
 * struct inspect_vma - a row of mappings
 * @vma: the mapping; of the total, the sums
 * @mappings: of the total: how many there are; else 0
 * @hidden: of the total: how many were not shown
 * @aging: of the total: INSPECT_AGING_*
 */
struct inspect_vma {
	const struct pgwalk_vma *vma;
	uint64_t mappings;
	uint64_t hidden;
	unsigned int aging;
};

/**
 * struct inspect_pages - sums over pages, in bytes
 * @runs: how many there were
 * @bytes: all of them; by kind of entry: @kind
 * @kind: by enum pgwalk_kind
 * @leaf_4k: present pages and the like, by the size of their leaf
 * @leaf_2m: likewise
 * @leaf_1g: likewise
 * @young: of these, accessed
 * @dirty: likewise, by the entry
 * @soft_dirty: likewise
 * @exclusive: of those with a known mapcount, those with 1
 * @shared: likewise, with more
 * @large: by 4K leafs, of a folio of more than one page
 * @node: by NUMA node, the last one has all from there on
 * @aging: INSPECT_AGING_*
 */
struct inspect_pages {
	uint64_t runs;
	uint64_t bytes;
	uint64_t kind[PGWALK_KIND_NR];
	uint64_t leaf_4k;
	uint64_t leaf_2m;
	uint64_t leaf_1g;
	uint64_t young;
	uint64_t dirty;
	uint64_t soft_dirty;
	uint64_t exclusive;
	uint64_t shared;
	uint64_t large;
	uint64_t node[PGWALK_VMA_NODES];
	unsigned int aging;
};

/**
 * struct inspect_register - a segment register of a thread
 * @thread: whose
 * @segment: the register
 */
struct inspect_register {
	const struct pgwalk_thread *thread;
	const struct pgwalk_segment *segment;
};

/**
 * struct inspect_descriptor - a descriptor in its table, taken apart
 * @cpu: whose GDT; -1: an LDT
 * @index: in the table
 * @raw: its 8 bytes
 * @high: the 8 behind it, of a system descriptor of two slots
 * @base: linear address
 * @limit: the last offset, with the granularity
 * @type: in words, a constant
 * @dpl: privilege level
 * @system: no code and no data
 * @wide: takes two slots
 * @present: P
 * @avl: AVL
 * @code64: L
 * @big: D/B
 * @granular: G: the limit counts 4K
 * @flat: code or data over all of 4G from 0 on
 */
struct inspect_descriptor {
	int32_t cpu;
	uint32_t index;
	uint64_t raw;
	uint64_t high;
	uint64_t base;
	uint64_t limit;
	const char *type;
	uint8_t dpl;
	bool system;
	bool wide;
	bool present;
	bool avl;
	bool code64;
	bool big;
	bool granular;
	bool flat;
};

/**
 * struct inspect_hit - who maps a page, with the page
 * @pfn: the page
 * @hit: who
 */
struct inspect_hit {
	uint64_t pfn;
	const struct pgwalk_rmap_hit *hit;
};

/**
 * struct inspect_difference - a page of which two sources tell different things
 * @addr: the page
 * @what: in which respect, a constant
 * @ours: what the module says, as a number whose meaning @what gives
 * @theirs: what the kernel's own files say
 */
struct inspect_difference {
	uint64_t addr;
	const char *what;
	uint64_t ours;
	uint64_t theirs;
};

/**
 * struct inspect_verdict - how a comparison ended; pages
 * @compared: all that were looked at
 * @equal: the same in every respect
 * @changed: did not stand still while looked at
 * @different: stood still and differ
 * @skipped: could not be compared: in mappings that /proc does not tell about,
 *	or in gaps too long to be read
 */
struct inspect_verdict {
	uint64_t compared;
	uint64_t equal;
	uint64_t changed;
	uint64_t different;
	uint64_t skipped;
};

#endif
