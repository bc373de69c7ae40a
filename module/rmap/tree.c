// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Searches the reverse map for a page: visits the VMAs that may map it, reads the
 * entry of each for the page, and adds those that map it. rmap_walk() and its helpers are
 * not exported; the trees are public (<linux/rmap.h>, <linux/fs.h>). With a lock held the code
 * waits for no other lock, frees no mm and looks up no process.
 *
 * Locks, in the order in which they are taken. All are only tried:
 *
 * 1. the folio. While it is locked folio->mapping and folio->index are stable: truncation,
 *    reclaim, migration, KSM and folio_move_anon_rmap() lock it to change them. As long
 *    as a file's folio is in its mapping, the mapping cannot be freed.
 * 2. i_mmap_rwsem of the file for reading, or rwsem of the root of the anon_vma. Code that
 *    adds, removes or resizes a VMA in these trees, or frees or moves the tables under
 *    one, holds the lock for writing (pgwalk_walk_mapped() relies on it). A VMA in a tree
 *    keeps its mm_struct and its file.
 *
 * This is the kernel's own order (mm/rmap.c), except for hugetlbfs, which locks i_mmap_rwsem
 * before the folio. Because the locks are not waited for, no order can deadlock. A failed try
 * is repeated a bounded number of times, with no lock held in between; then the status is
 * "busy". mmap_lock is not needed: in the kernel's order it comes before all of them.
 *
 * A hold of these locks is bounded to HOLD_VMAS VMAs or 100 us, and ends early if other tasks
 * wait. After such a hold the search sleeps for YIELD_US, because a kernel with lazy preemption
 * does not run a task that was woken on this CPU before. VMAs that are skipped count
 * as well. The number of holds grows linearly with the
 * number of mappings, because each hold continues at the VMA where the one before ended:
 *
 * - The address of that VMA's node and of all nodes above it are saved. The next hold finds
 *   the node by them from the root of the tree, in O(log n) (path.c).
 * - The node found must belong to the same mm and have the same range and offset. If the
 *   node before it is not the one that the last hold saved, VMAs were inserted or
 *   removed there, and the search is not reported as done.
 * - If the VMA is not found, because it was unmapped or the tree was rebuilt around it,
 *   the search skips as many VMAs as it has read, from the first one on, in holds
 *   that are bounded in the same way. This happens at most LOST_TRIES times in a visit.
 * - A position that is continued through another open file has no saved addresses, and is
 *   reached by skipping VMAs, too.
 *
 * As long as the tree does not change, each VMA is visited once. If VMAs are added or removed
 * between two holds, one may be missed or visited twice. So the search is not reported as done
 * if the VMA where a hold ended was not found again, or if the number of entries found differs
 * from the mapcount at the end (rmap.c).
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/interval_tree_generic.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/sched/signal.h>

#include "../compat.h"
#include "../entry.h"
#include "../stats.h"
#include "../walk.h"
#include "batch.h"
#include "page.h"
#include "position.h"
#include "tree.h"

#define TRIES		64
#define TRIES_AT_ONCE	8	/* tries before each further one waits a tick */
#define ENTRY_TRIES	16	/* reads of an entry that changes on each read */
#define LOST_TRIES	8
#define HOLD_VMAS	64	/* maximum of VMAs in one hold */
#define STEPS_A_CLOCK	4	/* VMAs that are read between two reads of the clock */
#define HOLD_VMAS_LEAST	16	/* minimum of VMAs in one hold, even if other tasks wait */
#define HOLD_NS		(80 * NSEC_PER_USEC)	/* the steps to the next clock stay below 100 us */
#define YIELD_US	20	/* sleep after a hold that another task waited for */

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

/* The kernel's instances of these search functions are not exported. Only the search is used. */
INTERVAL_TREE_DEFINE(struct vm_area_struct, shared.rb, unsigned long, shared.rb_subtree_last,
		     vma_first, vma_last, static __maybe_unused, file_tree)
INTERVAL_TREE_DEFINE(struct anon_vma_chain, rb, unsigned long, rb_subtree_last,
		     chain_first, chain_last, static __maybe_unused, anon_tree)

