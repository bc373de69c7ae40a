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
 *    the CPUs in mm_cpumask(mm). This CPU is not among them for the mm of another
 *    process: pgwalk_hold_begin() takes mmap_lock, and pgwalk_hold_window() keeps the
 *    walk inside VMAs, whose tables cannot be freed with that lock held. For
 *    current->mm this CPU is among them: pgwalk_walk_current() makes sure.
 * 3. mm_users is held (pgwalk_hold_begin()), so that exit_mmap() frees no table and
 *    the root stays.
 *
 * Every entry is read once, into a local, and the next table is computed from the
 * local: two reads of one entry may differ.
 *
 * 4. An entry that is empty for a moment only must not be reported as empty. A page that
 *    stays has its entry cleared and set again to protect, age or move it: by the owner of
 *    the table's lock (pgwalk_descent_lock()). So an entry that reads as empty is read again with this
 *    lock held, which is tried and never waited for: it is held for the loads of one table.
 *    To look at the lock before and after is not enough: a whole critical section fits
 *    between the two looks.
 * 5. Collapsing into a huge page empties the pmd for longer than that lock is held. It has
 *    mmap_lock and the VMA locked for writing: where no mmap_lock is held by the walk, an
 *    empty pmd counts if nobody held it for writing meanwhile (pgwalk_hold_watch()), or is
 *    read again with the VMA locked for reading (pgwalk_hold_lock_mapping()).
 *
 * With PREEMPT_RT the locks of page tables sleep, and are not taken with interrupts off.
 * Rule 2 then holds on every kernel (PGWALK_WALK_UNLOCKED is 0): mmap_lock and RCU keep
 * what disabled interrupts do not, and a table is read under its lock with interrupts on.
 * Two readers cannot do that, and look at the entry and the lock LOOKS times instead
 * (is_empty_each_time()): the kfunc, and the walk of a hugetlb table that may be unshared.
 *
 * Rule 2 keeps a table, but not its lock where that is allocated apart (lockdep, RT): before
 * 6.14 it is freed at once. The kfunc touches it only if its caller holds the mapping.
 *
 * An entry that could not be decided in bounded time is reported as raced.
 */
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "compat.h"
#include "descent.h"
#include "entry.h"
#include "walk.h"

#define TRIES		3	/* in one hold */
#define RELAX		64	/* cpu_relax() between two of them */
#define LOOKS		8	/* at an entry whose lock cannot be taken */

/* An empty entry has to be read again with interrupts on: PREEMPT_RT only. */
#define NEED_SLEEPING_LOCK	1

/*
 * Rule 4 without the lock. Read as empty, then seen unlocked, then read as empty again: the
 * page was absent, unless the entry was cleared, set and cleared again by two critical
 * sections that happened to meet each of the reads. Interrupts are off.
 */
static int is_empty_each_time(spinlock_t *lock, const u64 *entry, u64 *value)
{
	unsigned int i;

	for (i = 0; i < LOOKS && !*value; i++) {
		smp_rmb();	/* the entry, the lock, the entry */
		if (spin_is_locked(lock))
			return -EBUSY;
		smp_rmb();	/* see above */
		*value = READ_ONCE(*entry);
	}
	return 0;
}

/* Rule 4: decide an entry that reads as empty. Interrupts are off. -EBUSY: locked. */
static __always_inline int settle(spinlock_t *lock, const u64 *entry, u64 *value)
{
	if (!lock)
		return 0;
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return is_empty_each_time(lock, entry, value);
	if (unlikely(!spin_trylock(lock)))
		return -EBUSY;
	*value = READ_ONCE(*entry);
	spin_unlock(lock);
	return 0;
}

/* Where the last entry of a descent is, for @addr. */
static __always_inline const u64 *entry_of(const struct pgwalk_descent *at, unsigned long addr)
{
	return at->level == PGWALK_LEVEL_PTE ? (const u64 *)pgwalk_descent_pte(at, addr) :
					       at->entry;
}

/* Was it read from the table that is there, and is it no table itself? */
static __always_inline bool is_last(const struct pgwalk_descent *at, u64 value)
{
	if (at->level == PGWALK_LEVEL_PTE)
		return pgwalk_descent_is_unchanged(at);
	return !value || !pgwalk_descent_is_table(at->level, value);
}

