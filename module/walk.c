// SPDX-License-Identifier: GPL-2.0
/*
 * Walks page tables: the only code that touches page-table memory. It copies
 * entries out and decodes none; it must not allocate, print, write to a table or
 * keep a pointer into one past the function that found it.
 *
 * What keeps a table from being freed under the walk, and where it is relied upon:
 *
 * 1. Interrupts are off from the first entry to the last (descend() and its
 *    callers). This is the rule of get_user_pages_fast(). It holds off what frees
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
 */
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "compat.h"
#include "entry.h"
#include "entry_x86.h"
#include "walk.h"

#define TRIES	3	/* then a table counts as raced */
#define WAITS	32	/* for who has the lock of a table: far above what it is held for */

/**
 * struct descent - where a walk from the root came to
 * @level:	of the last entry that was read; PGWALK_LEVEL_PTE: that is the pmd, it points
 *		to a table of ptes, and none of these was read yet
 * @entry:	the last entry that was read, in its table
 * @value:	what it was
 */
struct descent {
	unsigned int level;
	void *entry;
	u64 value;
};

/* What the kernel would go on with, by its own predicates: for what is not clear at sight. */
static noinline bool judge(unsigned int level, u64 value)
{
	switch (level) {
	case PGWALK_LEVEL_PGD:
		return !pgd_none(__pgd(value)) && !pgd_bad(__pgd(value));
	case PGWALK_LEVEL_P4D:
		return !p4d_none(__p4d(value)) && p4d_present(__p4d(value)) &&
		       !p4d_bad(__p4d(value));
	case PGWALK_LEVEL_PUD:
		return !pud_none(__pud(value)) && !pgwalk_pud_leaf(__pud(value)) &&
		       pud_present(__pud(value)) && !pud_bad(__pud(value));
	default:
		return !pmd_none(__pmd(value)) && pmd_present(__pmd(value)) &&
		       !pmd_leaf(__pmd(value)) && !pmd_bad(__pmd(value));
	}
}

/* An entry with PSE set is no table on any level, be it present or not. */
static __always_inline bool is_table(unsigned int level, u64 value)
{
	return likely(pgwalk_entry_x86_is_table(value)) ||
	       (value && !(value & _PAGE_PSE) && judge(level, value));
}

/*
 * Go down from the root until there is no table to go on with. The result is good as
 * long as interrupts stay off. @values, if not NULL, is given all that was read.
 */
static __always_inline struct descent descend(struct mm_struct *mm, unsigned long addr,
					      u64 *values)
{
	struct descent at = { .level = PGWALK_LEVEL_PGD };
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pgd_t *pgd;

	/* Rule 1. Rules 2 and 3 are the callers'. */
	lockdep_assert_irqs_disabled();

	/* With PTI this is the kernel's pgd; user mode has a copy, not walked. */
	pgd = pgd_offset(mm, addr);
	at.entry = pgd;
	at.value = pgd_val(READ_ONCE(*pgd));
	if (values)
		values[PGWALK_LEVEL_PGD] = at.value;

	/* With four levels the pgd is the p4d: there is no entry between. */
	if (pgtable_l5_enabled()) {
		if (!is_table(PGWALK_LEVEL_PGD, at.value))
			return at;
		p4d = (p4d_t *)pgwalk_entry_x86_table(at.value) + p4d_index(addr);
		at = (struct descent){ PGWALK_LEVEL_P4D, p4d, p4d_val(READ_ONCE(*p4d)) };
		if (values)
			values[PGWALK_LEVEL_P4D] = at.value;
	}
	if (!is_table(PGWALK_LEVEL_P4D, at.value))
		return at;

	pud = (pud_t *)pgwalk_entry_x86_table(at.value) + pud_index(addr);
	at = (struct descent){ PGWALK_LEVEL_PUD, pud, pud_val(READ_ONCE(*pud)) };
	if (values)
		values[PGWALK_LEVEL_PUD] = at.value;
	if (!is_table(PGWALK_LEVEL_PUD, at.value))
		return at;

	pmd = (pmd_t *)pgwalk_entry_x86_table(at.value) + pmd_index(addr);
	at = (struct descent){ PGWALK_LEVEL_PMD, pmd, pmd_val(READ_ONCE(*pmd)) };
	if (values)
		values[PGWALK_LEVEL_PMD] = at.value;
	if (is_table(PGWALK_LEVEL_PMD, at.value))
		at.level = PGWALK_LEVEL_PTE;
	return at;
}

/*
 * Is this still the table? If not, what was read from it may be of a table on its
 * way out, though not of one that was freed. The CPU and the aging of pages set
 * and clear the accessed bit at any time: it says nothing.
 */
static __always_inline bool table_unchanged(const struct descent *at)
{
	u64 now = pmd_val(READ_ONCE(*(pmd_t *)at->entry));

	return !((now ^ at->value) & ~(u64)_PAGE_ACCESSED);
}

/*
 * Whoever changes a pte of a page that stays (to move, age or protect it) empties it
 * first, and has the table's lock until it is filled again. So an empty pte may be told
 * as empty only if nobody has the lock, before it is read and after. The lock is looked
 * at, not taken: nobody waits for us.
 */
static __always_inline bool table_is_locked(struct mm_struct *mm, const struct descent *at)
{
	pmd_t pmd = __pmd(at->value);

	return spin_is_locked(pte_lockptr(mm, &pmd));
}

/* Not pte_offset_map(): it takes RCU, which disabled interrupts imply, and is not exported. */
static __always_inline const pte_t *first_pte(const struct descent *at, unsigned long addr)
{
	return (const pte_t *)pgwalk_entry_x86_table(at->value) + pte_index(addr);
}

