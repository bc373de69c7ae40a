// SPDX-License-Identifier: GPL-2.0
/*
 * Copies a page table of any level out, as a whole, by the rules that walk.c lists. It
 * must not decode an entry, nor keep a pointer into a table.
 */
#include <linux/irqflags.h>
#include <linux/mm.h>

#include "descent.h"
#include "walk.h"

#define TRIES	8	/* then a table counts as raced */

/*
 * The entry that points to the table of a level with the entry for an address; 0: there
 * is no such table. Interrupts are off.
 */
static u64 find_table(struct mm_struct *mm, unsigned long addr, unsigned int level)
{
	u64 values[PGWALK_LEVEL_PGD + 1];

	if (pgwalk_descend(mm, addr, values).level > level)
		return 0;
	return values[pgwalk_walk_level_above(level)];
}

/* Copy. Is one of the entries empty? */
static bool copy_entries(struct pgwalk_copy *copy, const u64 *table, unsigned int nr)
{
	u64 *to = copy->entry;		/* an index into the array is checked by UBSAN */
	bool empty = false;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		to[i] = READ_ONCE(table[i]);
		empty |= !to[i];
	}
	copy->pfn = __pa(table) >> PAGE_SHIFT;
	copy->nr = nr;
	return empty;
}

/*
 * Rule 4: copy a table in which entries read as empty again, under its lock. Not with
 * PREEMPT_RT, where that lock sleeps. Interrupts are off.
 */
static int copy_locked(struct mm_struct *mm, unsigned int level, u64 value,
		       struct pgwalk_copy *copy)
{
	const u64 *table = pgwalk_entry_x86_table(value);
	struct pgwalk_descent at = {
		.level = level,
		.entry = (void *)table,
		.value = value,
	};
	spinlock_t *lock = pgwalk_descent_lock(mm, &at);

	if (!lock || IS_ENABLED(CONFIG_PREEMPT_RT))
		return 0;
	if (!spin_trylock(lock))
		return -EBUSY;
	copy_entries(copy, table, PTRS_PER_PTE);
	spin_unlock(lock);
	return 0;
}

/* One try. Interrupts are off. -EAGAIN: it is not the table any more; -EBUSY: locked. */
static int copy_table(struct mm_struct *mm, unsigned long addr, unsigned int level,
		      struct pgwalk_copy *copy)
{
	u64 value;
	int err = 0;

	if (level == PGWALK_LEVEL_PGD) {	/* the root stays: rule 3 */
		copy_entries(copy, (const u64 *)mm->pgd, PTRS_PER_PGD / 2);
		return 0;
	}
	value = find_table(mm, addr, level);
	if (!value)
		return -ENOENT;
	if (copy_entries(copy, pgwalk_entry_x86_table(value), PTRS_PER_PTE))
		err = copy_locked(mm, level, value, copy);
	return (find_table(mm, addr, level) ^ value) & ~(u64)_PAGE_ACCESSED ? -EAGAIN : err;
}

/**
 * pgwalk_walk_copy - copy the table of a level that has the entry for an address
 * @hold: begun; pgwalk_hold_window() was asked for @addr (rule 2)
 * @addr: an address of the user half
 * @level: enum pgwalk_level
 * @copy: filled in; on -EAGAIN as it was read last, from a table that was on its way out
 *
 * A pmd that is empty because its pages are being collapsed is copied as empty.
 *
 * Context: within the hold. Interrupts are off meanwhile.
 * Return: 0; -EBUSY: it was locked each time: entries of @copy that are empty need not be;
 * -EAGAIN: it changed each time; -ENOENT: there is none.
 */
int pgwalk_walk_copy(struct pgwalk_hold *hold, unsigned long addr, unsigned int level,
		     struct pgwalk_copy *copy)
{
	unsigned long flags;
	unsigned int try;
	int err = -EAGAIN;

	for (try = 0; try < TRIES && (err == -EAGAIN || err == -EBUSY); try++) {
		if (try)
			cpu_relax();
		local_irq_save(flags);		/* rule 1 */
		err = copy_table(hold->mm, addr, level, copy);
		local_irq_restore(flags);
	}
	hold->steps++;
	hold->tables += !err || err == -EBUSY;
	hold->raced += err == -EAGAIN || err == -EBUSY;
	return err;
}