/*
 * One try at the entry that maps an address. Interrupts are off. @has_lock: the lock of its
 * table is sure to exist. 0; -EAGAIN: the tables changed; -EBUSY: it reads as empty, and its
 * lock is taken.
 */
static __always_inline int read_entry(struct mm_struct *mm, unsigned long addr, u64 *values,
				      bool has_lock, struct pgwalk_found_entry *found)
{
	struct pgwalk_descent at = pgwalk_descend(mm, addr, values);
	const u64 *entry = entry_of(&at, addr);
	int err = 0;

	found->level = at.level;
	found->value = at.value;
	if (at.level == PGWALK_LEVEL_PTE)
		found->value = READ_ONCE(*entry);
	if (!found->value && unlikely(!has_lock))
		err = -EBUSY;
	else if (!found->value)
		err = settle(pgwalk_descent_lock(mm, &at), entry, &found->value);
	return unlikely(!is_last(&at, found->value)) ? -EAGAIN : err;
}

/*
 * The same with PREEMPT_RT, if it reads as empty: mmap_lock, or the lock of the reverse map
 * that the VMA was found in, and RCU keep the tables. Interrupts are on.
 */
static int read_entry_sleeping(struct mm_struct *mm, unsigned long addr, u64 *values,
			       struct pgwalk_found_entry *found)
{
	struct pgwalk_descent at;
	unsigned long flags;
	spinlock_t *lock;
	int err = 0;

	rcu_read_lock();
	local_irq_save(flags);
	at = pgwalk_descend(mm, addr, values);
	local_irq_restore(flags);
	found->level = at.level;
	found->value = at.value;
	lock = pgwalk_descent_lock(mm, &at);
	if (lock && spin_trylock(lock)) {
		found->value = READ_ONCE(*entry_of(&at, addr));
		spin_unlock(lock);
	} else if (lock) {
		err = -EBUSY;
	}
	if (!err && !is_last(&at, found->value))
		err = -EAGAIN;
	rcu_read_unlock();
	return err;
}

static int read_settled_entry(struct mm_struct *mm, unsigned long addr, u64 *values,
			      bool may_sleep, struct pgwalk_found_entry *found)
{
	unsigned long flags;
	int err;

	local_irq_save(flags);		/* rule 1 */
	err = read_entry(mm, addr, values, true, found);
	local_irq_restore(flags);
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && may_sleep && !found->value)
		err = read_entry_sleeping(mm, addr, values, found);
	return err;
}

/* Where the next entry of the same table begins that is not empty. */
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

/* Copy the ptes of [start, end), which lie in one table. Is one of them empty? */
static bool copy_ptes(struct pgwalk_table *table, const pte_t *pte, unsigned long end)
{
	unsigned int nr = (end - table->start) >> PAGE_SHIFT;
	pte_t *to = table->pte;		/* an index into the array is checked by UBSAN */
	bool empty = false;
	unsigned int i;

	/* Not memcpy(), which need not copy a whole entry at once. */
#pragma GCC unroll 8
	for (i = 0; i < nr; i++) {
		to[i] = READ_ONCE(pte[i]);
		empty |= !pgwalk_entry_raw(to[i]);
	}
	table->nr = nr;
	table->found = PGWALK_FOUND_TABLE;
	table->next = end;
	return empty;
}

/*
 * One try at the table of ptes. Interrupts are off. -EAGAIN: it is not the table any more;
 * -EBUSY: an entry is empty, and the lock is taken.
 */
static int read_ptes(struct mm_struct *mm, const struct pgwalk_descent *at, unsigned long addr,
		     unsigned long end, struct pgwalk_table *table)
{
	const pte_t *pte = pgwalk_descent_pte(at, addr);
	unsigned long last = pmd_addr_end(addr, end);
	int err = 0;

	if (copy_ptes(table, pte, last)) {
		spinlock_t *lock = pgwalk_descent_lock(mm, at);

		if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
			err = NEED_SLEEPING_LOCK;
		} else if (spin_trylock(lock)) {
			copy_ptes(table, pte, last);
			spin_unlock(lock);
		} else {
			err = -EBUSY;
		}
	}
	return pgwalk_descent_is_unchanged(at) ? err : -EAGAIN;
}