/**
 * struct visit - one hold of the locks
 * @page:	page that is searched for
 * @tree:	position
 * @batch:	places that were found
 * @rwsem:	lock of the tree
 * @root:	root of the tree
 * @anon:	the tree is that of an anon_vma
 * @offset:	offset of the page, in the unit of the tree
 * @began:	time when the folio was locked
 * @steps:	number of VMAs read or skipped in this hold
 * @give_up:	an entry that cannot be read is skipped
 * @lost:	the VMA at which the search was to continue was not found
 * @contended:	another task waited for the lock of the tree when the hold ended
 */
struct visit {
	const struct pgwalk_rmap_page *page;
	struct pgwalk_rmap_tree *tree;
	struct pgwalk_rmap_batch *batch;
	struct rw_semaphore *rwsem;
	struct rb_root_cached *root;
	bool anon;
	unsigned long offset;
	ktime_t began;
	unsigned int steps;
	bool give_up;
	bool lost;
	bool contended;
};

static bool is_over(const struct visit *visit)
{
	if (pgwalk_rmap_batch_is_full(visit->batch) || visit->steps >= HOLD_VMAS)
		return true;
	if (!visit->steps)
		return false;
	if (!(visit->steps % STEPS_A_CLOCK) &&
	    ktime_to_ns(ktime_sub(ktime_get(), visit->began)) >= HOLD_NS)
		return true;
	return visit->steps >= HOLD_VMAS_LEAST &&
	       (need_resched() || rwsem_is_contended(visit->rwsem));
}

/*
 * Processes that map the same whole GiB of a file may share a table of hugetlb pages. The
 * kernel counts the mappings of the table, not those of the processes.
 */
static bool may_share_table(const struct vm_area_struct *vma, unsigned long addr)
{
	return vma->vm_flags & VM_MAYSHARE && vma->vm_start <= (addr & PUD_MASK) &&
	       vma->vm_end >= (addr & PUD_MASK) + PUD_SIZE;
}

/* Test if a table was found before, and record it. */
static bool test_and_add_table(struct pgwalk_rmap_tree *tree, u64 pfn)
{
	unsigned int i;

	for (i = 0; i < min(tree->nr_tables, PGWALK_RMAP_TABLES + 0U); i++)
		if (tree->table[i] == pfn)
			return true;
	tree->table[tree->nr_tables++ % PGWALK_RMAP_TABLES] = pfn;
	return false;
}

/* Test if the entry was reported before for another process. */
static bool is_shared_entry(struct visit *visit, const struct vm_area_struct *vma,
			    unsigned long addr, const struct pgwalk_path *path)
{
	struct pgwalk_entry table;

	if (!folio_test_hugetlb(visit->page->folio) || path->level != PGWALK_LEVEL_PMD ||
	    !may_share_table(vma, addr))
		return false;
	pgwalk_entry_decode(&table, PGWALK_LEVEL_PUD, path->value[PGWALK_LEVEL_PUD]);
	return test_and_add_table(visit->tree, table.pfn);
}

static bool is_anon(const struct visit *visit)
{
	return visit->anon;
}

/* Return the address of the page in a VMA of this tree. */
static unsigned long address_in(const struct visit *visit, const struct vm_area_struct *vma)
{
	pgoff_t first = is_anon(visit) ? pgwalk_vma_anon_pgoff(vma) : vma->vm_pgoff;

	return vma->vm_start + ((visit->offset - first) << PAGE_SHIFT);
}

static __always_inline void add_place(struct visit *visit, struct vm_area_struct *vma,
				      unsigned long addr, const struct pgwalk_entry *entry,
				      unsigned int nr_tables, bool counted)
{
	struct pgwalk_rmap_place *place = pgwalk_rmap_batch_add(visit->batch, vma, addr, entry);

	place->at = visit->tree->at;
	place->nr_tables = nr_tables;
	place->hit.counted = counted;
}

/* Do the entries of higher levels matter, or was the entry not read? */
static bool needs_path(const struct visit *visit, const struct vm_area_struct *vma, unsigned long addr,
		       const struct pgwalk_found_entry *found)
{
	return found->level < 0 || (found->level == PGWALK_LEVEL_PMD &&
				    folio_test_hugetlb(visit->page->folio) && may_share_table(vma, addr));
}

