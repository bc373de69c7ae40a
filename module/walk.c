// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Walks page tables and copies entries out: ranges, table by table (pgwalk_walk_read()), single
 * addresses, and whole tables of any level. This is the only file that reads page-table memory.
 * It decodes no entry, allocates no memory, and keeps no pointer into a table after the function
 * that found it returns.
 *
 * Rules that keep a table from being freed during the walk, with the code that relies on them:
 *
 * 1. Interrupts are off from the first entry to the last (descend() and its callers). This is
 *    the rule of get_user_pages_fast(). It holds off all code that frees tables through RCU or
 *    sends an IPI to every CPU first: collapsing into a huge page, retracting the table of a file
 *    mapping, unsharing a hugetlb table, and munmap() where tables of every mm are freed through
 *    RCU.
 * 2. On other kernels (x86 before 6.14), munmap() frees a table after an IPI to
 *    the CPUs in mm_cpumask(mm). For the mm of another process this CPU is not in the mask:
 *    pgwalk_mm_section_begin() takes mmap_lock, and pgwalk_mm_section_window() keeps the
 *    walk inside VMAs: their tables cannot be freed while that lock is held. For
 *    current->mm this CPU is in the mask: pgwalk_walk_current() tests it.
 * 3. mm_users is held (pgwalk_mm_section_begin()), so that exit_mmap() frees no table and
 *    the root stays.
 *
 * Every entry is read once, into a local variable, and the next table is computed from the
 * variable, because two reads of one entry may differ.
 *
 * 4. An entry that is empty only temporarily must not be reported as empty. To protect, age or
 *    move a page, the kernel clears its entry and sets it again while it holds the lock of the
 *    table (lock_of()). So an entry that reads as empty is read again under this
 *    lock. The lock is only tried, never waited for, and is held for the loads of one table.
 *    A test of the lock before and after the read would not be enough, because a whole
 *    critical section may run between the two tests.
 * 5. Collapsing into a huge page empties the pmd for longer than that lock is held. It holds
 *    mmap_lock and the VMA lock for writing. If the walk does not hold mmap_lock, an
 *    empty pmd is accepted if mmap_lock was not held for writing during the read
 *    (pgwalk_mm_section_watch()), or is read again with the VMA locked for reading
 *    (pgwalk_mm_section_lock_mapping()).
 *
 * With PREEMPT_RT the locks of page tables sleep, and cannot be taken with interrupts off.
 * Rule 2 then applies on every kernel (PGWALK_WALK_UNLOCKED is 0): mmap_lock and RCU protect
 * the tables, and a table is read under its lock with interrupts on.
 * Two readers cannot enable interrupts, and read the entry and the lock UNLOCKED_READS times
 * instead (is_empty_each_time()): the kfunc, and the walk of a hugetlb table that may be
 * unshared.
 *
 * Rule 2 protects a table, but not its lock if the lock is allocated separately (lockdep, RT):
 * before 6.14 the lock is freed at once. The kfunc uses it only if its caller holds the VMA.
 *
 * An entry that cannot be decided in bounded time is reported as raced.
 */
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "arch/pgtable.h"
#include "compat.h"
#include "walk.h"

#define TRIES		3	/* reads of one entry or table in one section */
#define RELAX		64	/* calls of cpu_relax() between two tries */
#define NEIGHBOURS	63	/* entries that are read together with the one before them */
#define UNLOCKED_READS	8	/* reads of an entry if its lock cannot be taken */

/* Internal error code: an empty entry has to be read again with interrupts on (PREEMPT_RT). */
#define NEED_SLEEPING_LOCK	1

/**
 * struct descent - the position where a walk from the root ended
 * @level:	level of the last entry that was read; PGWALK_LEVEL_PTE: the last entry read is
 *		a pmd that points to a table of ptes, and no pte was read yet
 * @entry:	address of the last entry that was read, in its table
 * @value:	value that was read from it
 */
struct descent {
	unsigned int level;
	u64 *entry;
	u64 value;
};

/*
 * Read the entry of an address in the table that @at points to. Return true if that entry points
 * to a table, too.
 */
static __always_inline bool descend_to(struct descent *at, unsigned int level, unsigned long addr,
				       u64 *values)
{
	at->entry = pgwalk_arch_table(at->value) + pgwalk_arch_index(level, addr);
	at->level = level;
	at->value = pgwalk_arch_value(READ_ONCE(*at->entry));
	if (values)
		values[level] = at->value;
	return pgwalk_arch_is_table(level, at->value);
}

/*
 * Walk down from the root until an entry does not point to a table, or a pmd points to a table
 * of ptes. The result is valid while interrupts stay off. The entries read are stored in
 * @values if it is not NULL. Inline, because it is most of the cost of a read.
 */
