/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Short sections in which the page tables of an address space may be read. */
#ifndef PGWALK_MM_SECTION_H
#define PGWALK_MM_SECTION_H

#include <linux/ktime.h>
#include <linux/types.h>

struct mm_struct;
struct vm_area_struct;

/**
 * struct pgwalk_vma_hint - the VMA that the last section of a reader found
 * @vma:	VMA; NULL: none. It is used only in a section with mmap_lock, if @writes is still the
 *		count of the mm
 * @writes:	holds of mmap_lock for writing until @found
 * @found:	time at which the section with @vma began
 */
struct pgwalk_vma_hint {
	struct vm_area_struct *vma;
	u32 writes;
	ktime_t found;
};

/**
 * struct pgwalk_mm_section - a section in which page tables may be read, and its state
 * @mm:		address space; the caller holds mm_count only
 * @vmas:	VMAs will be read: mmap_lock is taken even if the tables do not need it
 * @hint:	VMA that pgwalk_mm_section_find_vma() tests first, of @mm; NULL: it has none
 * @began:	time of pgwalk_mm_section_begin()
 * @steps:	number of reads so far
 * @tables:	number of reads that read a table of ptes
 * @raced:	number of reads that were abandoned
 * @waits:	consecutive sections that ended at a table with a held lock
 * @sleeps:	ticks slept before sections for that reason, since the walk began
 * @seq:	sequence count that pgwalk_mm_section_watch() read
 * @watched:	mmap_lock was not held for writing at pgwalk_mm_section_watch()
 * @window:	end of the range in which tables may be read
 * @vma:	attributes of the VMA around the last address that was looked up
 * @unswapped:	a range of addresses without swapped shared memory (pgwalk_shmem_read())
 */
struct pgwalk_mm_section {
	struct mm_struct *mm;
	bool vmas;
	struct pgwalk_vma_hint *hint;
	ktime_t began;
	unsigned int steps;
	unsigned int tables;
	unsigned int raced;
	unsigned int waits;
	unsigned int sleeps;
	unsigned int seq;
	bool watched;
	unsigned long window;
	struct pgwalk_section_vma {
		unsigned long start;
		unsigned long end;
		u64 flags;
		bool anonymous;
	} vma;
	struct {
		unsigned long start;
		unsigned long end;
	} unswapped;
};

/**
 * struct pgwalk_section_mapping - a mapping that is locked for reading
 * @vma:	VMA that is locked for reading; NULL: mmap_lock is locked instead
 * @end:	end of the mapping, or of the range without one
 */
struct pgwalk_section_mapping {
	struct vm_area_struct *vma;
	unsigned long end;
};

/**
 * pgwalk_mm_section_init - set a section that reads VMAs
 * @section: @mm, @vmas, @hint, @waits and @sleeps are set; pgwalk_mm_section_begin() and
 *	pgwalk_mm_section_watch() set the others
 * @mm: address space; the caller holds mm_count
 * @hint: may be NULL
 *
 * Context: any.
 */
static inline void pgwalk_mm_section_init(struct pgwalk_mm_section *section, struct mm_struct *mm,
					  struct pgwalk_vma_hint *hint)
{
	section->mm = mm;
	section->vmas = true;
	section->hint = hint;
	section->waits = 0;
	section->sleeps = 0;
}

int pgwalk_mm_section_begin(struct pgwalk_mm_section *section);
void pgwalk_mm_section_end(struct pgwalk_mm_section *section);
bool pgwalk_mm_section_is_over(const struct pgwalk_mm_section *section);
bool pgwalk_mm_section_may_wait(const struct pgwalk_mm_section *section);
bool pgwalk_mm_section_find_window(struct pgwalk_mm_section *section, unsigned long *addr,
				   unsigned long end);

/**
 * pgwalk_mm_section_window - find the next range in which tables may be read
 * @section: begun; @window is set to the end of the range
 * @addr: in: address wanted; out: first address at or after it that may be read
 * @end: first address after the wanted range
 *
 * Context: within the section; addresses of successive calls ascend.
 * Return: true; false: there is no VMA before @end.
 */
static inline bool pgwalk_mm_section_window(struct pgwalk_mm_section *section, unsigned long *addr,
					    unsigned long end)
{
	return *addr < section->window || pgwalk_mm_section_find_window(section, addr, end);
}

struct vm_area_struct *pgwalk_mm_section_find_vma(struct pgwalk_mm_section *section,
						  unsigned long addr);
void pgwalk_mm_section_watch(struct pgwalk_mm_section *section);
bool pgwalk_mm_section_was_changed(const struct pgwalk_mm_section *section);
int pgwalk_mm_section_lock_mapping(struct pgwalk_mm_section *section, unsigned long addr,
				   struct pgwalk_section_mapping *mapping);
void pgwalk_mm_section_unlock_mapping(struct pgwalk_mm_section *section,
				      struct pgwalk_section_mapping *mapping);
int pgwalk_mm_section_lock_file(struct pgwalk_mm_section *section, unsigned long addr,
				struct pgwalk_section_mapping *mapping);
void pgwalk_mm_section_unlock_file(struct pgwalk_mm_section *section,
				   struct pgwalk_section_mapping *mapping);
bool pgwalk_mm_section_read_vma(struct pgwalk_mm_section *section, unsigned long addr);

#endif /* PGWALK_MM_SECTION_H */