/* Add a place if the VMA maps the page with an entry that is not an ordinary pte. As read_vma(). */
static noinline int read_other(struct visit *visit, struct vm_area_struct *vma,
			       unsigned long addr, bool again, struct pgwalk_found_entry found)
{
	const bool has_path = needs_path(visit, vma, addr, &found);
	unsigned int nr_tables = visit->tree->nr_tables;
	struct pgwalk_entry entry;
	struct pgwalk_path path;
	bool shared;

	if (has_path) {
		if (pgwalk_walk_mapped(vma, addr, &path))
			return -EBUSY;
		found = (struct pgwalk_found_entry){ path.value[path.level], path.level };
	}
	pgwalk_entry_decode(&entry, found.level, found.value);
	if (!pgwalk_rmap_page_is_at(visit->page, addr, &entry))
		return 0;
	shared = has_path && is_shared_entry(visit, vma, addr, &path);
	if (!again)
		add_place(visit, vma, addr, &entry, nr_tables, !shared);
	return 0;
}

/* Add a place if the VMA maps the page. @again: only record its shared table. */
static int read_vma(struct visit *visit, struct vm_area_struct *vma, bool again)
{
	unsigned long addr = address_in(visit, vma);
	struct pgwalk_found_entry found = pgwalk_walk_mapped_leaf(vma, addr);
	struct pgwalk_entry entry;

	/* Most are ordinary ptes, or empty. Shared tables have no ptes. */
	if (found.level >= 0 && !found.value)
		return 0;
	if (unlikely(found.level != PGWALK_LEVEL_PTE || !pgwalk_arch_is_ordinary(found.value)))
		return read_other(visit, vma, addr, again, found);
	pgwalk_entry_decode_ordinary(&entry, found.value);
	if (entry.pfn == visit->page->pfn && !again)
		add_place(visit, vma, addr, &entry, visit->tree->nr_tables, true);
	return 0;
}

/* Skip a VMA that was read before. Its shared table may have to be recorded again. */
static int skip_vma(struct visit *visit, struct vm_area_struct *vma)
{
	if (!visit->tree->relearn || !folio_test_hugetlb(visit->page->folio))
		return 0;
	return read_vma(visit, vma, true);
}

/* Return 0; 1: the hold has to end; -EBUSY: the entry of this VMA changed on each read. */
static int step(struct visit *visit, struct vm_area_struct *vma)
{
	struct pgwalk_rmap_tree *tree = visit->tree;
	bool again = tree->mark.passed < tree->at;
	int err;

	if (is_over(visit))
		return 1;
	visit->steps++;
	err = again ? skip_vma(visit, vma) : read_vma(visit, vma, false);
	if (err && !visit->give_up)
		return err;
	tree->raced |= !!err;
	visit->give_up = false;
	tree->mark.passed++;
	if (tree->mark.passed >= tree->at) {
		tree->at = tree->mark.passed;
		tree->relearn = false;
	}
	return 0;
}

static struct vm_area_struct *vma_of(const struct visit *visit, struct rb_node *node)
{
	return is_anon(visit) ? rb_entry(node, struct anon_vma_chain, rb)->vma :
				rb_entry(node, struct vm_area_struct, shared.rb);
}

static struct rb_node *next_of_file(const struct visit *visit, struct rb_node *node)
{
	unsigned long at = visit->offset;
	struct vm_area_struct *vma;

	vma = node ? file_tree_iter_next(vma_of(visit, node), at, at) :
		     file_tree_iter_first(visit->root, at, at);
	return vma ? &vma->shared.rb : NULL;
}

static struct rb_node *next_of_anon(const struct visit *visit, struct rb_node *node)
{
	struct anon_vma_chain *chain = rb_entry_safe(node, struct anon_vma_chain, rb);
	unsigned long at = visit->offset;

	chain = chain ? anon_tree_iter_next(chain, at, at) :
			anon_tree_iter_first(visit->root, at, at);
	return chain ? &chain->rb : NULL;
}

/* Return the node of the next VMA that may have the page; with NULL as @node, of the first. */
static struct rb_node *next_vma_node(const struct visit *visit, struct rb_node *node)
{
	return is_anon(visit) ? next_of_anon(visit, node) : next_of_file(visit, node);
}

