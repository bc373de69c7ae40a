// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Begins and ends the short sections in which page tables may be read. This is the only
 * file that knows whether a kernel needs mmap_lock for that. It reads no table. A VMA that
 * is kept after the lock under which it was found is released is used again only after a proof that
 * it is the same (hinted_vma()).
 *
 * The rules of walk.c that are kept here:
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
#include "mm_section.h"
#include "stats.h"

#define WAITS		8		/* sections that may end at one locked table */
#define WAITS_AT_ONCE	2		/* the first of them, without a sleep before the next */
#define SLEEPS		16		/* ticks that one walk may sleep in total */
#define SECTION_STEPS	64		/* maximum of reads in one section */
#define HINT_NS		NSEC_PER_SEC	/* time for which a VMA is found again without a search */
#define SECTION_NS	(90 * NSEC_PER_USEC)	/* one more step stays below 100 us */

/* Copy the attributes of a VMA. They stay as valid as the entries, until the section ends. */
static void save_vma(struct pgwalk_mm_section *section,
				    const struct vm_area_struct *vma)
{
	section->vma = (struct pgwalk_section_vma) {
		.start = vma->vm_start,
		.end = vma->vm_end,
		.flags = vma->vm_flags,
		.anonymous = !vma->vm_ops,
	};
}

static bool takes_lock(const struct pgwalk_mm_section *section)
{
	return !PGWALK_WALK_UNLOCKED || section->vmas;
}

static void unlock_tables(struct pgwalk_mm_section *section)
{
	if (!takes_lock(section))
		return;
	mmap_read_unlock(section->mm);
	pgwalk_stats_add_hold(ktime_to_ns(ktime_sub(ktime_get(), section->began)));
}

/**
 * pgwalk_mm_section_begin - begin a section in which tables may be read
 * @section: @mm and @vmas are set
 *
 * The section is short: pgwalk_walk_read() ends it after 64 reads or 100 us.
 *
 * Context: process context, may sleep waiting for mmap_lock. Takes mmap_lock unless
 * tables are freed through RCU and no VMA will be read; takes mm_users. Until
 * pgwalk_mm_section_end() the caller must not sleep or access user memory.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone.
 */
int pgwalk_mm_section_begin(struct pgwalk_mm_section *section)
{
	/* The owner of a table's lock needs less than a tick once it runs on a CPU. */
	if (section->waits > WAITS_AT_ONCE && section->sleeps < SLEEPS) {
		section->sleeps++;
		schedule_timeout_killable(1);
	}
	/*
	 * Rule 2. mm_count is enough to wait for the lock of an mm that may be exiting, because
	 * mm_users is tested with the lock held.
	 */
	if (takes_lock(section) && !mmap_read_trylock(section->mm) &&
	    mmap_read_lock_killable(section->mm))
		return -EINTR;
	section->began = ktime_get();
	section->steps = 0;
	section->tables = 0;
	section->raced = 0;
	section->window = 0;
	section->vma = (struct pgwalk_section_vma) {};
	section->unswapped.start = 0;
	section->unswapped.end = 0;
	/* Rule 3. Taken last, so that mm_users is not held while this task sleeps. */
	if (mmget_not_zero(section->mm))
		return 0;
	unlock_tables(section);
	return -ESRCH;
}

/**
 * pgwalk_mm_section_end - end a section
 * @section: begun
 *
 * Context: process context; yields the CPU. If this is the last reference, a worker puts
 * it, so that the reader does not tear down the address space.
 */
void pgwalk_mm_section_end(struct pgwalk_mm_section *section)
{
	unlock_tables(section);
	mmput_async(section->mm);
	if (section->tables || section->raced)
		pgwalk_stats_add_tables(section->tables, section->raced);
	cond_resched();
}

/**
 * pgwalk_mm_section_is_over - test if a section has to end
 * @section: begun; @steps counts the reads
 *
 * Context: within the section.
 * Return: true after 64 reads or 100 us, but never before the first read.
 */
bool pgwalk_mm_section_is_over(const struct pgwalk_mm_section *section)
{
	return section->steps &&
	       (section->steps >= SECTION_STEPS ||
		ktime_to_ns(ktime_sub(ktime_get(), section->began)) >= SECTION_NS);
}

/**
 * pgwalk_mm_section_may_wait - test if a locked table may be read in a later section
 * @section: begun
 *
 * The wait for one table and the sleep of a whole walk are bounded: a target that
 * keeps the locks of its tables held delays a reader by SLEEPS ticks at most.
 *
 * Context: any.
 * Return: false if the table has to be reported as raced.
 */
bool pgwalk_mm_section_may_wait(const struct pgwalk_mm_section *section)
{
	return section->waits < (section->sleeps < SLEEPS ? WAITS : WAITS_AT_ONCE);
}

