// SPDX-License-Identifier: GPL-2.0
/*
 * Holds an address space still enough to read its page tables, for a short time:
 * the only place that knows whether a kernel needs mmap_lock for that. It must not
 * read a table, and keeps no VMA past the lock that it was found under.
 *
 * The rules of walk.c (which lists all of them) that are kept here:
 *
 * 2. Where tables are read without mmap_lock (PGWALK_WALK_UNLOCKED), nothing is
 *    locked. Elsewhere mmap_lock is held for reading, and the walk stays inside
 *    VMAs: munmap() removes a VMA with the lock held for writing, and then frees
 *    its tables with the lock held for reading only, concurrently with the walk.
 * 3. mm_users is held, so that exit_mmap() has to wait.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include "compat.h"
#include "cost.h"
#include "hold.h"

#define WAITS		8		/* holds that may end at one locked table */
#define WAITS_AT_ONCE	2		/* of these without a sleep before the next */
#define SLEEPS		16		/* ticks that one walk may sleep in all */
#define HOLD_STEPS	64		/* reads in one hold, at most */
#define HOLD_NS		(90 * NSEC_PER_USEC)	/* and one more step: below 100 us */

/* By value: good for the rest of the hold, as good as the entries are. */
static void __maybe_unused note_vma(struct pgwalk_hold *hold, const struct vm_area_struct *vma)
{
	hold->vma = (struct pgwalk_hold_vma) {
		.start = vma->vm_start,
		.end = vma->vm_end,
		.accessible = vma->vm_flags & VM_ACCESS_FLAGS,
		.anonymous = !vma->vm_ops,
		.tracked = vma->vm_flags & PGWALK_VM_UFFD_RWP,
		.shares_tables = vma->vm_flags & VM_HUGETLB && vma->vm_flags & VM_MAYSHARE,
	};
}

static bool takes_lock(const struct pgwalk_hold *hold)
{
	return !PGWALK_WALK_UNLOCKED || hold->vmas;
}

/*
 * Rule 2. mm_count is enough to wait for the lock of an mm that may be going;
 * whether it is gone is asked with the lock held.
 */
static int lock_tables(struct pgwalk_hold *hold)
{
	return takes_lock(hold) ? mmap_read_lock_killable(hold->mm) : 0;
}

static void unlock_tables(struct pgwalk_hold *hold)
{
	if (!takes_lock(hold))
		return;
	mmap_read_unlock(hold->mm);
	pgwalk_cost_add_hold(ktime_to_ns(ktime_sub(ktime_get(), hold->began)));
}

#if PGWALK_WALK_UNLOCKED

/* Tables of any mm are freed through RCU: rule 1 is enough, with VMAs or without. */
static bool find_window(struct pgwalk_hold *hold, unsigned long *addr, unsigned long end)
{
	hold->window = end;
	return true;
}

#else

/*
 * Rule 2: outside of VMAs mmap_lock protects no table, so the walk goes from VMA
 * to VMA. What is kept of one is copied; it is good as long as the lock is held.
 */
static bool find_window(struct pgwalk_hold *hold, unsigned long *addr, unsigned long end)
{
	struct vm_area_struct *vma;

	mmap_assert_locked(hold->mm);
	vma = find_vma(hold->mm, *addr);
	if (!vma || vma->vm_start >= end)
		return false;
	note_vma(hold, vma);
	*addr = max(*addr, vma->vm_start);
	hold->window = min(end, vma->vm_end);
	return true;
}

#endif

/**
 * pgwalk_hold_begin - begin a hold, in which tables may be read
 * @hold: @mm and @vmas are set
 *
 * Short by construction: pgwalk_walk_read() ends after 64 reads or 100 us.
 *
 * Context: process context, may sleep waiting for mmap_lock; takes it unless
 * tables are freed through RCU and no VMA will be looked at; takes mm_users. Until
 * pgwalk_hold_end() the caller must not sleep and must not touch user memory.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone.
 */
