// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Copies the local descriptor table (LDT) of an address space (x86).
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <asm/desc_defs.h>
#include <asm/mmu_context.h>

#include "ldt.h"

#ifdef CONFIG_MODIFY_LDT_SYSCALL

/**
 * pgwalk_ldt_read - copy entries of an LDT
 * @mm: the caller holds its mm_count, which keeps the table until the last put
 * @first: index of the first entry
 * @to: room for @nr descriptors
 * @nr: maximum of entries to copy
 * @total: set to the number of entries in the table; 0: there is no table
 *
 * Context: process context, may sleep. Takes the lock under which modify_ldt() replaces the
 * table and frees the old one.
 * Return: number of entries copied; -EINTR: a fatal signal.
 */
int pgwalk_ldt_read(struct mm_struct *mm, unsigned int first, u64 *to, unsigned int nr,
		    unsigned int *total)
{
	const struct ldt_struct *ldt;
	unsigned int copied = 0;

	static_assert(sizeof(*ldt->entries) == sizeof(*to));
	/* Most processes have no LDT, and need not wait for modify_ldt(). */
	*total = 0;
	if (!READ_ONCE(mm->context.ldt))
		return 0;
	if (mutex_lock_killable(&mm->context.lock))
		return -EINTR;
	ldt = mm->context.ldt;
	if (ldt) {
		*total = ldt->nr_entries;
		if (first < *total)
			copied = min(nr, *total - first);
		if (copied)
			memcpy(to, ldt->entries + first, copied * sizeof(*to));
	}
	mutex_unlock(&mm->context.lock);
	return copied;
}

#else

/* Without modify_ldt() no process has an LDT. */
int pgwalk_ldt_read(struct mm_struct *mm, unsigned int first, u64 *to, unsigned int nr,
		    unsigned int *total)
{
	*total = 0;
	return 0;
}

#endif