/*
 * Find the VMA at an address, or the next one. Mostly it is at the address: the tree is searched for
 * the address alone first, which is less work than find_vma(). mmap_lock is held.
 */
static struct vm_area_struct *find_vma_from(struct mm_struct *mm, unsigned long addr)
{
	MA_STATE(mas, &mm->mm_mt, addr, addr);

	return mas_walk(&mas) ?: find_vma(mm, addr);
}

/**
 * pgwalk_mm_section_find_window - find a range if the address is after the last one
 * @section: begun
 * @addr: not in the last range
 * @end: first address after the wanted range
 *
 * Context: within the section; called by pgwalk_mm_section_window().
 * Return: as pgwalk_mm_section_window().
 */
bool pgwalk_mm_section_find_window(struct pgwalk_mm_section *section, unsigned long *addr,
				   unsigned long end)
{
	struct vm_area_struct *vma;

	/* Tables of any mm are freed through RCU: rule 1 is enough, inside and outside of VMAs. */
	if (PGWALK_WALK_UNLOCKED) {
		section->window = end;
		return true;
	}
	/*
	 * Rule 2: mmap_lock protects tables inside of VMAs only, so the walk goes from VMA to VMA.
	 * The attributes of the VMA are copied, and are valid while the lock is held.
	 */
	mmap_assert_locked(section->mm);
	vma = find_vma_from(section->mm, *addr);
	if (!vma || vma->vm_start >= end)
		return false;
	save_vma(section, vma);
	*addr = max(*addr, vma->vm_start);
	section->window = min(end, vma->vm_end);
	return true;
}

/*
 * Return the VMA that an earlier section found, if it is at @addr and cannot have changed since: VMAs
 * are changed, removed and freed with mmap_lock held for writing only, by a task with a reference
 * to mm_users, or by exit_mmap(), after which mm_users is 0. The section holds mmap_lock for
 * reading, so that the count of the holds for writing does not change, and that of an earlier one
 * is visible; it holds mm_users, so exit_mmap() has not begun. Equal counts are those of one state,
 * because 2^31 holds take longer than HINT_NS.
 */
static struct vm_area_struct *hinted_vma(const struct pgwalk_mm_section *section,
					 unsigned long addr)
{
	const struct pgwalk_vma_hint *hint = section->hint;

	if (!PGWALK_MM_COUNTS_WRITES || !hint || !hint->vma ||
	    hint->writes != pgwalk_mm_writes(section->mm) ||
	    ktime_to_ns(ktime_sub(section->began, hint->found)) > HINT_NS)
		return NULL;
	return addr >= hint->vma->vm_start && addr < hint->vma->vm_end ? hint->vma : NULL;
}

static void keep_hint(const struct pgwalk_mm_section *section, struct vm_area_struct *vma)
{
	if (PGWALK_MM_COUNTS_WRITES && section->hint)
		*section->hint = (struct pgwalk_vma_hint) {
			.vma = vma,
			.writes = pgwalk_mm_writes(section->mm),
			.found = section->began,
		};
}

/* Find the VMA at an address, or the next one after it, which takes a second search. Set *@at if it is at the address. */
static noinline struct vm_area_struct *search_vma(struct pgwalk_mm_section *section, unsigned long addr,
					 bool *at)
{
	MA_STATE(mas, &section->mm->mm_mt, addr, addr);
	struct vm_area_struct *vma = mas_walk(&mas);

	*at = vma;
	if (!vma)
		return find_vma(section->mm, addr);
	keep_hint(section, vma);
	return vma;
}

/**
 * pgwalk_mm_section_find_vma - find the VMA at an address
 * @section: begun with @vmas. If there is a VMA at @addr, it is the next window, and @vma is set
 * @addr: an address of the user half
 *
 * The walk then does not search for the VMA again. The VMA of the section before, in @hint, is tested
 * first.
 *
 * Context: within the section; the VMA is valid until its end.
 * Return: the VMA, or the next one after @addr; NULL: there is none.
 */
struct vm_area_struct *pgwalk_mm_section_find_vma(struct pgwalk_mm_section *section,
						  unsigned long addr)
{
	struct vm_area_struct *vma;
	bool at = true;

	mmap_assert_locked(section->mm);
	vma = hinted_vma(section, addr);
	if (!vma)
		vma = search_vma(section, addr, &at);
	if (!at)
		return vma;
	save_vma(section, vma);
	section->window = vma->vm_end;
	return vma;
}

#if PGWALK_WALK_UNLOCKED

/**
 * pgwalk_mm_section_watch - begin to watch for changes of mappings
 * @section: begun
 *
 * Context: within the section. Does not wait.
 */
