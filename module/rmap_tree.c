// SPDX-License-Identifier: GPL-2.0
/*
 * Looks a page up in the reverse map: goes through the VMAs that may map it, reads the
 * entry that each has for it, and notes those that do. rmap_walk() and what it calls are
 * not exported; the trees are public (<linux/rmap.h>, <linux/fs.h>). It must not wait for
 * a lock, free an mm or ask for a process with one held.
 *
 * Locks, in the order in which they are taken, all tried only:
 *
 * 1. the folio. While it is locked folio->mapping and folio->index stay: truncation,
 *    reclaim, migration, KSM and folio_move_anon_rmap() lock it to change them. As long
 *    as a file's folio is in its mapping, the mapping cannot be freed.
 * 2. i_mmap_rwsem of the file for reading, or rwsem of the root of the anon_vma. Whoever
 *    adds, removes or resizes a VMA in these trees, or frees or moves the tables under
 *    one, has the lock for writing (pgwalk_walk_mapped() counts on it). A VMA in a tree
 *    keeps its mm_struct and its file.
 *
 * That is the kernel's own order (mm/rmap.c), but for hugetlbfs, which locks i_mmap_rwsem
 * before the folio. Since none is waited for, no order can deadlock. A try that fails is
 * made again a bounded number of times, with nothing held between; then the answer is
 * "busy". mmap_lock is not needed, and not taken: it comes before all of them.
 *
 * The locks are held for a bounded number of VMAs or 100 us, and are let go when others
 * wait. The next hold begins anew and passes over the VMAs that were looked at, which is
 * a step in a tree each. Should VMAs come and go between two holds one may be missed or
 * be met again; as long as nothing changes, each is met once.
 */
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/interval_tree_generic.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/sched/signal.h>

#include "compat.h"
#include "entry.h"
#include "rmap_batch.h"
#include "rmap_page.h"
#include "rmap_tree.h"
#include "vma.h"
#include "walk.h"

#define TRIES		64
#define TRIES_AT_ONCE	8	/* then a tick is waited between two */
#define HOLD_VMAS	256	/* in one hold, at most */
#define HOLD_VMAS_LEAST	16	/* and this many, though others wait */
#define HOLD_NS		(90 * NSEC_PER_USEC)	/* and one more step: below 100 us */

static inline unsigned long vma_first(struct vm_area_struct *vma)
{
	return vma->vm_pgoff;
}

static inline unsigned long vma_last(struct vm_area_struct *vma)
{
	return vma->vm_pgoff + vma_pages(vma) - 1;
}

static inline unsigned long chain_first(struct anon_vma_chain *chain)
{
	return pgwalk_vma_anon_pgoff(chain->vma);
}

static inline unsigned long chain_last(struct anon_vma_chain *chain)
{
	return chain_first(chain) + vma_pages(chain->vma) - 1;
}

/* Instances of our own of the kernel's search in its trees; nothing is inserted. */
INTERVAL_TREE_DEFINE(struct vm_area_struct, shared.rb, unsigned long, shared.rb_subtree_last,
		     vma_first, vma_last, static __maybe_unused, file_tree)
INTERVAL_TREE_DEFINE(struct anon_vma_chain, rb, unsigned long, rb_subtree_last,
		     chain_first, chain_last, static __maybe_unused, anon_tree)

/**
 * struct visit - one hold of the locks
 * @page:	what is looked for
 * @tree:	where to go on
 * @batch:	what was found
 * @rwsem:	the lock of the tree
 * @offset:	of the page, as the tree counts
 * @began:	when the first VMA was looked at
 * @passed:	VMAs met, those of earlier holds included
 * @steps:	VMAs looked at in this hold
 */
struct visit {
	const struct pgwalk_rmap_page *page;
	struct pgwalk_rmap_tree *tree;
	struct pgwalk_rmap_batch *batch;
	struct rw_semaphore *rwsem;
	unsigned long offset;
	ktime_t began;
	u64 passed;
	unsigned int steps;
};

static bool is_over(const struct visit *visit)
{
	if (pgwalk_rmap_batch_is_full(visit->batch) || visit->steps >= HOLD_VMAS)
		return true;
	if (!visit->steps)
		return false;
	if (ktime_to_ns(ktime_sub(ktime_get(), visit->began)) >= HOLD_NS)
		return true;
	return visit->steps >= HOLD_VMAS_LEAST &&
	       (need_resched() || rwsem_is_contended(visit->rwsem));
}

