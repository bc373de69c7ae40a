// SPDX-License-Identifier: GPL-2.0
/*
 * Walks page tables: with descent.h and walk_copy.c the only code that touches
 * page-table memory. It copies entries out and decodes none; it must not allocate,
 * print, write to a table or keep a pointer into one past the function that found it.
 *
 * What keeps a table from being freed under the walk, and where it is relied upon:
 *
 * 1. Interrupts are off from the first entry to the last (pgwalk_descend()
 *    and its callers). This is the rule of get_user_pages_fast(). It holds off what frees
 *    tables through RCU or sends an IPI to every CPU first: collapsing into a huge
 *    page, retracting the table of a file mapping, unsharing a hugetlb table, and
 *    munmap() where tables of every mm are freed through RCU.
 * 2. Where they are not (x86 before 6.14), munmap() frees a table after an IPI to
 *    the CPUs in mm_cpumask(mm). This CPU is not among them for the mm of somebody
 *    else: pgwalk_hold_begin() takes mmap_lock, and pgwalk_hold_window() keeps the
 *    walk inside VMAs, whose tables cannot be freed with that lock held. For
 *    current->mm this CPU is among them: pgwalk_walk_current() makes sure.
 * 3. mm_users is held (pgwalk_hold_begin()), so that exit_mmap() frees no table and
 *    the root stays.
 *
 * Every entry is read once, into a local, and the next table is computed from the
 * local: two reads of one entry may differ.
 *
 * What is empty for a moment only must not be told as missing. Whoever changes a pte of
 * a page that stays has the lock of the table (table_is_locked()); who collapses pages
 * into a huge one empties the pmd with mmap_lock held for writing (pgwalk_hold_watch()).
 * An empty entry that was read meanwhile does not count: the hold ends, to let them go
 * on, and it is read again. Who keeps at it has what is empty told as raced.
 */
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "compat.h"
#include "descent.h"
#include "entry.h"
#include "walk.h"

#define TRIES	3	/* then a table counts as raced */
#define WAITS	32	/* for who has the lock of a table: far above what it is held for */

/*
 * Whoever changes a pte of a page that stays (to move, age or protect it) empties it
 * first, and has the table's lock until it is filled again. So an empty pte may be told
 * as empty only if nobody has the lock, before it is read and after. The lock is looked
 * at, not taken: nobody waits for us.
 */
static __always_inline bool table_is_locked(struct mm_struct *mm, const struct pgwalk_descent *at)
{
	pmd_t pmd = __pmd(at->value);

	return spin_is_locked(pte_lockptr(mm, &pmd));
}

/* One try at the entry that maps an address. Interrupts are off. False: raced. */
static __always_inline bool read_entry(struct mm_struct *mm, unsigned long addr, u64 *values,
				       struct pgwalk_found_entry *found)
{
	struct pgwalk_descent at = pgwalk_descend(mm, addr, values);

	found->level = at.level;
	found->value = at.value;
	if (at.level != PGWALK_LEVEL_PTE)
		return true;
	found->value = pte_val(READ_ONCE(*pgwalk_descent_pte(&at, addr)));
	return pgwalk_descent_is_unchanged(&at);
}

/* The same for those who can come again: a pte that is empty is so for good. */
static bool read_settled_entry(struct mm_struct *mm, unsigned long addr, u64 *values,
			       struct pgwalk_found_entry *found)
{
	struct pgwalk_descent at = pgwalk_descend(mm, addr, values);
	bool locked;

	found->level = at.level;
	found->value = at.value;
	if (at.level != PGWALK_LEVEL_PTE)
		return true;
	locked = table_is_locked(mm, &at);
	smp_rmb();	/* the lock, the pte, the lock */
	found->value = pte_val(READ_ONCE(*pgwalk_descent_pte(&at, addr)));
	smp_rmb();	/* likewise */
	locked |= table_is_locked(mm, &at);
	return pgwalk_descent_is_unchanged(&at) && (found->value || !locked);
}

/* Where the next entry of the same table begins that is not empty. Interrupts off. */
static unsigned long skip_empty(const struct pgwalk_descent *at, unsigned int shift,
				unsigned long addr, unsigned long end)
{
	const unsigned long *entry = at->entry;
	unsigned long size = 1UL << shift;

	do {
		addr = (addr | (size - 1)) + 1;
		entry++;
	} while (addr < end && (addr >> shift) % PTRS_PER_PTE && !READ_ONCE(*entry));
	return addr;
}

/* Copy the ptes of [start, end), which lie in one table. Interrupts are off. */
static void copy_ptes(struct pgwalk_table *table, const pte_t *pte, unsigned long end)
{
	unsigned int nr = (end - table->start) >> PAGE_SHIFT;
	unsigned int i;

	/* Not memcpy(), which need not copy a whole entry at once. */
#pragma GCC unroll 8
	for (i = 0; i < nr; i++)
		table->pte[i] = READ_ONCE(pte[i]);
	table->nr = nr;
	table->found = PGWALK_FOUND_TABLE;
	table->next = end;
}