static __always_inline struct descent descend(struct mm_struct *mm, unsigned long addr, u64 *values)
{
	u64 *pgd = (u64 *)mm->pgd + pgwalk_arch_index(PGWALK_LEVEL_PGD, addr);
	struct descent at = { PGWALK_LEVEL_PGD, pgd, pgwalk_arch_value(READ_ONCE(*pgd)) };

	/* Rule 1. The callers keep rules 2 and 3. */
	lockdep_assert_irqs_disabled();

	/* If user mode has its own root, this is the kernel's, which maps the same pages. */
	if (values)
		values[PGWALK_LEVEL_PGD] = at.value;
	if (!pgwalk_arch_is_table(PGWALK_LEVEL_PGD, at.value))
		return at;
	if (pgwalk_arch_has_level(PGWALK_LEVEL_P4D) &&
	    !descend_to(&at, PGWALK_LEVEL_P4D, addr, values))
		return at;
	if (pgwalk_arch_has_level(PGWALK_LEVEL_PUD) &&
	    !descend_to(&at, PGWALK_LEVEL_PUD, addr, values))
		return at;
	if (descend_to(&at, PGWALK_LEVEL_PMD, addr, values))
		at.level = PGWALK_LEVEL_PTE;
	return at;
}

/*
 * Test if the pmd still points to the table. If it does not, the entries may have been read
 * from a table that is being removed, but not from one that was freed.
 */
static __always_inline bool is_unchanged(const struct descent *at)
{
	return pgwalk_arch_is_same_table(pgwalk_arch_value(READ_ONCE(*at->entry)), at->value);
}

/* Not pte_offset_map(): it takes RCU, which disabled interrupts imply, and is not exported. */
static __always_inline const u64 *pte_of(const struct descent *at, unsigned long addr)
{
	return pgwalk_arch_table(at->value) + pgwalk_arch_index(PGWALK_LEVEL_PTE, addr);
}

/*
 * Return the lock of the table with the last entry of a descent (rule 4). NULL: the entry points
 * to tables only, and is never cleared while a page is mapped below it.
 */
static __always_inline spinlock_t *lock_of(struct mm_struct *mm, const struct descent *at)
{
	pmd_t pmd;

	switch (at->level) {
	case PGWALK_LEVEL_PTE:
		pmd = __pmd(at->value);
		return pte_lockptr(mm, &pmd);
	case PGWALK_LEVEL_PMD:
		return pmd_lockptr(mm, (pmd_t *)at->entry);
	case PGWALK_LEVEL_PUD:
		return pud_lockptr(mm, (pud_t *)at->entry);
	default:
		return NULL;
	}
}

/*
 * The retry loop of all reads: do { err = read(); } while (may_retry(&try, err)). A read fails
 * because a table changed (-EAGAIN) or the lock of a table is held (-EBUSY), and is made TRIES
 * times at most. Other errors do not change by another read. Interrupts are on in the pause.
 */
static __always_inline bool may_retry(unsigned int *try, int err)
{
	unsigned int i;

	if (likely(err != -EAGAIN && err != -EBUSY))
		return false;
	if (++*try == TRIES)
		return false;
	for (i = 0; i < RELAX; i++)
		cpu_relax();
	return true;
}

/*
 * Apply rule 4 without the lock. If the entry reads as empty, the lock is then free, and the
 * entry reads as empty again, the page was absent, unless two critical sections cleared the
 * entry at exactly the times of the two reads. Repeat UNLOCKED_READS times. Interrupts are off.
 */
static int is_empty_each_time(spinlock_t *lock, const u64 *entry, u64 *value)
{
	unsigned int i;

	for (i = 0; i < UNLOCKED_READS && !*value; i++) {
		smp_rmb();	/* the entry, the lock, the entry */
		if (spin_is_locked(lock))
			return -EBUSY;
		smp_rmb();	/* see above */
		*value = READ_ONCE(*entry);
	}
	return 0;
}

/*
 * Try the lock of a table for the load of one entry. Interrupts are off, so that this task is not
 * preempted: preemption need not be disabled, and the lock is taken without a call. Kernels that check
 * or trace locks see each of them.
 */
#if defined(CONFIG_SMP) && !defined(CONFIG_PREEMPT_RT) && !defined(CONFIG_DEBUG_SPINLOCK) && \
	!defined(CONFIG_LOCKDEP) && !defined(CONFIG_QUEUED_SPINLOCKS_TRACE_CONTENDED_RELEASE)
static __always_inline bool try_lock_irqs_off(spinlock_t *lock)
{
	return arch_spin_trylock(&lock->rlock.raw_lock);
}

static __always_inline void unlock_irqs_off(spinlock_t *lock)
{
	arch_spin_unlock(&lock->rlock.raw_lock);
}
#else
static __always_inline bool try_lock_irqs_off(spinlock_t *lock)
{
	return spin_trylock(lock);
}