static bool is_marked(const struct pgwalk_rmap_mark *mark, const struct vm_area_struct *vma)
{
	return vma->vm_mm == mark->mm && vma->vm_start == mark->start &&
	       vma->vm_end == mark->end && vma->vm_pgoff == mark->pgoff;
}

/* Return the node where the hold before ended; NULL: continue at the first one. */
static struct rb_node *find_mark(struct visit *visit)
{
	struct pgwalk_rmap_mark *mark = &visit->tree->mark;
	struct rb_node *node = NULL;

	if (!mark->passed)
		return NULL;
	node = pgwalk_rmap_path_find(&mark->path, &visit->root->rb_root);
	if (node && is_marked(mark, vma_of(visit, node))) {
		/*
		 * The VMA may have been removed and inserted at another place, or its memory
		 * reused for another VMA: continue, but do not report the search as done.
		 */
		if (rb_prev(node) != mark->prev)
			visit->tree->lost = true;
		return node;
	}
	visit->lost = true;
	visit->tree->lost = true;
	mark->passed = 0;
	return NULL;
}

static void set_mark(struct visit *visit, struct rb_node *node)
{
	struct pgwalk_rmap_mark *mark = &visit->tree->mark;
	const struct vm_area_struct *vma = vma_of(visit, node);

	pgwalk_rmap_path_save(&mark->path, node);
	mark->prev = rb_prev(node);
	mark->mm = vma->vm_mm;
	mark->start = vma->vm_start;
	mark->end = vma->vm_end;
	mark->pgoff = vma->vm_pgoff;
}

/* Visit the VMAs of the tree with its lock held. Returns as lock_and_visit(). */
static int visit_tree(struct visit *visit)
{
	struct rb_node *node = find_mark(visit), *next;
	int ret = 0;

	while ((next = next_vma_node(visit, node))) {
		ret = step(visit, vma_of(visit, next));
		if (ret)
			break;
		node = next;
	}
	if (ret && visit->steps && node)
		set_mark(visit, node);
	return ret;
}

static void unlock_tree(struct visit *visit)
{
	visit->contended = rwsem_is_contended(visit->rwsem);
	up_read(visit->rwsem);
}

/*
 * Lock the tree of a file. A folio in the page cache keeps its mapping while it is locked.
 * But some drivers set folio->mapping of pages that are not in the page cache, for example
 * deferred I/O of frame buffers and perf up to 6.15, and clear it without the lock of the
 * folio; then the inode may be freed at any time. Inodes and their mappings are freed through
 * RCU, so in an RCU section the lock can be tried after folio->mapping was read.
 * With the lock held, a VMA in the tree keeps its file, and the file keeps the inode; a VMA
 * leaves the tree with the lock held for writing. If the tree is empty, the lock is dropped in
 * the RCU section.
 *
 * Return true with the lock held; *err: 0 if the tree is empty, -EAGAIN if the lock is held.
 */
static bool lock_file(struct visit *visit, struct address_space *mapping, int *err)
{
	bool locked = false;

	rcu_read_lock();
	*err = -ESTALE;
	if (READ_ONCE(visit->page->folio->mapping) != mapping)
		goto unlock;
	visit->rwsem = &mapping->i_mmap_rwsem;
	visit->root = &mapping->i_mmap;
	*err = -EAGAIN;
	if (!down_read_trylock(visit->rwsem))
		goto unlock;
	*err = 0;
	locked = mapping_mapped(mapping);
	if (!locked)
		up_read(visit->rwsem);
unlock:
	rcu_read_unlock();
	return locked;
}

static int visit_file(struct visit *visit, struct address_space *mapping)
{
	int ret;

	if (!lock_file(visit, mapping, &ret))
		return ret;
	ret = visit_tree(visit);
	unlock_tree(visit);
	return ret;
}

