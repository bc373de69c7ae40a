/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Why a slot is not huge: the rules of khugepaged and of MADV_COLLAPSE. */
#ifndef PGWALK_MODEL_HUGE_H
#define PGWALK_MODEL_HUGE_H

#include "pgwalk.h"
#include "../inspect.h"

/** HUGE_PAGES_MAX - pages of the largest slot that struct huge_slot has room for */
#define HUGE_PAGES_MAX	8192

/** struct huge_rules - rules that differ between kernels; see huge.c */
struct huge_rules;

/**
 * struct huge_mapping - properties of a mapping that decide about its slots
 * @start: first address
 * @end: first address after the mapping
 * @vm_flags: the kernel's flags
 * @offset: file offset of @start in bytes
 * @kind: enum pgwalk_vma_kind
 * @facts: PGWALK_FACT_* of its first address; 0: unknown
 * @shmem: its file is shared memory
 * @unlinked: its file has no name: memfd, System V, shared anonymous memory. From 6.12 on the settings of each size
 *	apply to it, if it had none when it was mapped
 * @mount: enum inspect_thp_setting of the tmpfs of @shmem
 * @file_size: size of the file of @shmem in bytes
 * @hugetlb_shift: log2 of the size of the pages of a hugetlb mapping; 0: no such mapping, or unknown
 * @written: it has anonymous pages
 * @before: the mapping before it touches it and has memory of the same kind
 * @after: the mapping after it touches it and has memory of the same kind
 * @eligible: THPeligible of smaps; -1: not read
 */
struct huge_mapping {
	uint64_t start;
	uint64_t end;
	uint64_t vm_flags;
	uint64_t offset;
	uint32_t kind;
	uint32_t facts;
	bool shmem;
	bool unlinked;
	uint8_t mount;
	uint64_t file_size;
	unsigned int hugetlb_shift;
	bool written;
	bool before;
	bool after;
	int eligible;
};

/** struct huge_part - consecutive frames in a slot */
struct huge_part {
	uint64_t pfn;
	uint32_t pages;
};

/**
 * struct huge_slot - numbers of pages of a slot, by property
 * @mapped: one leaf maps the slot
 * @table: the slot has a page table; 1, 0, or -1: unknown
 * @directory: there is a table of the level above; 1, 0, or -1: unknown
 * @data: its extent of the file has pages; 1, 0, or -1: unknown
 * @present: pages with a frame
 * @writable: with a writable entry
 * @young: with an accessed entry
 * @zero: mapped to the page of zeroes
 * @swapped: swapped out, or on their way to another frame
 * @shared: mapped more than once
 * @anon: anonymous pages
 * @lazyfree: freed with MADV_FREE and not written since
 * @uffd: with the bit of userfaultfd
 * @guard: guard markers
 * @hwpoison: failed pages
 * @device: without use of a struct page, or of a device
 * @huge_folio: of a folio of the size of a slot
 * @locked: not on a list of reclaim
 * @pinned: with more references than mappings explain
 * @raced: changed during each read
 * @part: consecutive frames, for a read of their references
 * @nr_parts: number of @part
 */
struct huge_slot {
	bool mapped;
	int table;
	int directory;
	int data;
	uint32_t present;
	uint32_t writable;
	uint32_t young;
	uint32_t zero;
	uint32_t swapped;
	uint32_t shared;
	uint32_t anon;
	uint32_t lazyfree;
	uint32_t uffd;
	uint32_t guard;
	uint32_t hwpoison;
	uint32_t device;
	uint32_t huge_folio;
	uint32_t locked;
	uint32_t pinned;
	uint32_t raced;
	struct huge_part part[HUGE_PAGES_MAX];
	unsigned int nr_parts;
};

/**
 * struct huge - the rules in force
 * @rules: of the kernel
 * @thp: the settings
 * @shift: log2 of the bytes of a slot
 */
struct huge {
	const struct huge_rules *rules;
	const struct inspect_thp *thp;
	unsigned int shift;
};

unsigned int huge__slot_shift(const struct pgwalk_info *info);
void huge__init(struct huge *h, const struct inspect_thp *thp, unsigned int shift);
uint32_t huge__rules_version(const struct huge *h);
bool huge__is_exact(const struct huge *h);
bool huge__needs_tables(const struct huge *h, const struct huge_mapping *m);
bool huge__needs_eligible(const struct huge *h, const struct huge_mapping *m);
void huge__add(struct huge_slot *slot, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end,
	       unsigned int shift);
void huge__add_frame(struct huge_slot *slot, const struct pgwalk_frame *frame);
void huge__judge(const struct huge *h, const struct huge_mapping *m, const struct huge_slot *slot,
		 struct inspect_huge *row);
void huge__judge_part(const struct huge *h, const struct huge_mapping *m, struct inspect_huge *row);
bool huge__merge(struct inspect_huge *run, const struct inspect_huge *next);
int huge__eligible(const struct huge *h, const struct huge_mapping *m);
bool huge__is_anonymous(const struct pgwalk_vma *vma);
int8_t huge__vma_eligible(const struct huge *h, const struct pgwalk_vma *vma, int known);

#endif