/* One entry above the ptes that is not empty: reported whole, though the range may be less. */
static int found_entry(struct pgwalk_table *table, unsigned long addr, u64 value)
{
	unsigned long size = 1UL << pgwalk_entry_shift(table->level);

	if (pgwalk_descent_is_table(table->level, value))
		return -EAGAIN;
	table->value = value;
	table->found = PGWALK_FOUND_ENTRY;
	table->start = addr & ~(size - 1);
	table->next = table->start + size;
	return 0;
}

/* The entries from an empty one on, which stay as they are: their lock is held, or none. */
static int found_hole(struct pgwalk_table *table, const struct pgwalk_descent *at,
		      unsigned long addr, unsigned long end)
{
	u64 value = READ_ONCE(*(const u64 *)at->entry);

	if (value)
		return found_entry(table, addr, value);
	table->next = skip_empty(at, pgwalk_entry_shift(at->level), addr, end);
	return 0;
}

/* One try at an empty entry above the ptes. Interrupts are off. Errors as read_ptes(). */
static int read_hole(struct mm_struct *mm, const struct pgwalk_descent *at, unsigned long addr,
		     unsigned long end, struct pgwalk_table *table)
{
	spinlock_t *lock = pgwalk_descent_lock(mm, at);
	int err;

	if (!lock)
		return found_hole(table, at, addr, end);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return NEED_SLEEPING_LOCK;
	if (!spin_trylock(lock))
		return -EBUSY;
	err = found_hole(table, at, addr, end);
	spin_unlock(lock);
	return err;
}

/* What an empty entry is reported as until it is decided: up to its end, not further. */
static void begin_hole(struct pgwalk_table *table, unsigned long addr)
{
	table->found = PGWALK_FOUND_HOLE;
	table->value = 0;
	table->next = (addr | ((1UL << pgwalk_entry_shift(table->level)) - 1)) + 1;
}

/* One try at what there is at @addr. Interrupts are off. Errors as read_ptes(). */
static int read_table(struct mm_struct *mm, unsigned long addr, unsigned long end,
		      struct pgwalk_table *table)
{
	struct pgwalk_descent at = pgwalk_descend(mm, addr, NULL);

	table->start = addr;
	if (at.level == PGWALK_LEVEL_PTE)
		return read_ptes(mm, &at, addr, end, table);
	table->level = at.level;
	begin_hole(table, addr);
	if (at.value)
		return found_entry(table, addr, at.value);
	return read_hole(mm, &at, addr, end, table);
}

/* What there is at @addr, with the lock of the table held, or where there is none. */
static int read_locked(const struct pgwalk_descent *at, unsigned long addr, unsigned long end,
		       struct pgwalk_table *table)
{
	table->start = addr;
	if (at->level == PGWALK_LEVEL_PTE) {
		copy_ptes(table, pgwalk_descent_pte(at, addr), pmd_addr_end(addr, end));
		return pgwalk_descent_is_unchanged(at) ? 0 : -EAGAIN;
	}
	table->level = at->level;
	begin_hole(table, addr);
	return found_hole(table, at, addr, end);
}

static int try_read_locked(struct mm_struct *mm, const struct pgwalk_descent *at,
			   unsigned long addr, unsigned long end, struct pgwalk_table *table)
{
	spinlock_t *lock = pgwalk_descent_lock(mm, at);
	int err;

	if (!lock)
		return read_locked(at, addr, end, table);
	if (!spin_trylock(lock))
		return -EBUSY;
	err = read_locked(at, addr, end, table);
	spin_unlock(lock);
	return err;
}

/* read_table() with PREEMPT_RT; see read_entry_sleeping(). */
static int read_table_sleeping(struct mm_struct *mm, unsigned long addr, unsigned long end,
			       struct pgwalk_table *table)
{
	struct pgwalk_descent at;
	unsigned long flags;
	int err;

	rcu_read_lock();
	local_irq_save(flags);
	at = pgwalk_descend(mm, addr, NULL);
	local_irq_restore(flags);
	err = try_read_locked(mm, &at, addr, end, table);
	rcu_read_unlock();
	return err;
}

/*
 * May the table of this pmd be unshared in the hold, and then belong to other processes only,
 * or be freed? unsharing waits for an IPI, which enabled interrupts do not hold off.
 */
static bool is_table_unstable(const struct pgwalk_hold *hold, unsigned int level)
{
	return level == PGWALK_LEVEL_PMD && hold->vma.shares_tables;
}