/*
 * Lock the tree of an anonymous folio, as folio_lock_anon_vma_read() does. The anon_vma
 * that folio->mapping points to is alive only while the folio is mapped, and
 * mappings may be removed at any time. But anon_vmas are freed SLAB_TYPESAFE_BY_RCU: in an
 * RCU section the anon_vma and its root are some anon_vma, with a lock that can be tried. If
 * the folio is still mapped with the lock held, it is the right one (the folio is
 * locked, so @mapping is unchanged) and its root does not change. unlink_anon_vmas()
 * and anon_vma_free() take the lock for writing, so it exists until the lock is dropped.
 *
 * Return NULL if the folio is not mapped, ERR_PTR(-EAGAIN) if the lock is held.
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
	int ret;

	if (IS_ERR_OR_NULL(anon_vma))
		return PTR_ERR_OR_ZERO(anon_vma);
	visit->root = &anon_vma->rb_root;
	ret = visit_tree(visit);
	unlock_tree(visit);
	return ret;
}

/* Visit the tree with the folio locked. */
static int visit_locked(struct visit *visit)
{
	struct folio *folio = visit->page->folio;
	unsigned long mapping = (unsigned long)READ_ONCE(folio->mapping);
	int ret;

	/*
	 * Kernel memory may use the word of folio->mapping for another purpose (slab, page
	 * tables, zsmalloc). It has its page type as long as it does so.
	 */
	smp_rmb();
	if (mapping != visit->page->mapping || !pgwalk_rmap_page_is_mappable(visit->page))
		return -ESTALE;
	visit->offset = pgwalk_rmap_page_offset(visit->page);
	ret = is_anon(visit) ? visit_anon(visit, mapping) :
			       visit_file(visit, (struct address_space *)mapping);
	if (!ret)
		visit->tree->mapcount = pgwalk_page_mapcount(folio, visit->page->page);
	return ret;
}

/*
 * Visit VMAs in one hold. Return 0: that was the last VMA; 1: there are more; -EAGAIN: a lock
 * is held; -EBUSY: the entry of a VMA changed on each read; -ESTALE.
 */
static int lock_and_visit(struct visit *visit)
{
	struct folio *folio = visit->page->folio;
	u64 ns;
	int ret;

	if (!folio_trylock(folio))
		return -EAGAIN;
	visit->began = ktime_get();
	ret = visit_locked(visit);
	folio_unlock(folio);
	ns = ktime_to_ns(ktime_sub(ktime_get(), visit->began));
	pgwalk_stats_add_rmap_hold(ns, visit->steps);
	return ret;
}

/* Let other tasks take the lock. @wanted: a task waits for it. */
static void wait_for_others(unsigned int try, bool wanted)
{
	if (try >= TRIES_AT_ONCE)
		schedule_timeout_interruptible(1);
	else if (try || wanted)
		usleep_range(YIELD_US, 2 * YIELD_US);
	else
		cond_resched();
}

/**
 * pgwalk_rmap_tree_visit - continue through the VMAs that may map a page
 * @page: referenced; its method is ANON or FILE
 * @batch: places are added; @batch->tree is the position, zero at first
 * @done: set to true after the last VMA
 *
 * Context: process context, may sleep between holds. No lock is held on return.
 * Return: 0: @batch is full or @done; -EAGAIN: a lock was held on each try, or the tree changed
 * too often; -ESTALE: the page has left this file or anon_vma; -EINTR: a signal.
 */
int pgwalk_rmap_tree_visit(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_batch *batch,
			   bool *done)
{
	unsigned int try = 0, entry_try = 0, lost = 0;

	while (!pgwalk_rmap_batch_is_full(batch)) {
		struct visit visit = {
			.page = page,
			.tree = &batch->tree,
			.batch = batch,
			.anon = page->method == PGWALK_RMAP_METHOD_ANON,
			.give_up = entry_try >= ENTRY_TRIES,
		};
		int ret = lock_and_visit(&visit);

		if (!ret)
			*done = true;
		if (!ret || ret == -ESTALE)
			return ret;
		if (signal_pending(current))
			return -EINTR;
		lost += visit.lost;
		try = ret == -EAGAIN ? try + 1 : 0;
		entry_try = ret != -EBUSY ? 0 : visit.steps > 1 ? 1 : entry_try + 1;
		if (try == TRIES || lost == LOST_TRIES)
			return -EAGAIN;
		wait_for_others(max(try, entry_try), visit.contended);
	}
	return 0;
}