static __always_inline void unlock_irqs_off(spinlock_t *lock)
{
	spin_unlock(lock);
}
#endif

/* Apply rule 4: read an empty entry again. Interrupts are off. -EBUSY: the lock is held. */
static __always_inline int settle(spinlock_t *lock, const u64 *entry, u64 *value)
{
	if (!lock)
		return 0;
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return is_empty_each_time(lock, entry, value);
	lockdep_assert_irqs_disabled();
	if (unlikely(!try_lock_irqs_off(lock)))
		return -EBUSY;
	*value = READ_ONCE(*entry);
	unlock_irqs_off(lock);
	return 0;
}

/* Return the address of the last entry of a descent to @addr. */
static __always_inline const u64 *entry_of(const struct descent *at, unsigned long addr)
{
	return at->level == PGWALK_LEVEL_PTE ? pte_of(at, addr) : at->entry;
}

/* Test that the entry was read from the current table and does not point to a table itself. */
static __always_inline bool is_last(const struct descent *at, u64 value)
{
	if (at->level == PGWALK_LEVEL_PTE)
		return is_unchanged(at);
	return !value || !pgwalk_arch_is_table(at->level, value);
}

/*
 * Read the entry that maps an address, once. Interrupts are off. @has_lock: the lock of the
 * table cannot have been freed. Return 0; -EAGAIN: the tables changed; -EBUSY: the entry reads
 * as empty, and the lock of its table is held.
 */
static __always_inline int read_entry(struct mm_struct *mm, unsigned long addr, u64 *values,
				      bool has_lock, struct pgwalk_found_entry *found)
{
	struct descent at = descend(mm, addr, values);
	const u64 *entry = entry_of(&at, addr);
	int err = 0;

	found->level = at.level;
	found->value = at.value;
	if (at.level == PGWALK_LEVEL_PTE)
		found->value = READ_ONCE(*entry);
	if (!found->value && unlikely(!has_lock))
		err = -EBUSY;
	else if (!found->value)
		err = settle(lock_of(mm, &at), entry, &found->value);
	return unlikely(!is_last(&at, found->value)) ? -EAGAIN : err;
}

/*
 * Read an entry again that read as empty, with PREEMPT_RT. mmap_lock, or the lock of the
 * reverse map that the VMA was found in, and RCU keep the tables. Interrupts are on.
 */
static int read_entry_sleeping(struct mm_struct *mm, unsigned long addr, u64 *values,
			       struct pgwalk_found_entry *found)
{
	struct descent at;
	unsigned long flags;
	spinlock_t *lock;
	int err = 0;

	rcu_read_lock();
	local_irq_save(flags);
	at = descend(mm, addr, values);
	local_irq_restore(flags);
	found->level = at.level;
	found->value = at.value;
	lock = lock_of(mm, &at);
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

static __always_inline int read_settled(struct mm_struct *mm, unsigned long addr, u64 *values,
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

static int read_settled_entry(struct mm_struct *mm, unsigned long addr, u64 *values,
			      bool may_sleep, struct pgwalk_found_entry *found)
{
	return read_settled(mm, addr, values, may_sleep, found);
}

/* Return the address of the next entry in the same table that is not empty. */
static unsigned long skip_empty(const struct descent *at, unsigned int shift,
				unsigned long addr, unsigned long end)
{
	const u64 *entry = at->entry;
	const u64 *end_of_table = entry + pgwalk_arch_entries(at->level) -
				  pgwalk_arch_index(at->level, addr);
	unsigned long size = 1UL << shift;

	do {
		addr = (addr | (size - 1)) + 1;
		entry++;
	} while (addr < end && entry < end_of_table && !READ_ONCE(*entry));
	return addr;
}

static bool has_empty(const u64 *entry, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr && entry[i]; i++)
		;
	return i < nr;
}

/*
 * Copy entries, each with a single load. Return true if one is empty. Mostly no entry is, and all
 * have a bit in common, as that of present pages.
 */
static bool copy_entries(u64 *to, const u64 *from, unsigned int nr)
{
	u64 common = ~0ULL;
	unsigned int i;

	/* Not memcpy(), which may copy an entry in parts. */
#pragma GCC unroll 16
	for (i = 0; i < nr; i++) {
		to[i] = READ_ONCE(from[i]);
		common &= to[i];
	}
	return !common && has_empty(to, nr);
}

/* Copy the ptes up to @end, which lie in one table. Return true if one is empty. */
static bool copy_ptes(struct pgwalk_table *table, const u64 *pte, unsigned long end)
{
	table->nr = (end - table->start) >> PAGE_SHIFT;
	table->found = PGWALK_FOUND_TABLE;
	table->next = end;
	return copy_entries((u64 *)table->pte, pte, table->nr);
}

/*
 * Read the table of ptes once. Interrupts are off. Return 0; -EAGAIN: the pmd changed;
 * -EBUSY: an entry is empty, and the lock of the table is held.
 */
static int read_ptes(struct mm_struct *mm, const struct descent *at, unsigned long addr,
		     unsigned long end, struct pgwalk_table *table)
{
	const u64 *pte = pte_of(at, addr);
	unsigned long last = pmd_addr_end(addr, end);
	int err = 0;

	if (copy_ptes(table, pte, last)) {
		spinlock_t *lock = lock_of(mm, at);

		if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
			err = NEED_SLEEPING_LOCK;
		} else if (spin_trylock(lock)) {
			copy_ptes(table, pte, last);
			spin_unlock(lock);
		} else {
			err = -EBUSY;
		}
	}
	return is_unchanged(at) ? err : -EAGAIN;
}