int pgwalk_hold_begin(struct pgwalk_hold *hold)
{
	int err;

	/* The owner of a table's lock needs less than a tick, once it has a CPU. */
	if (hold->waits > WAITS_AT_ONCE && hold->sleeps < SLEEPS) {
		hold->sleeps++;
		schedule_timeout_killable(1);
	}
	err = lock_tables(hold);
	if (err)
		return err;
	hold->began = ktime_get();
	hold->steps = 0;
	hold->tables = 0;
	hold->raced = 0;
	hold->window = 0;
	hold->vma = (struct pgwalk_hold_vma) {};
	hold->unswapped.start = 0;
	hold->unswapped.end = 0;
	/* Rule 3. Taken last, so that nobody sleeps with it. */
	if (mmget_not_zero(hold->mm))
		return 0;
	unlock_tables(hold);
	return -ESRCH;
}

/**
 * pgwalk_hold_end - end the hold
 * @hold: begun
 *
 * Context: process context; yields the CPU. A reference that turns out to be the
 * last one is put by a worker: the reader does not tear an address space down.
 */
void pgwalk_hold_end(struct pgwalk_hold *hold)
{
	unlock_tables(hold);
	mmput_async(hold->mm);
	pgwalk_cost_add_tables(hold->tables, hold->raced);
	cond_resched();
}

/**
 * pgwalk_hold_is_over - ask if others should have their turn
 * @hold: begun; @steps counts the reads
 *
 * Context: within the hold.
 * Return: true after 64 reads or 100 us, though not before the first read.
 */
bool pgwalk_hold_is_over(const struct pgwalk_hold *hold)
{
	if (!hold->steps)
		return false;
	return hold->steps >= HOLD_STEPS ||
	       ktime_to_ns(ktime_sub(ktime_get(), hold->began)) >= HOLD_NS;
}

/**
 * pgwalk_hold_may_wait - can a table whose lock is taken be read in a later hold?
 * @hold: begun
 *
 * The wait for one table is bounded, and so is the sleep of a whole walk: a target that
 * keeps the locks of its tables busy delays a reader by SLEEPS ticks at most.
 *
 * Context: any.
 * Return: false: it is to be reported as raced.
 */
bool pgwalk_hold_may_wait(const struct pgwalk_hold *hold)
{
	return hold->waits < (hold->sleeps < SLEEPS ? WAITS : WAITS_AT_ONCE);
}

/**
 * pgwalk_hold_window - find where tables may be read
 * @hold: begun; @window is set: the range from *@addr to there may be read
 * @addr: in: the address wanted; out: the first one from there on that may be read
 * @end: the first address behind the range that is wanted
 *
 * Context: within the hold; addresses of successive calls grow.
 * Return: false: nothing before @end may be read, for there is nothing.
 */
bool pgwalk_hold_window(struct pgwalk_hold *hold, unsigned long *addr, unsigned long end)
{
	return *addr < hold->window || find_window(hold, addr, end);
}

#if PGWALK_WALK_UNLOCKED

/**
 * pgwalk_hold_watch - begin to watch for changes of mappings
 * @hold: begun
 *
 * Context: within the hold. Does not wait.
 */
void pgwalk_hold_watch(struct pgwalk_hold *hold)
{
	hold->watched = mmap_lock_speculate_try_begin(hold->mm, &hold->seq);
}

/**
 * pgwalk_hold_was_changed - may mappings have changed since?
 * @hold: watched
 *
 * Context: within the hold.
 * Return: true: mmap_lock was held for writing at some time since. Always true on a
 * kernel without per-VMA locks, which does not count its writers.
 */
bool pgwalk_hold_was_changed(const struct pgwalk_hold *hold)
{
	return !hold->watched || mmap_lock_speculate_retry(hold->mm, hold->seq);
}

#else

/* mmap_lock is held. */
void pgwalk_hold_watch(struct pgwalk_hold *hold)
{
}

bool pgwalk_hold_was_changed(const struct pgwalk_hold *hold)
{
	return false;
}