static bool has_empty(const struct pgwalk_table *table)
{
	unsigned int i;

	for (i = 0; i < table->nr; i++)
		if (!pgwalk_entry_raw(table->pte[i]))
			return true;
	return false;
}

/*
 * One try at the table of ptes. Interrupts are off. -EAGAIN: it is not the table any more;
 * -EBUSY: somebody is changing it, and what seems empty need not be.
 */
static int read_ptes(struct mm_struct *mm, const struct pgwalk_descent *at, unsigned long addr,
		     unsigned long end, struct pgwalk_table *table)
{
	bool locked = table_is_locked(mm, at);

	smp_rmb();	/* the lock, the ptes, the lock */
	copy_ptes(table, pgwalk_descent_pte(at, addr), pmd_addr_end(addr, end));
	smp_rmb();	/* likewise */
	locked |= table_is_locked(mm, at);
	if (!pgwalk_descent_is_unchanged(at))
		return -EAGAIN;
	return unlikely(locked) && has_empty(table) ? -EBUSY : 0;
}

/* A pmd that is empty while somebody collapses pages need not be. */
static bool is_empty_pmd(unsigned int level, u64 value)
{
	return level == PGWALK_LEVEL_PMD && !value;
}

/* One try at what there is at @addr. Interrupts are off. Errors as read_ptes(). */
static int read_table(struct mm_struct *mm, unsigned long addr, unsigned long end,
		      struct pgwalk_table *table)
{
	struct pgwalk_descent at = pgwalk_descend(mm, addr, NULL);
	unsigned int shift;

	table->start = addr;
	if (at.level == PGWALK_LEVEL_PTE)
		return read_ptes(mm, &at, addr, end, table);
	shift = pgwalk_entry_shift(at.level);
	table->level = at.level;
	table->value = at.value;
	if (!table->value) {
		table->found = PGWALK_FOUND_HOLE;
		table->next = skip_empty(&at, shift, addr, end);
	} else {
		/* Told whole, though the range may begin or end within it. */
		table->found = PGWALK_FOUND_ENTRY;
		table->start = addr & ~((1UL << shift) - 1);
		table->next = table->start + (1UL << shift);
	}
	return 0;
}

/**
 * pgwalk_walk_read - read what there is at the cursor, and move it
 * @walk: its hold is begun
 * @table: filled in if the answer is true
 *
 * Context: within the hold. Interrupts are off for one table at a time.
 * Return: true; false: the hold is used up, by time or because somebody is in the middle
 * of changing the table (@walk stays there), or the range is done.
 */
bool pgwalk_walk_read(struct pgwalk_walk *walk, struct pgwalk_table *table)
{
	struct pgwalk_hold *hold = &walk->hold;
	unsigned long flags;
	unsigned int try;
	int err = -EAGAIN;

	if (walk->addr >= walk->end || pgwalk_hold_is_over(hold))
		return false;
	if (!pgwalk_hold_window(hold, &walk->addr, walk->end)) {	/* rule 2 */
		walk->addr = walk->end;
		return false;
	}
	for (try = 0; try < TRIES && err; try++) {
		pgwalk_hold_watch(hold);
		local_irq_save(flags);		/* rule 1 */
		err = read_table(hold->mm, walk->addr, hold->window, table);
		local_irq_restore(flags);
		if (!err && table->found == PGWALK_FOUND_HOLE &&
		    is_empty_pmd(table->level, table->value) && pgwalk_hold_was_changed(hold))
			err = -EBUSY;
	}
	if (err == -EBUSY && hold->waits < WAITS) {
		hold->waits++;
		return false;
	}
	hold->waits = 0;
	table->unsettled = err == -EBUSY && table->found == PGWALK_FOUND_TABLE;
	if (err && !table->unsettled)
		table->found = PGWALK_FOUND_RACED;
	hold->raced += !!err;
	hold->steps++;
	hold->tables += table->found == PGWALK_FOUND_TABLE;
	walk->addr = table->next;
	return true;
}

/**
 * pgwalk_walk_path - read the entries of all levels for one address
 * @hold: begun
 * @addr: an address of the user half
 * @path: filled in
 *
 * Context: within the hold. Interrupts are off meanwhile.
 * Return: 0; -EAGAIN: it changed each time; -ENOENT: there is no VMA, and without
 * one this kernel does not protect the tables.
 */
int pgwalk_walk_path(struct pgwalk_hold *hold, unsigned long addr,
		     struct pgwalk_path *path)
{
	unsigned long first = addr;
	unsigned long flags;
	unsigned int try;
	bool ok = false;
	struct pgwalk_found_entry found;

