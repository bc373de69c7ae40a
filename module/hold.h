/* SPDX-License-Identifier: GPL-2.0 */
/* A short hold on an address space, in which its page tables may be read. */
#ifndef PGWALK_HOLD_H
#define PGWALK_HOLD_H

#include <linux/ktime.h>
#include <linux/types.h>

struct mm_struct;

/**
 * struct pgwalk_hold - a hold, and what is known in it
 * @mm:		the caller holds its mm_count, and that only
 * @vmas:	VMAs will be looked at: mmap_lock is taken though the tables may not need it
 * @began:	when it began
 * @steps:	reads so far
 * @tables:	of these, tables of ptes
 * @raced:	of these, given up
 * @waits:	holds in a row that ended before a table that somebody is changing
 * @seq:	what pgwalk_hold_watch() saw
 * @watched:	nobody was changing mappings then
 * @window:	tables may be read up to here
 * @vma:	of the VMA around the last address asked for, by value
 */
struct pgwalk_hold {
	struct mm_struct *mm;
	bool vmas;
	ktime_t began;
	unsigned int steps;
	unsigned int tables;
	unsigned int raced;
	unsigned int waits;
	unsigned int seq;
	bool watched;
	unsigned long window;
	struct pgwalk_hold_vma {
		unsigned long start;
		unsigned long end;
		bool accessible;
		bool anonymous;
		bool tracked;
	} vma;
};

int pgwalk_hold_begin(struct pgwalk_hold *hold);
void pgwalk_hold_end(struct pgwalk_hold *hold);
bool pgwalk_hold_is_over(const struct pgwalk_hold *hold);
bool pgwalk_hold_window(struct pgwalk_hold *hold, unsigned long *addr, unsigned long end);
void pgwalk_hold_watch(struct pgwalk_hold *hold);
bool pgwalk_hold_was_changed(const struct pgwalk_hold *hold);
bool pgwalk_hold_ask_vma(struct pgwalk_hold *hold, unsigned long addr);

#endif /* PGWALK_HOLD_H */