/*
 * A table of hugetlb pages may be shared by processes that map the same whole GiB of a
 * file; the kernel counts the mappings of the table, not those of the processes.
 */
static bool may_share_table(const struct vm_area_struct *vma, unsigned long addr)
{
	return vma->vm_flags & VM_MAYSHARE && vma->vm_start <= (addr & PUD_MASK) &&
	       vma->vm_end >= (addr & PUD_MASK) + PUD_SIZE;
}

/* Was this table met before? It was from now on. */
static bool note_table(struct pgwalk_rmap_tree *tree, u64 pfn)
{
	unsigned int i;

	for (i = 0; i < min(tree->nr_tables, PGWALK_RMAP_TABLES + 0U); i++)
		if (tree->table[i] == pfn)
			return true;
	tree->table[tree->nr_tables++ % PGWALK_RMAP_TABLES] = pfn;
	return false;
}

/* Is the entry told already, in the name of another process? */
static bool is_shared_entry(struct visit *visit, const struct vm_area_struct *vma,
			    unsigned long addr, const struct pgwalk_path *path)
{
	struct pgwalk_entry table;

	if (!folio_test_hugetlb(visit->page->folio) || path->level != PGWALK_LEVEL_PMD ||
	    !may_share_table(vma, addr))
		return false;
	pgwalk_entry_decode(&table, PGWALK_LEVEL_PUD, path->value[PGWALK_LEVEL_PUD]);
	return note_table(visit->tree, table.pfn);
}

/* Where in a VMA of this tree the page would be. */
static unsigned long address_in(const struct visit *visit, const struct vm_area_struct *vma)
{
	pgoff_t first = visit->page->method == PGWALK_RMAP_METHOD_ANON ?
			pgwalk_vma_anon_pgoff(vma) : vma->vm_pgoff;

	return vma->vm_start + ((visit->offset - first) << PAGE_SHIFT);
}

/* @again: it was looked at before, only its table is to be known. */
static int look_at(struct visit *visit, struct vm_area_struct *vma, bool again)
{
	unsigned long addr = address_in(visit, vma);
	struct pgwalk_rmap_place *place;
	struct pgwalk_vma_look look;
	struct pgwalk_entry entry;
	struct pgwalk_path path;
	bool shared;

	if (pgwalk_walk_mapped(vma, addr, &path))
		return -EAGAIN;
	pgwalk_entry_decode(&entry, path.level, path.value[path.level]);
	if (!pgwalk_rmap_page_is_at(visit->page, addr, &entry))
		return 0;
	shared = is_shared_entry(visit, vma, addr, &path);
	if (again)
		return 0;
	pgwalk_vma_glance(vma, &look);
	place = pgwalk_rmap_batch_add(visit->batch, vma->vm_mm, addr, &entry, &look);
	place->at = visit->tree->at;
	place->hit.counted = !shared;
	return 0;
}

/* 0: go on; 1: enough for this hold; -EAGAIN: the tables changed each time. */
static int step(struct visit *visit, struct vm_area_struct *vma)
{
	bool again = visit->passed < visit->tree->at;
	int err = 0;

	visit->passed++;
	if (again)
		return folio_test_hugetlb(visit->page->folio) ? look_at(visit, vma, true) : 0;
	if (is_over(visit))
		return 1;
	if (!visit->steps++)
		visit->began = ktime_get();
	err = look_at(visit, vma, false);
	if (!err)
		visit->tree->at++;
	return err;
}

static int visit_file(struct visit *visit, struct address_space *mapping)
{
	struct vm_area_struct *vma;
	int ret = 0;

	visit->rwsem = &mapping->i_mmap_rwsem;
	if (!down_read_trylock(visit->rwsem))
		return -EAGAIN;
	for (vma = file_tree_iter_first(&mapping->i_mmap, visit->offset, visit->offset);
	     vma && !ret; vma = file_tree_iter_next(vma, visit->offset, visit->offset))
		ret = step(visit, vma);
	up_read(visit->rwsem);
	return ret;
}