/* One try at the entry that maps an address. Interrupts are off. False: raced. */
static __always_inline bool read_entry(struct mm_struct *mm, unsigned long addr, u64 *values,
				       struct pgwalk_found_entry *found)
{
	struct descent at = descend(mm, addr, values);

	found->level = at.level;
	found->value = at.value;
	if (at.level != PGWALK_LEVEL_PTE)
		return true;
	found->value = pte_val(READ_ONCE(*first_pte(&at, addr)));
	return table_unchanged(&at);
}

/* The same for those who can come again: a pte that is empty is so for good. */
static bool read_settled_entry(struct mm_struct *mm, unsigned long addr, u64 *values,
			       struct pgwalk_found_entry *found)
{
	struct descent at = descend(mm, addr, values);
	bool locked;

	found->level = at.level;
	found->value = at.value;
	if (at.level != PGWALK_LEVEL_PTE)
		return true;
	locked = table_is_locked(mm, &at);
	smp_rmb();	/* the lock, the pte, the lock */
	found->value = pte_val(READ_ONCE(*first_pte(&at, addr)));
	smp_rmb();
	locked |= table_is_locked(mm, &at);
	return table_unchanged(&at) && (found->value || !locked);
}

/* Where the next entry of the same table begins that is not empty. Interrupts off. */
static unsigned long skip_empty(const struct descent *at, unsigned int shift,
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
static int read_ptes(struct mm_struct *mm, const struct descent *at, unsigned long addr,
		     unsigned long end, struct pgwalk_table *table)
{
	bool locked = table_is_locked(mm, at);

	smp_rmb();	/* the lock, the ptes, the lock */
	copy_ptes(table, first_pte(at, addr), pmd_addr_end(addr, end));
	smp_rmb();
	locked |= table_is_locked(mm, at);
	if (!table_unchanged(at))
		return -EAGAIN;
	return unlikely(locked) && has_empty(table) ? -EBUSY : 0;
}

/* One try at what there is at @addr. Interrupts are off. Errors as read_ptes(). */
static int read_table(struct mm_struct *mm, unsigned long addr, unsigned long end,
		       struct pgwalk_table *table)
{
	struct descent at = descend(mm, addr, NULL);
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
		local_irq_save(flags);		/* rule 1 */
		err = read_table(hold->mm, walk->addr, hold->window, table);
		local_irq_restore(flags);
	}
	if (err == -EBUSY && hold->waits < WAITS) {
		hold->waits++;
		return false;
	}
	hold->waits = 0;
	if (err) {
		table->found = PGWALK_FOUND_RACED;
		hold->raced++;
	}
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
		local_irq_save(flags);		/* rule 1 */
		ok = read_settled_entry(hold->mm, addr, path->value, &found);
		local_irq_restore(flags);
	}
	if (!ok)
		return -EAGAIN;
	path->level = found.level;
	path->value[found.level] = found.value;
	return 0;
}

/*
 * The entry that points to the table of a level with the entry for an address; 0: there
 * is no such table. Interrupts are off.
 */
static u64 find_table(struct mm_struct *mm, unsigned long addr, unsigned int level)
{
	u64 values[PGWALK_LEVEL_PGD + 1];

	if (descend(mm, addr, values).level > level)
		return 0;
	return values[pgwalk_walk_level_above(level)];
}

static void copy_entries(struct pgwalk_copy *copy, const u64 *table, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		copy->entry[i] = READ_ONCE(table[i]);
	copy->pfn = __pa(table) >> PAGE_SHIFT;
	copy->nr = nr;
}

/* One try. Interrupts are off. -EAGAIN: it is not the table any more. */
static int copy_table(struct mm_struct *mm, unsigned long addr, unsigned int level,
		      struct pgwalk_copy *copy)
{
	u64 value;

	if (level == PGWALK_LEVEL_PGD) {	/* the root stays: rule 3 */
		copy_entries(copy, (const u64 *)mm->pgd, PTRS_PER_PGD / 2);
		return 0;
	}
	value = find_table(mm, addr, level);
	if (!value)
		return -ENOENT;
	copy_entries(copy, pgwalk_entry_x86_table(value), PTRS_PER_PTE);
	return (find_table(mm, addr, level) ^ value) & ~(u64)_PAGE_ACCESSED ? -EAGAIN : 0;
}

/**
 * pgwalk_walk_copy - copy the table of a level that has the entry for an address
 * @hold: begun; pgwalk_hold_window() was asked for @addr (rule 2)
 * @addr: an address of the user half
 * @level: enum pgwalk_level
 * @copy: filled in; on -EAGAIN as it was read last, from a table that was on its way out
 *
 * Context: within the hold. Interrupts are off meanwhile.
 * Return: 0; -EAGAIN: it changed each time; -ENOENT: there is none.
 */
int pgwalk_walk_copy(struct pgwalk_hold *hold, unsigned long addr, unsigned int level,
		     struct pgwalk_copy *copy)
{
	unsigned long flags;
	unsigned int try;
	int err = -EAGAIN;

	for (try = 0; try < TRIES && err == -EAGAIN; try++) {
		local_irq_save(flags);		/* rule 1 */
		err = copy_table(hold->mm, addr, level, copy);
		local_irq_restore(flags);
	}
	hold->steps++;
	hold->tables += !err;
	hold->raced += err == -EAGAIN;
	return err;
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
		/* Rule 2. False in the middle of a switch to or from this mm only. */
		if (!PGWALK_TABLES_RCU &&
		    unlikely(!cpumask_test_cpu(smp_processor_id(), mm_cpumask(mm)))) {
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