	if (!pgwalk_hold_window(hold, &first, addr + 1))	/* rule 2 */
		return -ENOENT;
	for (try = 0; try < TRIES && !ok; try++) {
		pgwalk_hold_watch(hold);
		local_irq_save(flags);		/* rule 1 */
		ok = read_settled_entry(hold->mm, addr, path->value, &found);
		local_irq_restore(flags);
		if (is_empty_pmd(found.level, found.value) && pgwalk_hold_was_changed(hold))
			ok = false;
	}
	if (!ok)
		return -EAGAIN;
	path->level = found.level;
	path->value[found.level] = found.value;
	return 0;
}

/**
 * pgwalk_walk_mapped - read the entries of all levels for one address of a VMA that is in
 * a reverse map
 * @vma: found in i_mmap of a file, or in the tree of an anon_vma
 * @addr: within @vma
 * @path: filled in
 *
 * In the place of rule 2: munmap() and exit_mmap() take a VMA out of both trees before
 * they free a table of its range, and mremap() moves tables only with both locked, all
 * with the lock held for writing that the caller holds for reading. In the place of rule
 * 3: the root is freed with the mm, which is kept by its VMAs.
 *
 * Context: i_mmap_rwsem of the file, or rwsem of the root of the anon_vma, is held for
 * reading since @vma was found. Interrupts are off meanwhile.
 * Return: 0; -EAGAIN: it changed each time.
 */
int pgwalk_walk_mapped(const struct vm_area_struct *vma, unsigned long addr,
		       struct pgwalk_path *path)
{
	struct pgwalk_found_entry found;
	unsigned long flags;
	unsigned int try;
	bool ok = false;

	for (try = 0; try < TRIES && !ok; try++) {
		local_irq_save(flags);		/* rule 1 */
		ok = read_settled_entry(vma->vm_mm, addr, path->value, &found);
		local_irq_restore(flags);
	}
	if (!ok)
		return -EAGAIN;
	path->level = found.level;
	path->value[found.level] = found.value;
	return 0;
}

/*
 * Rule 2 for the tables of current->mm. False in the middle of a switch to or from this
 * mm only: this CPU would not be told of tables that are freed. Interrupts are off.
 */
static __always_inline bool is_told_of_frees(struct mm_struct *mm)
{
	return PGWALK_TABLES_RCU || likely(cpumask_test_cpu(smp_processor_id(), mm_cpumask(mm)));
}

/**
 * pgwalk_walk_current - read the entry that maps an address in the current process
 * @addr: an address of the user half
 *
 * Context: any but NMI; takes no lock and never sleeps. current->mm is not NULL;
 * rule 3 holds, since current uses it.
 * Return: the entry, in registers. In place of its level -EAGAIN: it changed each time;
 * -EBUSY: this CPU would not be told of tables that are freed.
 */
struct pgwalk_found_entry pgwalk_walk_current(unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	struct pgwalk_found_entry found;
	unsigned long flags;
	unsigned int try;
	bool ok;

	for (try = 0; try < TRIES; try++) {
		local_irq_save(flags);		/* rule 1 */
		if (!is_told_of_frees(mm)) {
			local_irq_restore(flags);
			return (struct pgwalk_found_entry){ .level = -EBUSY };
		}
		ok = read_entry(mm, addr, NULL, &found);
		local_irq_restore(flags);
		if (likely(ok))
			return found;
	}
	return (struct pgwalk_found_entry){ .level = -EAGAIN };
}

/* One try at counting. Interrupts are off. */
static int count_present(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct pgwalk_descent at;
	const pte_t *pte;
	int n = 0;

	if (!is_told_of_frees(mm))
		return -EBUSY;
	at = pgwalk_descend(mm, start, NULL);
	if (at.level != PGWALK_LEVEL_PTE)
		return 0;
	pte = pgwalk_descent_pte(&at, start);
	for (; start < end; start += PAGE_SIZE, pte++)
		n += pgwalk_entry_x86_is_present(pte_val(READ_ONCE(*pte)));
	return pgwalk_descent_is_unchanged(&at) ? n : -EAGAIN;
}

/**
 * pgwalk_walk_current_present - count the pages that the ptes of a range of the current
 * process map
 * @start: an address of the user half
 * @end: behind the range, which has entries in one table only
 *
 * Context: as pgwalk_walk_current().
 * Return: how many; 0 where there is no table of ptes; -EAGAIN, -EBUSY as there.
 */
int pgwalk_walk_current_present(unsigned long start, unsigned long end)
{
	unsigned long flags;
	unsigned int try;
	int n = -EAGAIN;

	for (try = 0; try < TRIES && n == -EAGAIN; try++) {
		local_irq_save(flags);		/* rule 1 */
		n = count_present(current->mm, start & PAGE_MASK, end);
		local_irq_restore(flags);
	}
	return n;
}