/* Report one entry above the ptes that is not empty, as a whole even if the range is smaller. */
static int found_entry(struct pgwalk_table *table, unsigned long addr, u64 value)
{
	unsigned long size = 1UL << pgwalk_arch_shift(table->level);

	if (pgwalk_arch_is_table(table->level, value))
		return -EAGAIN;
	table->value = value;
	table->pte[0] = __pte(value);
	table->nr = 1;
	table->found = PGWALK_FOUND_ENTRY;
	table->start = addr & ~(size - 1);
	table->next = table->start + size;
	return 0;
}

/*
 * Add the entries after the one that was found, up to the end of its table or an entry that is
 * empty or points to a table. An entry that is not empty is read once, so no lock is needed. The
 * number is bounded, because the caller may read a frame for each before it tests if the section
 * is over.
 */
static void read_neighbours(struct mm_struct *mm, unsigned long end, struct pgwalk_table *table)
{
	const unsigned int index = pgwalk_arch_index(table->level, table->next);
	const unsigned int shift = pgwalk_arch_shift(table->level);
	unsigned int i, most;
	unsigned long flags;
	struct descent at;

	if (table->next >= end || !index)
		return;
	most = min_t(unsigned long, PGWALK_ARCH_TABLE_ENTRIES - index,
		     ((end - 1 - table->next) >> shift) + 1);
	most = min_t(unsigned int, most, NEIGHBOURS);
	local_irq_save(flags);		/* rule 1 */
	at = descend(mm, table->next, NULL);
	if (at.level != table->level)
		most = 0;
	for (i = 0; i < most; i++) {
		u64 value = pgwalk_arch_value(READ_ONCE(at.entry[i]));

		if (!value || pgwalk_arch_is_table(at.level, value))
			break;
		table->pte[table->nr++] = __pte(value);
	}
	local_irq_restore(flags);
	table->next += (unsigned long)i << shift;
}

/* Report the empty entries from @addr on. Their lock is held, or they have none. */
static int found_hole(struct pgwalk_table *table, const struct descent *at,
		      unsigned long addr, unsigned long end)
{
	u64 value = READ_ONCE(*at->entry);

	if (value)
		return found_entry(table, addr, value);
	table->next = skip_empty(at, pgwalk_arch_shift(at->level), addr, end);
	return 0;
}