#endif

#if PGWALK_VMA_RCU

/*
 * Without a VMA no page is present. The tree of VMAs is read under RCU: a VMA that is
 * split, merged or resized is replaced by a single store, so that an address which stays
 * mapped never lacks one. The VMA that is found is not dereferenced.
 */
static int find_gap(struct pgwalk_hold *hold, unsigned long addr,
		    struct pgwalk_hold_mapping *mapping)
{
	MA_STATE(mas, &hold->mm->mm_mt, addr, addr);
	bool found;

	rcu_read_lock();
	found = mas_walk(&mas);
	mapping->end = mas.last == ULONG_MAX ? ULONG_MAX : mas.last + 1;
	rcu_read_unlock();
	return found ? -EBUSY : -ENOENT;
}

static int lock_mapping(struct pgwalk_hold *hold, unsigned long addr,
			struct pgwalk_hold_mapping *mapping)
{
	mapping->vma = lock_vma_under_rcu(hold->mm, addr);
	if (!mapping->vma)
		return find_gap(hold, addr, mapping);
	mapping->end = mapping->vma->vm_end;
	return 0;
}

static void unlock_mapping(struct pgwalk_hold *hold, struct pgwalk_hold_mapping *mapping)
{
	vma_end_read(mapping->vma);
}

#else

static int lock_mapping(struct pgwalk_hold *hold, unsigned long addr,
			struct pgwalk_hold_mapping *mapping)
{
	mapping->vma = NULL;
	mapping->end = ULONG_MAX;
	return mmap_read_trylock(hold->mm) ? 0 : -EBUSY;
}

static void unlock_mapping(struct pgwalk_hold *hold, struct pgwalk_hold_mapping *mapping)
{
	mmap_read_unlock(hold->mm);
}

#endif

/**
 * pgwalk_hold_lock_mapping - keep the pages at an address from being collapsed
 * @hold: begun
 * @addr: an address of the user half
 * @mapping: set, for pgwalk_hold_unlock_mapping(), on success; @end on -ENOENT too
 *
 * Collapsing into a huge page empties the pmd, for longer than it holds the lock of the
 * pmd, but with mmap_lock and the VMA locked for writing throughout.
 *
 * Context: within the hold. Does not wait.
 * Return: 0: no collapse is going on before @mapping->end; -ENOENT: there is no VMA before
 * it; -EBUSY: the VMA, or mmap_lock, is locked for writing.
 */
int pgwalk_hold_lock_mapping(struct pgwalk_hold *hold, unsigned long addr,
			     struct pgwalk_hold_mapping *mapping)
{
	return lock_mapping(hold, addr, mapping);
}

/**
 * pgwalk_hold_unlock_mapping - the counterpart
 * @hold: begun
 * @mapping: locked
 *
 * Context: within the hold.
 */
void pgwalk_hold_unlock_mapping(struct pgwalk_hold *hold, struct pgwalk_hold_mapping *mapping)
{
	unlock_mapping(hold, mapping);
}

/* mmap_lock is held. */
static int find_mapping(struct pgwalk_hold *hold, unsigned long addr,
			struct pgwalk_hold_mapping *mapping)
{
	mapping->vma = find_vma(hold->mm, addr);
	if (mapping->vma && mapping->vma->vm_start <= addr) {
		mapping->end = mapping->vma->vm_end;
		return 0;
	}
	mapping->end = mapping->vma ? mapping->vma->vm_start : ULONG_MAX;
	return -ENOENT;
}

#if PGWALK_VMA_RCU

/*
 * A VMA that is locked for writing, or none. Only whether it has a file is read of it, which
 * may be done under RCU: its memory stays that of a VMA, but perhaps not of this one. It was
 * removed from the tree before it was freed, so that a second search shows that.
 */
static int find_fileless(struct pgwalk_hold *hold, unsigned long addr,
			 struct pgwalk_hold_mapping *mapping)
{
	MA_STATE(mas, &hold->mm->mm_mt, addr, addr);
	const struct vm_area_struct *vma;
	bool busy;

