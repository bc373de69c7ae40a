// SPDX-License-Identifier: GPL-2.0
/*
 * Copies the local descriptor table of an address space (x86). It must not judge what
 * is in it.
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
 * @mm: the caller holds its mm_count, which keeps the table until the last is put
 * @first: index of the first entry
 * @to: room for @nr descriptors
 * @nr: how many are wanted
 * @total: set to the entries that the table has; 0: there is none
 *
 * Context: process context, may sleep: modify_ldt() replaces the table, and frees the
 * old one, under the lock that is taken here.
 * Return: entries copied; -EINTR: a fatal signal.
 */
int pgwalk_ldt_read(struct mm_struct *mm, unsigned int first, u64 *to, unsigned int nr,
		    unsigned int *total)
{
	const struct ldt_struct *ldt;
	unsigned int copied = 0;

	static_assert(sizeof(*ldt->entries) == sizeof(*to));
	/* Most have none: they need not wait for one that is just being made. */
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

/* Without modify_ldt() nobody has an LDT. */
int pgwalk_ldt_read(struct mm_struct *mm, unsigned int first, u64 *to, unsigned int nr,
		    unsigned int *total)
{
	*total = 0;
	return 0;
}

#endif