/* Read an empty entry above the ptes once. Interrupts are off. Errors as read_ptes(). */
static int read_hole(struct mm_struct *mm, const struct descent *at, unsigned long addr,
		     unsigned long end, struct pgwalk_table *table)
{
	spinlock_t *lock = lock_of(mm, at);
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

/* Initialize the result to a hole up to the end of the entry. */
static void begin_hole(struct pgwalk_table *table, unsigned long addr)
{
	table->found = PGWALK_FOUND_HOLE;
	table->value = 0;
	table->next = (addr | ((1UL << pgwalk_arch_shift(table->level)) - 1)) + 1;
}

/* Read the entry or the table at @addr. The lock of the table is held, or it has none. */
static int read_locked(const struct descent *at, unsigned long addr, unsigned long end,
		       struct pgwalk_table *table)
{
	table->start = addr;
	table->level = at->level;
	if (at->level == PGWALK_LEVEL_PTE) {
		copy_ptes(table, pte_of(at, addr), pmd_addr_end(addr, end));
		return is_unchanged(at) ? 0 : -EAGAIN;
	}
	begin_hole(table, addr);
	return found_hole(table, at, addr, end);
}

static int try_read_locked(struct mm_struct *mm, const struct descent *at,
			   unsigned long addr, unsigned long end, struct pgwalk_table *table)
{
	spinlock_t *lock = lock_of(mm, at);
	int err;

	if (!lock)
		return read_locked(at, addr, end, table);
	if (!spin_trylock(lock))
		return -EBUSY;
	err = read_locked(at, addr, end, table);
	spin_unlock(lock);
	return err;
}

/* Do the work of read_at() with PREEMPT_RT; see read_entry_sleeping(). */
static int read_table_sleeping(struct mm_struct *mm, unsigned long addr, unsigned long end,
			       struct pgwalk_table *table)
{
	struct descent at;
	unsigned long flags;
	int err;

	rcu_read_lock();
	local_irq_save(flags);
	at = descend(mm, addr, NULL);
	local_irq_restore(flags);
	err = try_read_locked(mm, &at, addr, end, table);
	rcu_read_unlock();
	return err;
}

/*
 * Test if the table with this pmd may be unshared during the section. It then belongs to other
 * processes only, or is freed: unsharing waits for an IPI, which enabled interrupts do not
 * hold off.
 */
static bool is_table_unstable(const struct pgwalk_mm_section *section, unsigned int level)
{
	return level == PGWALK_LEVEL_PMD && section->vma.flags & VM_HUGETLB &&
	       section->vma.flags & VM_MAYSHARE;
}

/* Apply rule 4 to a pmd of an unstable table, with PREEMPT_RT. */
static int read_unstable(struct pgwalk_mm_section *section, unsigned long addr,
			 struct pgwalk_table *table)
{
	struct pgwalk_found_entry found;
	unsigned long flags;
	int err;

	local_irq_save(flags);		/* rule 1 */
	err = read_entry(section->mm, addr, NULL, true, &found);
	local_irq_restore(flags);
	if (err)
		return err;
	if (found.level != table->level)
		return -EAGAIN;
	begin_hole(table, addr);
	return found.value ? found_entry(table, addr, found.value) : 0;
}

/* Read the entry or the table at @addr once. Errors as read_ptes(). */
static int read_at(struct pgwalk_mm_section *section, unsigned long addr, unsigned long end,
		   struct pgwalk_table *table)
{
	unsigned long flags;
	struct descent at;
	int err;

	local_irq_save(flags);		/* rule 1 */
	at = descend(section->mm, addr, NULL);
	table->start = addr;
	table->level = at.level;
	if (at.level == PGWALK_LEVEL_PTE) {
		err = read_ptes(section->mm, &at, addr, end, table);
	} else {
		begin_hole(table, addr);
		err = at.value ? found_entry(table, addr, at.value) :
				 read_hole(section->mm, &at, addr, end, table);
	}
	local_irq_restore(flags);
	if (err != NEED_SLEEPING_LOCK)
		return err;
	if (table->found == PGWALK_FOUND_HOLE && is_table_unstable(section, table->level))
		return read_unstable(section, addr, table);
	return read_table_sleeping(section->mm, addr, end, table);
}

/* Apply rule 5: read a pmd that may be in a collapse again, with the mapping locked. */
static int read_mapping(struct pgwalk_mm_section *section, unsigned long addr,
			struct pgwalk_table *table)
{
	struct pgwalk_section_mapping mapping;
	int err = pgwalk_mm_section_lock_mapping(section, addr, &mapping);

	switch (err) {
	case 0:
		err = read_at(section, addr, min(section->window, mapping.end), table);
		pgwalk_mm_section_unlock_mapping(section, &mapping);
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

/**
 * pgwalk_walk_read - read the entry or table at the cursor, and advance the cursor
 * @walk: @section is begun
 * @table: filled in if the return value is true
 *
 * Context: within the section. Interrupts are off for one table at a time. With PREEMPT_RT
 * the lock of a table is tried with interrupts on.
 * Return: true; false: the section has to end, because of its duration or because the lock of
 * the table is held (@walk is not advanced), or the range is done.
 */
bool pgwalk_walk_read(struct pgwalk_walk *walk, struct pgwalk_table *table)
{
	struct pgwalk_mm_section *section = &walk->section;
	unsigned int try = 0;
	int err;

	if (walk->addr >= walk->end || pgwalk_mm_section_is_over(section))
		return false;
	if (!pgwalk_mm_section_window(section, &walk->addr, walk->end)) {	/* rule 2 */
		walk->addr = walk->end;
		return false;
	}
	do {
		pgwalk_mm_section_watch(section);
		err = read_at(section, walk->addr, section->window, table);
		if (!err && table->found == PGWALK_FOUND_HOLE &&
		    is_empty_pmd(table->level, table->value) &&
		    pgwalk_mm_section_was_changed(section))
			err = read_mapping(section, walk->addr, table);
	} while (may_retry(&try, err));
	if (unlikely(err) && pgwalk_mm_section_may_wait(section)) {
		section->waits++;
		return false;
	}
	section->waits = 0;
	table->unsettled = err == -EBUSY && table->found == PGWALK_FOUND_TABLE;
	if (err && !table->unsettled)
		table->found = PGWALK_FOUND_RACED;
	section->raced += !!err;
	if (walk->many && table->found == PGWALK_FOUND_ENTRY)
		read_neighbours(section->mm, section->window, table);
	section->steps++;
	section->tables += table->found == PGWALK_FOUND_TABLE;
	walk->addr = table->next;
	return true;
}

/* Apply rule 5 to one entry. */
static int read_entry_of_mapping(struct pgwalk_mm_section *section, unsigned long addr, u64 *values,
				 struct pgwalk_found_entry *found)
{
	struct pgwalk_section_mapping mapping;
	int err = pgwalk_mm_section_lock_mapping(section, addr, &mapping);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = read_settled_entry(section->mm, addr, values, true, found);
	pgwalk_mm_section_unlock_mapping(section, &mapping);
	return err;
}

/* Store the last entry of a path. */
static int end_path(struct pgwalk_path *path, const struct pgwalk_found_entry *found, int err)
{
	if (err)
		return -EAGAIN;
	path->level = found->level;
	path->value[found->level] = found->value;
	return 0;
}

/**
 * pgwalk_walk_path - read the entries of all levels for one address
 * @section: begun
 * @addr: an address of the user half
 * @path: filled in
 *
 * Context: within the section. Interrupts are off during the read.
 * Return: 0; -EAGAIN: on each try the entry changed or its table was locked;
 * pgwalk_mm_section_may_wait() decides if the caller begins another section; -ENOENT: there is
 * no VMA, and this kernel protects tables inside of VMAs only.
 */
int pgwalk_walk_path(struct pgwalk_mm_section *section, unsigned long addr,
		     struct pgwalk_path *path)
{
	unsigned long first = addr;
	struct pgwalk_found_entry found;
	unsigned int try = 0;
	int err;

	if (!pgwalk_mm_section_window(section, &first, addr + 1))	/* rule 2 */
		return -ENOENT;
	do {
		pgwalk_mm_section_watch(section);
		err = read_settled_entry(section->mm, addr, path->value,
					 !is_table_unstable(section, PGWALK_LEVEL_PMD), &found);
		if (!err && is_empty_pmd(found.level, found.value) &&
		    pgwalk_mm_section_was_changed(section))
			err = read_entry_of_mapping(section, addr, path->value, &found);
	} while (may_retry(&try, err));
	section->waits += !!err;
	return end_path(path, &found, err);
}

/**
 * pgwalk_walk_mapped - read the entries of all levels for one address of a VMA that was found
 * through the reverse map
 * @vma: found in i_mmap of a file, or in the tree of an anon_vma
 * @addr: within @vma
 * @path: filled in
 *
 * Replaces rule 2: munmap() and exit_mmap() remove a VMA from both trees before
 * they free a table of its range, and mremap() moves tables only with both trees locked. They
 * hold the lock for writing that the caller holds for reading. A hugetlb table is
 * unshared with i_mmap_rwsem held for writing. Replaces rule 3: the root is freed
 * with the mm, which is kept by its VMAs. Replaces rule 5: a collapse of anonymous
 * pages holds the lock of their anon_vma for writing while the pmd is empty and the pages
 * are still in the reverse map.
 *
 * Context: i_mmap_rwsem of the file, or rwsem of the root of the anon_vma, is held for
 * reading since @vma was found. Interrupts are off during the read.
 * Return: 0; -EAGAIN: on each try the entry changed or its table was locked.
 */
int pgwalk_walk_mapped(const struct vm_area_struct *vma, unsigned long addr,
		       struct pgwalk_path *path)
{
	struct pgwalk_found_entry found;
	unsigned int try = 0;
	int err;

	do {
		err = read_settled_entry(vma->vm_mm, addr, path->value, true, &found);
	} while (may_retry(&try, err));
	return end_path(path, &found, err);
}

/**
 * pgwalk_walk_mapped_leaf - read the last entry for one address of a VMA
 * @vma: as for pgwalk_walk_mapped()
 * @addr: within @vma
 *
 * Inline as far as possible, because a page may have thousands of mappings.
 *
 * Context: as for pgwalk_walk_mapped().
 * Return: the entry, in registers. @level is -EAGAIN if the entry changed or its table was locked: it is
 * read once.
 */
struct pgwalk_found_entry pgwalk_walk_mapped_leaf(const struct vm_area_struct *vma,
						  unsigned long addr)
{
	struct pgwalk_found_entry found PGWALK_UNINITIALIZED;
	int err = read_settled(vma->vm_mm, addr, NULL, true, &found);

	return likely(!err) ? found : (struct pgwalk_found_entry){ .level = -EAGAIN };
}

/*
 * Test rule 2 for the tables of current->mm. False only in the middle of a switch to or from
 * this mm: this CPU would get no IPI before a table is freed. Interrupts are off.
 */
static __always_inline bool gets_ipi_before_free(struct mm_struct *mm)
{
	return PGWALK_TABLES_RCU || likely(cpumask_test_cpu(smp_processor_id(), mm_cpumask(mm)));
}

/* Test if the locks of page tables cannot be freed while interrupts are off. */
static __always_inline bool has_table_locks(bool locked)
{
	return PGWALK_TABLE_LOCKS_RCU || !ALLOC_SPLIT_PTLOCKS || locked;
}

/*
 * Apply rule 5 for a caller that does not hold the mapping: the pmd reads as empty, mmap_lock
 * is free, the pmd reads as empty again. Interrupts are off. -EBUSY: mmap_lock is held, by a
 * reader or a writer.
 */
static int settle_pmd(struct mm_struct *mm, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < UNLOCKED_READS; i++) {
		struct descent at;

		smp_rmb();	/* the pmd, mmap_lock, the pmd */
		if (rwsem_is_locked(&mm->mmap_lock))
			return -EBUSY;
		smp_rmb();	/* see above */
		at = descend(mm, addr, NULL);
		if (!is_empty_pmd(at.level, at.value))
			return -EAGAIN;
	}
	return 0;
}

/* Read an entry once. Interrupts are off. Errors as read_entry(); -ESTALE: no IPI would come. */
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

/* The rare part of pgwalk_walk_current(): the first read has failed with @err. */
static noinline struct pgwalk_found_entry read_current_again(struct mm_struct *mm,
							     unsigned long addr, bool locked,
							     int err)
{
	struct pgwalk_found_entry found;
	unsigned long flags;
	unsigned int try = 0;

	while (may_retry(&try, err)) {
		local_irq_save(flags);		/* rule 1 */
		err = read_current(mm, addr, locked, &found);
		local_irq_restore(flags);
	}
	if (err)
		found = (struct pgwalk_found_entry){ .level = err == -ESTALE ? -EBUSY : -EAGAIN };
	return found;
}

/**
 * pgwalk_walk_current - read the entry that maps an address in the current process
 * @addr: an address of the user half
 * @locked: the caller holds mmap_lock, or the lock of the VMA, for reading
 *
 * Context: any but NMI. Tries the lock of a table, takes no other lock and never sleeps.
 * current->mm is not NULL; rule 3 is met, because current uses the mm.
 * Return: the entry, in registers. @level is -EAGAIN if on each try the entry changed or its
 * table was locked, -EBUSY if this CPU would get no IPI before a table is freed.
 */
struct pgwalk_found_entry pgwalk_walk_current(unsigned long addr, bool locked)
{
	struct mm_struct *mm = current->mm;
	struct pgwalk_found_entry found;
	unsigned long flags;
	int err;

	local_irq_save(flags);		/* rule 1 */
	err = read_current(mm, addr, locked, &found);
	local_irq_restore(flags);
	return likely(!err) ? found : read_current_again(mm, addr, locked, err);
}

static int count_ptes(const u64 *pte, unsigned int nr)
{
	unsigned int i;
	int n = 0;

	for (i = 0; i < nr; i++)
		n += pgwalk_arch_is_present(READ_ONCE(pte[i]));
	return n;
}

/*
 * Apply rule 4 to ptes of which some are not present. Interrupts are off. Without the lock,
 * return the highest count of several reads.
 */
static int count_settled(spinlock_t *lock, const u64 *pte, unsigned int nr)
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
	for (i = 0; i < UNLOCKED_READS; i++) {
		if (spin_is_locked(lock))
			return -EAGAIN;
		smp_rmb();	/* the lock, the ptes, the lock */
		n = max(n, count_ptes(pte, nr));
		smp_rmb();	/* see above */
	}
	return n;
}

/* Count the present ptes of a range once. Interrupts are off. Errors as read_current(). */
static int count_present(struct mm_struct *mm, unsigned long start, unsigned long end,
			 bool locked)
{
	unsigned int nr = (end - start + PAGE_SIZE - 1) >> PAGE_SHIFT;
	struct descent at;
	const u64 *pte;
	int n;

	if (!gets_ipi_before_free(mm))
		return -ESTALE;
	at = descend(mm, start, NULL);
	if (is_empty_pmd(at.level, at.value) && !locked)
		return settle_pmd(mm, start) ? -EAGAIN : 0;
	if (at.level != PGWALK_LEVEL_PTE)
		return 0;
	pte = pte_of(&at, start);
	n = has_table_locks(locked) ? count_settled(lock_of(mm, &at), pte, nr) : -EAGAIN;
	if (n == -EAGAIN && count_ptes(pte, nr) == nr)
		n = nr;			/* rule 4 is about empty entries only */
	if (n == -EAGAIN)
		return n;
	return is_unchanged(&at) ? n : -EAGAIN;
}

/**
 * pgwalk_walk_current_present - count the pages that ptes map in a range of the current
 * process
 * @start: an address of the user half
 * @end: first address after the range; the entries are in one table
 * @locked: as for pgwalk_walk_current()
 *
 * Context: as pgwalk_walk_current().
 * Return: number of pages; 0 if there is no table of ptes; -EAGAIN or -EBUSY as
 * pgwalk_walk_current().
 */
int pgwalk_walk_current_present(unsigned long start, unsigned long end, bool locked)
{
	unsigned long flags;
	unsigned int try = 0;
	int n;

	do {
		local_irq_save(flags);		/* rule 1 */
		n = count_present(current->mm, start & PAGE_MASK, end, locked);
		local_irq_restore(flags);
	} while (may_retry(&try, n));
	return n == -ESTALE ? -EBUSY : n;
}

/*
 * Return the entry that points to the table of @level that covers an address; 0: there is no
 * such table. Interrupts are off.
 */
static u64 find_table(struct mm_struct *mm, unsigned long addr, unsigned int level)
{
	u64 values[PGWALK_LEVEL_PGD + 1];

	if (descend(mm, addr, values).level > level)
		return 0;
	return values[pgwalk_walk_level_above(level)];
}

/* Copy the entries of a table. Return true if one is empty. */
static bool copy_whole(struct pgwalk_copy *copy, const u64 *table, unsigned int nr)
{
	copy->pfn = __pa(table) >> PAGE_SHIFT;
	copy->nr = nr;
	return copy_entries(copy->entry, table, nr);
}

/*
 * Apply rule 4: copy a table with empty entries again, under its lock. Not with
 * PREEMPT_RT, where that lock sleeps. Interrupts are off.
 */
static int copy_locked(struct mm_struct *mm, unsigned int level, u64 value,
		       struct pgwalk_copy *copy)
{
	u64 *table = pgwalk_arch_table(value);
	struct descent at = { level, table, value };
	spinlock_t *lock = lock_of(mm, &at);

	if (!lock || IS_ENABLED(CONFIG_PREEMPT_RT))
		return 0;
	if (!spin_trylock(lock))
		return -EBUSY;
	copy_whole(copy, table, PGWALK_ARCH_TABLE_ENTRIES);
	spin_unlock(lock);
	return 0;
}

/*
 * Copy a table once. Interrupts are off. Return 0; -EAGAIN: the entry that points to the table
 * changed; -EBUSY: the lock of the table is held; -ENOENT.
 */
static int copy_table(struct mm_struct *mm, unsigned long addr, unsigned int level,
		      struct pgwalk_copy *copy)
{
	u64 value;
	int err = 0;

	if (level == PGWALK_LEVEL_PGD) {	/* the root stays: rule 3 */
		copy_whole(copy, (const u64 *)mm->pgd, pgwalk_arch_user_entries(level));
		return 0;
	}
	value = find_table(mm, addr, level);
	if (!value)
		return -ENOENT;
	if (copy_whole(copy, pgwalk_arch_table(value), PGWALK_ARCH_TABLE_ENTRIES))
		err = copy_locked(mm, level, value, copy);
	return pgwalk_arch_is_same_table(find_table(mm, addr, level), value) ? err : -EAGAIN;
}

/**
 * pgwalk_walk_copy - copy the table of a level that covers an address
 * @section: begun; pgwalk_mm_section_window() was called for @addr (rule 2)
 * @addr: an address of the user half
 * @level: enum pgwalk_level
 * @copy: filled in; on -EAGAIN with the last read, from a table that was being removed
 *
 * A pmd that is empty because its pages are being collapsed is copied as empty.
 *
 * Context: within the section. Interrupts are off during each read.
 * Return: 0; -EINPROGRESS: the lock was held on each try: the caller ends the section and copies
 * the table in the next one, a bounded number of times; -EBUSY: the lock was held in those, too,
 * so empty entries of @copy may belong to pages; -EAGAIN: the table changed on each try;
 * -ENOENT: there is no table.
 */
int pgwalk_walk_copy(struct pgwalk_mm_section *section, unsigned long addr, unsigned int level,
		     struct pgwalk_copy *copy)
{
	unsigned long flags;
	unsigned int try = 0;
	int err;

	do {
		local_irq_save(flags);		/* rule 1 */
		err = copy_table(section->mm, addr, level, copy);
		local_irq_restore(flags);
	} while (may_retry(&try, err));
	section->steps++;
	if (unlikely(err == -EBUSY) && pgwalk_mm_section_may_wait(section)) {
		section->waits++;
		return -EINPROGRESS;
	}
	section->waits = 0;
	section->tables += !err || err == -EBUSY;
	section->raced += err == -EAGAIN || err == -EBUSY;
	return err;
}