	rcu_read_lock();
	vma = mas_walk(&mas);
	busy = vma && READ_ONCE(vma->vm_file);
	mapping->end = mas.last == ULONG_MAX ? ULONG_MAX : mas.last + 1;
	if (vma && !busy) {
		smp_rmb();	/* the file before the tree */
		mas_set(&mas, addr);
		busy = mas_walk(&mas) != vma;
	}
	rcu_read_unlock();
	return busy ? -EBUSY : -ENOENT;
}

static int lock_file(struct pgwalk_hold *hold, unsigned long addr,
		     struct pgwalk_hold_mapping *mapping)
{
	mapping->vma = lock_vma_under_rcu(hold->mm, addr);
	if (!mapping->vma)
		return find_fileless(hold, addr, mapping);
	mapping->end = mapping->vma->vm_end;
	return 0;
}

static void unlock_file(struct pgwalk_hold *hold, struct pgwalk_hold_mapping *mapping)
{
	vma_end_read(mapping->vma);
}

#else

static int lock_file(struct pgwalk_hold *hold, unsigned long addr,
		     struct pgwalk_hold_mapping *mapping)
{
	int err;

	mapping->end = ULONG_MAX;
	if (!mmap_read_trylock(hold->mm))
		return -EBUSY;
	err = find_mapping(hold, addr, mapping);
	if (err)
		mmap_read_unlock(hold->mm);
	return err;
}

static void unlock_file(struct pgwalk_hold *hold, struct pgwalk_hold_mapping *mapping)
{
	mmap_read_unlock(hold->mm);
}

#endif

/**
 * pgwalk_hold_lock_file - lock the VMA at an address, to read its file
 * @hold: begun
 * @addr: an address of the user half
 * @mapping: @end is always set: where the mapping, or the range without one, ends. @vma is set
 *	on success; it need not have a file
 *
 * Context: within the hold. Does not wait.
 * Return: 0: until pgwalk_hold_unlock_file() the VMA stays as it is; -ENOENT: there is no VMA,
 * or none with a file; -EBUSY: the VMA, or mmap_lock, is locked for writing.
 */
int pgwalk_hold_lock_file(struct pgwalk_hold *hold, unsigned long addr,
			  struct pgwalk_hold_mapping *mapping)
{
	return takes_lock(hold) ? find_mapping(hold, addr, mapping) :
				  lock_file(hold, addr, mapping);
}

/**
 * pgwalk_hold_unlock_file - the counterpart
 * @hold: begun
 * @mapping: locked
 *
 * Context: within the hold.
 */
void pgwalk_hold_unlock_file(struct pgwalk_hold *hold, struct pgwalk_hold_mapping *mapping)
{
	if (!takes_lock(hold))
		unlock_file(hold, mapping);
}

#if PGWALK_WALK_UNLOCKED && PGWALK_VMA_RCU

/* Never waits: a VMA that somebody is changing stays unknown. mm_users is held. */
static void look_up_vma(struct pgwalk_hold *hold, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(hold->mm, addr);

	if (!vma)
		return;
	note_vma(hold, vma);
	vma_end_read(vma);
}

#else

/* With mmap_lock held, find_window() has noted the VMA that is being walked. */
static void look_up_vma(struct pgwalk_hold *hold, unsigned long addr)
{
}

#endif

/**
 * pgwalk_hold_ask_vma - learn of the VMA at an address what its entries do not tell
 * @hold: begun; @vma is set if the answer is true
 * @addr: an address that was read in this hold
 *
 * Context: within the hold. Takes no lock that has to be waited for.
 * Return: true: @vma is of @addr; false: it could not be asked without waiting.
 */
bool pgwalk_hold_ask_vma(struct pgwalk_hold *hold, unsigned long addr)
{
	if (addr < hold->vma.start || addr >= hold->vma.end)
		look_up_vma(hold, addr);
	return addr >= hold->vma.start && addr < hold->vma.end;
}