/* Rule 4 for a pmd of such a table, with PREEMPT_RT. */
static int read_unstable(struct pgwalk_hold *hold, unsigned long addr, struct pgwalk_table *table)
{
	struct pgwalk_found_entry found;
	unsigned long flags;
	int err;

	local_irq_save(flags);		/* rule 1 */
	err = read_entry(hold->mm, addr, NULL, true, &found);
	local_irq_restore(flags);
	if (err)
		return err;
	if (found.level != table->level)
		return -EAGAIN;
	begin_hole(table, addr);
	return found.value ? found_entry(table, addr, found.value) : 0;
}

static int read_at(struct pgwalk_hold *hold, unsigned long addr, unsigned long end,
		   struct pgwalk_table *table)
{
	unsigned long flags;
	int err;

	local_irq_save(flags);		/* rule 1 */
	err = read_table(hold->mm, addr, end, table);
	local_irq_restore(flags);
	if (err != NEED_SLEEPING_LOCK)
		return err;
	if (table->found == PGWALK_FOUND_HOLE && is_table_unstable(hold, table->level))
		return read_unstable(hold, addr, table);
	return read_table_sleeping(hold->mm, addr, end, table);
}

/* Rule 5: read again what may be a collapse, with the mapping locked against one. */
static int read_mapping(struct pgwalk_hold *hold, unsigned long addr, struct pgwalk_table *table)
{
	struct pgwalk_hold_mapping mapping;
	int err = pgwalk_hold_lock_mapping(hold, addr, &mapping);

	switch (err) {
	case 0:
		err = read_at(hold, addr, min(hold->window, mapping.end), table);
		pgwalk_hold_unlock_mapping(hold, &mapping);
		return err;
	case -ENOENT:
		table->next = min(table->next, mapping.end);
		return 0;
	default:
		begin_hole(table, addr);
		return err;
	}
}

static bool is_empty_pmd(unsigned int level, u64 value)
{
	return level == PGWALK_LEVEL_PMD && !value;
}

static int read_settled(struct pgwalk_hold *hold, unsigned long addr, struct pgwalk_table *table)
{
	int err;

	pgwalk_hold_watch(hold);
	err = read_at(hold, addr, hold->window, table);
	if (!err && table->found == PGWALK_FOUND_HOLE &&
	    is_empty_pmd(table->level, table->value) && pgwalk_hold_was_changed(hold))
		err = read_mapping(hold, addr, table);
	return err;
}

static void relax(void)
{
	unsigned int i;

	for (i = 0; i < RELAX; i++)
		cpu_relax();
}

/**
 * pgwalk_walk_read - read what there is at the cursor, and move it
 * @walk: its hold is begun
 * @table: filled in if the return value is true
 *
 * Context: within the hold. Interrupts are off for one table at a time. With PREEMPT_RT
 * the lock of a table is tried with interrupts on.
 * Return: true; false: the hold is used up, by time or because the lock of the table is
 * taken (@walk stays there), or the range is done.
 */