/*
 * Lock the tree of an anonymous folio, as folio_lock_anon_vma_read() does. The anon_vma
 * that folio->mapping points to is sure to be alive only while the folio is mapped, and
 * mappings may go at any time. But anon_vmas are freed SLAB_TYPESAFE_BY_RCU: in an RCU
 * section it, and its root, are some anon_vma, with a lock that can be tried. If the
 * folio is still mapped with the lock held, then it was the right one (the folio is
 * locked, so @mapping is what it was), its root is for life, and since unlink_anon_vmas()
 * and anon_vma_free() take the lock for writing it stays until the lock is dropped.
 *
 * Gives NULL if the folio is not mapped, ERR_PTR(-EAGAIN) if the lock is taken.
 */
static struct anon_vma *lock_anon_vma(struct visit *visit, unsigned long mapping)
{
	struct folio *folio = visit->page->folio;
	struct anon_vma *anon_vma = NULL;

	rcu_read_lock();
	if (!folio_mapped(folio))
		goto unlock;
	anon_vma = (struct anon_vma *)(mapping - PGWALK_MAPPING_ANON);
	visit->rwsem = &READ_ONCE(anon_vma->root)->rwsem;
	if (!down_read_trylock(visit->rwsem)) {
		anon_vma = ERR_PTR(-EAGAIN);
	} else if (!folio_mapped(folio)) {
		up_read(visit->rwsem);
		anon_vma = NULL;
	}
unlock:
	rcu_read_unlock();
	return anon_vma;
}

static int visit_anon(struct visit *visit, unsigned long mapping)
{
	struct anon_vma *anon_vma = lock_anon_vma(visit, mapping);
	struct anon_vma_chain *chain;
	int ret = 0;

	if (IS_ERR_OR_NULL(anon_vma))
		return PTR_ERR_OR_ZERO(anon_vma);
	for (chain = anon_tree_iter_first(&anon_vma->rb_root, visit->offset, visit->offset);
	     chain && !ret; chain = anon_tree_iter_next(chain, visit->offset, visit->offset))
		ret = step(visit, chain->vma);
	up_read(visit->rwsem);
	return ret;
}

/* One hold. 0: that was the last VMA; 1: there are more; -EAGAIN; -ESTALE. */
static int hold_and_visit(struct visit *visit)
{
	struct folio *folio = visit->page->folio;
	unsigned long mapping;
	int ret;

	if (!folio_trylock(folio))
		return -EAGAIN;
	visit->offset = pgwalk_rmap_page_offset(visit->page);
	mapping = (unsigned long)READ_ONCE(folio->mapping);
	if (mapping != visit->page->mapping)
		ret = -ESTALE;
	else if (visit->page->method == PGWALK_RMAP_METHOD_ANON)
		ret = visit_anon(visit, mapping);
	else
		ret = visit_file(visit, (struct address_space *)mapping);
	folio_unlock(folio);
	return ret;
}

/* Let whoever has the lock get on. */
static void wait_for_others(unsigned int try)
{
	if (try < TRIES_AT_ONCE)
		cond_resched();
	else
		schedule_timeout_interruptible(1);
}

/**
 * pgwalk_rmap_tree_visit - go on through the VMAs that may map a page
 * @page: got; its method is ANON or FILE
 * @tree: where to go on; zero at first
 * @batch: places are added
 * @done: set to true when that was the last VMA
 *
 * Context: process context, may sleep between holds; nothing is held on return.
 * Return: 0: @batch is full or @done; -EAGAIN: a lock was taken each time; -ESTALE: the
 * page is none of this file or anon_vma any more; -EINTR: a signal.
 */
int pgwalk_rmap_tree_visit(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_tree *tree,
			   struct pgwalk_rmap_batch *batch, bool *done)
{
	unsigned int try = 0;

	while (!pgwalk_rmap_batch_is_full(batch)) {
		struct visit visit = { .page = page, .tree = tree, .batch = batch };
		int ret = hold_and_visit(&visit);

		if (!ret)
			*done = true;
		if (ret <= 0 && ret != -EAGAIN)
			return ret;
		if (signal_pending(current))
			return -EINTR;
		if (ret == 1)
			try = 0;
		else if (++try == TRIES)
			return -EAGAIN;
		wait_for_others(try);
	}
	return 0;
}
