/* SPDX-License-Identifier: GPL-2.0 */
/* A short hold on an address space, in which its page tables may be read. */
#ifndef PGWALK_HOLD_H
#define PGWALK_HOLD_H

#include <linux/ktime.h>
#include <linux/types.h>

struct mm_struct;
struct vm_area_struct;

/**
 * struct pgwalk_hold - a hold, and what is known in it
 * @mm:		the caller holds its mm_count, and that only
 * @vmas:	VMAs will be looked at: mmap_lock is taken though the tables may not need it
 * @began:	when it began
 * @steps:	reads so far
 * @tables:	of these, tables of ptes
 * @raced:	of these, given up
 * @waits:	holds in a row that ended at a table whose lock was taken
 * @sleeps:	ticks slept before holds for that reason, since the walk began
 * @seq:	as pgwalk_hold_watch() read it
 * @watched:	mmap_lock was not held for writing then
 * @window:	tables may be read up to here
 * @vma:	of the VMA around the last address looked up, by value
 * @unswapped:	a range of addresses without swapped shared memory (pgwalk_shmem_read())
 */
struct pgwalk_hold {
	struct mm_struct *mm;
	bool vmas;
	ktime_t began;
	unsigned int steps;
	unsigned int tables;
	unsigned int raced;
	unsigned int waits;
	unsigned int sleeps;
	unsigned int seq;
	bool watched;
	unsigned long window;
	struct pgwalk_hold_vma {
		unsigned long start;
		unsigned long end;
		bool accessible;
		bool anonymous;
		bool tracked;
		bool shares_tables;
	} vma;
	struct {
		unsigned long start;
		unsigned long end;
	} unswapped;
};

/**
 * struct pgwalk_hold_mapping - a mapping that is locked for reading
 * @vma:	locked for reading; NULL: mmap_lock is
 * @end:	where the mapping, or the range without one, ends
 */
struct pgwalk_hold_mapping {
	struct vm_area_struct *vma;
	unsigned long end;
};

int pgwalk_hold_begin(struct pgwalk_hold *hold);
void pgwalk_hold_end(struct pgwalk_hold *hold);
bool pgwalk_hold_is_over(const struct pgwalk_hold *hold);
bool pgwalk_hold_may_wait(const struct pgwalk_hold *hold);
bool pgwalk_hold_window(struct pgwalk_hold *hold, unsigned long *addr, unsigned long end);
void pgwalk_hold_watch(struct pgwalk_hold *hold);
bool pgwalk_hold_was_changed(const struct pgwalk_hold *hold);
int pgwalk_hold_lock_mapping(struct pgwalk_hold *hold, unsigned long addr,
			     struct pgwalk_hold_mapping *mapping);
void pgwalk_hold_unlock_mapping(struct pgwalk_hold *hold, struct pgwalk_hold_mapping *mapping);
int pgwalk_hold_lock_file(struct pgwalk_hold *hold, unsigned long addr,
			  struct pgwalk_hold_mapping *mapping);
void pgwalk_hold_unlock_file(struct pgwalk_hold *hold, struct pgwalk_hold_mapping *mapping);
bool pgwalk_hold_ask_vma(struct pgwalk_hold *hold, unsigned long addr);

#endif /* PGWALK_HOLD_H */