void pgwalk_mm_section_watch(struct pgwalk_mm_section *section)
{
	section->watched = mmap_lock_speculate_try_begin(section->mm, &section->seq);
}

/**
 * pgwalk_mm_section_was_changed - test if mappings may have changed since the watch began
 * @section: watched
 *
 * Context: within the section.
 * Return: true if mmap_lock was held for writing since pgwalk_mm_section_watch(). Always true
 * on a kernel without per-VMA locks, which does not count writers.
 */
bool pgwalk_mm_section_was_changed(const struct pgwalk_mm_section *section)
{
	return !section->watched || mmap_lock_speculate_retry(section->mm, section->seq);
}

#else

/* mmap_lock is held, so mappings do not change. */
void pgwalk_mm_section_watch(struct pgwalk_mm_section *section)
{
}

bool pgwalk_mm_section_was_changed(const struct pgwalk_mm_section *section)
{
	return false;
}

#endif

#if PGWALK_VMA_RCU

/*
 * Without a VMA no page is present. The tree of VMAs is read under RCU. A VMA that is
 * split, merged or resized is replaced with a single store, so the tree always has a VMA for
 * an address that stays mapped. The VMA that is found is not dereferenced.
 */
static int find_gap(struct pgwalk_mm_section *section, unsigned long addr,
		    struct pgwalk_section_mapping *mapping)
{
	MA_STATE(mas, &section->mm->mm_mt, addr, addr);
	bool found;

	rcu_read_lock();
	found = mas_walk(&mas);
	mapping->end = mas.last == ULONG_MAX ? ULONG_MAX : mas.last + 1;
	rcu_read_unlock();
	return found ? -EBUSY : -ENOENT;
}

static int lock_mapping(struct pgwalk_mm_section *section, unsigned long addr,
			struct pgwalk_section_mapping *mapping)
{
	mapping->vma = lock_vma_under_rcu(section->mm, addr);
	if (!mapping->vma)
		return find_gap(section, addr, mapping);
	mapping->end = mapping->vma->vm_end;
	return 0;
}

static void unlock_mapping(struct pgwalk_mm_section *section,
			   struct pgwalk_section_mapping *mapping)
{
	vma_end_read(mapping->vma);
}

#else

static int lock_mapping(struct pgwalk_mm_section *section, unsigned long addr,
			struct pgwalk_section_mapping *mapping)
{
	mapping->vma = NULL;
	mapping->end = ULONG_MAX;
	return mmap_read_trylock(section->mm) ? 0 : -EBUSY;
}

static void unlock_mapping(struct pgwalk_mm_section *section,
			   struct pgwalk_section_mapping *mapping)
{
	mmap_read_unlock(section->mm);
}

#endif

/**
 * pgwalk_mm_section_lock_mapping - keep the pages at an address from being collapsed
 * @section: begun
 * @addr: an address of the user half
 * @mapping: set for pgwalk_mm_section_unlock_mapping() on success; @end is set on -ENOENT, too
 *
 * Collapsing into a huge page empties the pmd for longer than it holds the lock of the
 * pmd, but holds mmap_lock and the VMA for writing throughout.
 *
 * Context: within the section. Does not wait.
 * Return: 0: no collapse is in progress before @mapping->end; -ENOENT: there is no VMA before
 * @mapping->end; -EBUSY: the VMA, or mmap_lock, is locked for writing.
 */
int pgwalk_mm_section_lock_mapping(struct pgwalk_mm_section *section, unsigned long addr,
				   struct pgwalk_section_mapping *mapping)
{
	return lock_mapping(section, addr, mapping);
}

/**
 * pgwalk_mm_section_unlock_mapping - undo pgwalk_mm_section_lock_mapping()
 * @section: begun
 * @mapping: locked
 *
 * Context: within the section.
 */
void pgwalk_mm_section_unlock_mapping(struct pgwalk_mm_section *section,
				      struct pgwalk_section_mapping *mapping)
{
	unlock_mapping(section, mapping);
}

/* Find the VMA at an address. mmap_lock is held. */
static int find_mapping(struct pgwalk_mm_section *section, unsigned long addr,
			struct pgwalk_section_mapping *mapping)
{
	mapping->vma = find_vma(section->mm, addr);
	if (mapping->vma && mapping->vma->vm_start <= addr) {
		mapping->end = mapping->vma->vm_end;
		return 0;
	}
	mapping->end = mapping->vma ? mapping->vma->vm_start : ULONG_MAX;
	return -ENOENT;
}

#if PGWALK_VMA_RCU

/*
 * Test for a VMA without a file, or no VMA, when the VMA cannot be locked. Only vm_file is read,
 * which is allowed under RCU: the memory stays a VMA, but may be reused for another one. A
 * VMA is removed from the tree before it is freed, so a second search detects a reuse.
 */