bool pgwalk_walk_read(struct pgwalk_walk *walk, struct pgwalk_table *table)
{
	struct pgwalk_hold *hold = &walk->hold;
	unsigned int try;
	int err;

	if (walk->addr >= walk->end || pgwalk_hold_is_over(hold))
		return false;
	if (!pgwalk_hold_window(hold, &walk->addr, walk->end)) {	/* rule 2 */
		walk->addr = walk->end;
		return false;
	}
	err = read_settled(hold, walk->addr, table);
	for (try = 1; unlikely(err) && try < TRIES; try++) {
		relax();
		err = read_settled(hold, walk->addr, table);
	}
	if (unlikely(err) && pgwalk_hold_may_wait(hold)) {
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

/* Rule 5 for one entry. */
static int read_entry_of_mapping(struct pgwalk_hold *hold, unsigned long addr, u64 *values,
				 struct pgwalk_found_entry *found)
{
	struct pgwalk_hold_mapping mapping;
	int err = pgwalk_hold_lock_mapping(hold, addr, &mapping);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = read_settled_entry(hold->mm, addr, values, true, found);
	pgwalk_hold_unlock_mapping(hold, &mapping);
	return err;
}

/**
 * pgwalk_walk_path - read the entries of all levels for one address
 * @hold: begun
 * @addr: an address of the user half
 * @path: filled in
 *
 * Context: within the hold. Interrupts are off meanwhile.
 * Return: 0; -EAGAIN: it changed, or was locked, each time: pgwalk_hold_may_wait() says if
 * another hold is to be begun; -ENOENT: there is no VMA, and without one this kernel does
 * not protect the tables.
 */
int pgwalk_walk_path(struct pgwalk_hold *hold, unsigned long addr,
		     struct pgwalk_path *path)
{
	unsigned long first = addr;
	struct pgwalk_found_entry found;
	unsigned int try;
	int err = -EAGAIN;

	if (!pgwalk_hold_window(hold, &first, addr + 1))	/* rule 2 */
		return -ENOENT;
	for (try = 0; try < TRIES && err; try++) {
		pgwalk_hold_watch(hold);
		err = read_settled_entry(hold->mm, addr, path->value,
					 !is_table_unstable(hold, PGWALK_LEVEL_PMD), &found);
		if (!err && is_empty_pmd(found.level, found.value) &&
		    pgwalk_hold_was_changed(hold))
			err = read_entry_of_mapping(hold, addr, path->value, &found);
		if (unlikely(err))
			relax();
	}
	if (err) {
		hold->waits++;
		return -EAGAIN;
	}
	path->level = found.level;
	path->value[found.level] = found.value;
	return 0;
}

/**
 * pgwalk_walk_mapped - read the entries of all levels for one address of a VMA that is in
 * the reverse map
 * @vma: found in i_mmap of a file, or in the tree of an anon_vma
 * @addr: within @vma
 * @path: filled in
 *
 * In the place of rule 2: munmap() and exit_mmap() remove a VMA from both trees before
 * they free a table of its range, and mremap() moves tables only with both locked, all
 * with the lock held for writing that the caller holds for reading. A hugetlb table is
 * unshared with i_mmap_rwsem held for writing. In the place of rule 3: the root is freed
 * with the mm, which is kept by its VMAs. In the place of rule 5: a collapse of anonymous
 * pages holds the lock of their anon_vma for writing while the pmd is empty and they can
 * still be found by it.
 *
 * Context: i_mmap_rwsem of the file, or rwsem of the root of the anon_vma, is held for
 * reading since @vma was found. Interrupts are off meanwhile.
 * Return: 0; -EAGAIN: it changed, or was locked, each time.
 */
int pgwalk_walk_mapped(const struct vm_area_struct *vma, unsigned long addr,
		       struct pgwalk_path *path)
{
	struct pgwalk_found_entry found;
	unsigned int try;
	int err = -EAGAIN;

	for (try = 0; try < TRIES && err; try++) {
		err = read_settled_entry(vma->vm_mm, addr, path->value, true, &found);
		if (unlikely(err))
			relax();
	}
	if (err)
		return -EAGAIN;
	path->level = found.level;
	path->value[found.level] = found.value;
	return 0;
}

/*
 * Rule 2 for the tables of current->mm. False in the middle of a switch to or from this
 * mm only: this CPU would get no IPI before a table is freed. Interrupts are off.
 */
static __always_inline bool gets_ipi_before_free(struct mm_struct *mm)
{
	return PGWALK_TABLES_RCU || likely(cpumask_test_cpu(smp_processor_id(), mm_cpumask(mm)));
}

/* Are the locks of page tables sure to exist for as long as interrupts are off? */
static __always_inline bool has_table_locks(bool locked)
{
	return PGWALK_TABLES_RCU || !ALLOC_SPLIT_PTLOCKS || locked;
}

/*
 * Rule 5 for a caller that does not hold the mapping: read as empty, seen with mmap_lock
 * free, read as empty again. Interrupts are off. -EBUSY: mmap_lock is held, by a reader or
 * a writer.
 */
static int settle_pmd(struct mm_struct *mm, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < LOOKS; i++) {
		struct pgwalk_descent at;

		smp_rmb();	/* the pmd, mmap_lock, the pmd */
		if (rwsem_is_locked(&mm->mmap_lock))
			return -EBUSY;
		smp_rmb();	/* see above */
		at = pgwalk_descend(mm, addr, NULL);
		if (!is_empty_pmd(at.level, at.value))
			return -EAGAIN;
	}
	return 0;
}

/* One try. Interrupts are off. Errors as read_entry(); -ESTALE: no IPI would come. */
static __always_inline int read_current(struct mm_struct *mm, unsigned long addr, bool locked,
					struct pgwalk_found_entry *found)
{
	int err;

	if (!gets_ipi_before_free(mm))
		return -ESTALE;
	err = read_entry(mm, addr, NULL, has_table_locks(locked), found);
	if (!locked && !err && is_empty_pmd(found->level, found->value))
		err = settle_pmd(mm, addr);
	return err;
}

/**
 * pgwalk_walk_current - read the entry that maps an address in the current process
 * @addr: an address of the user half
 * @locked: the caller holds mmap_lock, or the lock of the VMA, for reading
 *
 * Context: any but NMI; tries the lock of a table, takes no other and never sleeps.
 * current->mm is not NULL; rule 3 holds, since current uses it.
 * Return: the entry, in registers. In place of its level -EAGAIN: it changed, or was
 * locked, each time; -EBUSY: this CPU would get no IPI before a table is freed.
 */
struct pgwalk_found_entry pgwalk_walk_current(unsigned long addr, bool locked)
{
	struct mm_struct *mm = current->mm;
	struct pgwalk_found_entry found;
	unsigned long flags;
	unsigned int try;
	int err;

	for (try = 0; try < TRIES; try++) {
		local_irq_save(flags);		/* rule 1 */
		err = read_current(mm, addr, locked, &found);
		local_irq_restore(flags);
		if (likely(!err))
			return found;
		if (err == -ESTALE)
			return (struct pgwalk_found_entry){ .level = -EBUSY };
		relax();
	}
	return (struct pgwalk_found_entry){ .level = -EAGAIN };
}

static int count_ptes(const pte_t *pte, unsigned int nr)
{
	unsigned int i;
	int n = 0;

	for (i = 0; i < nr; i++)
		n += pgwalk_entry_x86_is_present(pte_val(READ_ONCE(pte[i])));
	return n;
}

/*
 * Rule 4 for ptes of which some are not present. Interrupts are off. Without the lock, the
 * most that were present at one of the looks.
 */
static int count_settled(spinlock_t *lock, const pte_t *pte, unsigned int nr)
{
	unsigned int i;
	int n = 0;

	if (!IS_ENABLED(CONFIG_PREEMPT_RT)) {
		if (!spin_trylock(lock))
			return -EAGAIN;
		n = count_ptes(pte, nr);
		spin_unlock(lock);
		return n;
	}
	for (i = 0; i < LOOKS; i++) {
		if (spin_is_locked(lock))
			return -EAGAIN;
		smp_rmb();	/* the lock, the ptes, the lock */
		n = max(n, count_ptes(pte, nr));
		smp_rmb();	/* see above */
	}
	return n;
}

/* One try at counting. Interrupts are off. */
static int count_present(struct mm_struct *mm, unsigned long start, unsigned long end,
			 bool locked)
{
	unsigned int nr = (end - start + PAGE_SIZE - 1) >> PAGE_SHIFT;
	struct pgwalk_descent at;
	const pte_t *pte;
	int n;

	if (!gets_ipi_before_free(mm))
		return -EBUSY;
	at = pgwalk_descend(mm, start, NULL);
	if (is_empty_pmd(at.level, at.value) && !locked)
		return settle_pmd(mm, start) ? -EAGAIN : 0;
	if (at.level != PGWALK_LEVEL_PTE)
		return 0;
	pte = pgwalk_descent_pte(&at, start);
	n = count_ptes(pte, nr);
	if (n < nr && !has_table_locks(locked))
		return -EAGAIN;
	if (n < nr)
		n = count_settled(pgwalk_descent_lock(mm, &at), pte, nr);
	return pgwalk_descent_is_unchanged(&at) ? n : -EAGAIN;
}

/**
 * pgwalk_walk_current_present - count the pages that the ptes of a range of the current
 * process map
 * @start: an address of the user half
 * @end: the first address after the range, which has entries in one table only
 * @locked: as for pgwalk_walk_current()
 *
 * Context: as pgwalk_walk_current().
 * Return: how many; 0 where there is no table of ptes; -EAGAIN, -EBUSY as there.
 */
int pgwalk_walk_current_present(unsigned long start, unsigned long end, bool locked)
{
	unsigned long flags;
	unsigned int try;
	int n = -EAGAIN;

	for (try = 0; try < TRIES && n == -EAGAIN; try++) {
		local_irq_save(flags);		/* rule 1 */
		n = count_present(current->mm, start & PAGE_MASK, end, locked);
		local_irq_restore(flags);
		if (unlikely(n == -EAGAIN))
			relax();
	}
	return n;
}