static int find_fileless(struct pgwalk_mm_section *section, unsigned long addr,
			 struct pgwalk_section_mapping *mapping)
{
	MA_STATE(mas, &section->mm->mm_mt, addr, addr);
	const struct vm_area_struct *vma;
	bool busy;

	rcu_read_lock();
	vma = mas_walk(&mas);
	busy = vma && READ_ONCE(vma->vm_file);
	mapping->end = mas.last == ULONG_MAX ? ULONG_MAX : mas.last + 1;
	if (vma && !busy) {
		smp_rmb();	/* read vm_file before the tree */
		mas_set(&mas, addr);
		busy = mas_walk(&mas) != vma;
	}
	rcu_read_unlock();
	return busy ? -EBUSY : -ENOENT;
}

static int lock_file(struct pgwalk_mm_section *section, unsigned long addr,
		     struct pgwalk_section_mapping *mapping)
{
	mapping->vma = lock_vma_under_rcu(section->mm, addr);
	if (!mapping->vma)
		return find_fileless(section, addr, mapping);
	mapping->end = mapping->vma->vm_end;
	return 0;
}

static void unlock_file(struct pgwalk_mm_section *section, struct pgwalk_section_mapping *mapping)
{
	vma_end_read(mapping->vma);
}

#else

static int lock_file(struct pgwalk_mm_section *section, unsigned long addr,
		     struct pgwalk_section_mapping *mapping)
{
	int err;

	mapping->end = ULONG_MAX;
	if (!mmap_read_trylock(section->mm))
		return -EBUSY;
	err = find_mapping(section, addr, mapping);
	if (err)
		mmap_read_unlock(section->mm);
	return err;
}

static void unlock_file(struct pgwalk_mm_section *section, struct pgwalk_section_mapping *mapping)
{
	mmap_read_unlock(section->mm);
}

#endif

/*
 * Test if the VMA with the saved attributes is at @addr and is anonymous. It may have the file
 * /dev/zero, of which no page is mapped. mmap_lock is held, so that it does not change.
 */
static bool is_saved_anonymous(const struct pgwalk_mm_section *section, unsigned long addr)
{
	return section->vma.anonymous && addr >= section->vma.start && addr < section->vma.end;
}

/**
 * pgwalk_mm_section_lock_file - lock the VMA at an address, to read its file
 * @section: begun
 * @addr: an address of the user half
 * @mapping: @end is always set to the end of the mapping, or of the range without one. @vma is
 *	set on success; it may have no file
 *
 * Context: within the section. Does not wait.
 * Return: 0: the VMA does not change until pgwalk_mm_section_unlock_file(); -ENOENT: there is
 * no VMA, or one that maps no page of a file; -EBUSY: the VMA, or mmap_lock, is locked for
 * writing.
 */
int pgwalk_mm_section_lock_file(struct pgwalk_mm_section *section, unsigned long addr,
				struct pgwalk_section_mapping *mapping)
{
	if (!takes_lock(section))
		return lock_file(section, addr, mapping);
	if (!is_saved_anonymous(section, addr))
		return find_mapping(section, addr, mapping);
	mapping->vma = NULL;
	mapping->end = section->vma.end;
	return -ENOENT;
}

/**
 * pgwalk_mm_section_unlock_file - undo pgwalk_mm_section_lock_file()
 * @section: begun
 * @mapping: locked
 *
 * Context: within the section.
 */
void pgwalk_mm_section_unlock_file(struct pgwalk_mm_section *section,
				   struct pgwalk_section_mapping *mapping)
{
	if (!takes_lock(section))
		unlock_file(section, mapping);
}

#if PGWALK_WALK_UNLOCKED && PGWALK_VMA_RCU

/* Never waits: a VMA that is locked for writing is not copied. mm_users is held. */
static void look_up_vma(struct pgwalk_mm_section *section, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(section->mm, addr);

	if (!vma)
		return;
	save_vma(section, vma);
	vma_end_read(vma);
}

#else

/* With mmap_lock held, pgwalk_mm_section_window() has copied the VMA that is being walked. */
static void look_up_vma(struct pgwalk_mm_section *section, unsigned long addr)
{
}

#endif

/**
 * pgwalk_mm_section_read_vma - read attributes of the VMA at an address
 * @section: begun; @vma is set if the return value is true
 * @addr: an address that was read in this section
 *
 * Context: within the section. Waits for no lock.
 * Return: true: @vma is the VMA of @addr; false: the VMA could not be read without waiting.
 */
bool pgwalk_mm_section_read_vma(struct pgwalk_mm_section *section, unsigned long addr)
{
	if (addr < section->vma.start || addr >= section->vma.end)
		look_up_vma(section, addr);
	return addr >= section->vma.start && addr < section->vma.end;
}
