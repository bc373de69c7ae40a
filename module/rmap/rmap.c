// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Finds the mappings of a page, in rounds of bounded size: each round finds places (tree.c,
 * scan.c), the processes that use them (owner.c), and makes records. Between two rounds the
 * reference to the folio and mm_count of the address spaces of this call are held.
 *
 * A search is reported as done only if the number of entries found is the mapcount of the page
 * at its end. Else its status is the reason why the two may differ.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/once.h>
#include <linux/siphash.h>
#include <linux/threads.h>

#include "../arch/pgtable.h"
#include "../compat.h"
#include "../entry.h"
#include "../mm_section.h"
#include "../walk.h"
#include "batch.h"
#include "owner.h"
#include "rmap.h"
#include "tree.h"

/*
 * The tag of a cursor has two process ids, and a hash that identifies the page. TAG_ALONE is
 * no valid process id, and stands for pgwalk_rmap_search.alone.
 */
#define TAG_PID_BITS	23
#define TAG_PID_MASK	((1ULL << TAG_PID_BITS) - 1)
#define TAG_ALONE	TAG_PID_MASK
#define TAG_HASH_SHIFT	(2 * TAG_PID_BITS)

/* Position in a reverse map: number of VMAs read, raced, lost, number of entries found. */
#define TREE_AT_MAX	U32_MAX
#define TREE_RACED	BIT_ULL(32)
#define TREE_LOST	BIT_ULL(33)
#define TREE_FOUND_SHIFT 34
#define TREE_FOUND_MAX	((1ULL << (64 - TREE_FOUND_SHIFT)) - 1)

/* Position of a scan: raced, number of entries found, and number of the page at its address. */
#define SCAN_RACED	BIT_ULL(0)
#define SCAN_FOUND_SHIFT 1
#define SCAN_PAGE_SHIFT	20
#define SCAN_FOUND_MAX	((1ULL << (SCAN_PAGE_SHIFT - SCAN_FOUND_SHIFT)) - 1)

#define METHOD_TRIES	3

static_assert(PID_MAX_LIMIT < TAG_ALONE);

/* Return a hash that is never 0. It has a secret key, because it hashes a kernel pointer. */
static u64 hash_page(const struct pgwalk_rmap_page *page)
{
	static siphash_key_t key;
	u64 hash;

	get_random_once(&key, sizeof(key));
	hash = siphash_3u64(page->pfn, page->mapping, READ_ONCE(page->folio->index), &key);
	return (hash >> TAG_HASH_SHIFT) ?: 1;
}

static bool is_page(const struct pgwalk_entry *entry)
{
	switch (entry->kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_ZERO:
	case PGWALK_KIND_SPECIAL:
	case PGWALK_KIND_PROTNONE:
		return true;
	default:
		return false;
	}
}

/**
 * pgwalk_rmap_find_pfn - find the page at an address
 * @mm: mm_count is held
 * @addr: an address of the user half
 * @pfn: set on success
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOENT: there is no page; -EAGAIN: the tables changed each time; -EINTR: a
 * fatal signal; -ESRCH: the address space is gone.
 */
int pgwalk_rmap_find_pfn(struct mm_struct *mm, unsigned long addr, u64 *pfn)
{
	struct pgwalk_mm_section section = { .mm = mm };
	struct pgwalk_entry leaf;
	struct pgwalk_path path;
	int err = pgwalk_mm_section_begin(&section);

	if (err)
		return err;
	err = pgwalk_walk_path(&section, addr, &path);
	pgwalk_mm_section_end(&section);
	if (err)
		return err;
	pgwalk_entry_decode(&leaf, path.level, path.value[path.level]);
	if (!is_page(&leaf))
		return -ENOENT;
	*pfn = leaf.pfn + ((addr & ((1ULL << leaf.shift) - 1)) >> PAGE_SHIFT);
	return 0;
}

static bool is_scan(const struct pgwalk_rmap_search *search)
{
	return search->method == PGWALK_RMAP_METHOD_SCAN;
}

static u64 found_max(const struct pgwalk_rmap_search *search)
{
	return is_scan(search) ? SCAN_FOUND_MAX : TREE_FOUND_MAX;
}

/* Continue at a place of this round: go back to the last mark, and skip VMAs from there. */
static void go_back(struct pgwalk_rmap_search *search, const struct pgwalk_rmap_place *place)
{
	struct pgwalk_rmap_tree *tree = &search->batch->tree;

	if (is_scan(search)) {
		search->scan.tgid = place->scanned;
		search->scan.addr = place->at;
		return;
	}
	tree->mark = search->batch->before.mark;
	tree->at = place->at;
	tree->nr_tables = place->nr_tables;
	tree->relearn = false;
}

static void set_scan(struct pgwalk_rmap_search *search, const struct pgwalk_rmap_cursor *from)
{
	u64 page = from->resume >> SCAN_PAGE_SHIFT;

	search->scan.tgid = from->tag & TAG_PID_MASK;
	search->scan.addr = min_t(u64, page << PAGE_SHIFT, pgwalk_arch_user_end());
	search->scan.raced = from->resume & SCAN_RACED;
	search->found_before = from->resume >> SCAN_FOUND_SHIFT & SCAN_FOUND_MAX;
	search->reported_at = search->scan.addr;
	search->reported_in = search->scan.tgid;
}

/* Set the position of a tree. If this is the search of the call before, its mark is used. */
static void set_tree(struct pgwalk_rmap_search *search, const struct pgwalk_rmap_cursor *from)
{
	struct pgwalk_rmap_batch *batch = search->batch;

	search->found_before = from->resume >> TREE_FOUND_SHIFT;
	search->reported_at = from->resume & TREE_AT_MAX;
	if (batch->kept.tag == from->tag && batch->kept.resume == from->resume)
		return;
	pgwalk_rmap_tree_reset(&batch->tree);
	batch->tree.at = search->reported_at;
	batch->tree.raced = from->resume & TREE_RACED;
	batch->tree.lost = from->resume & TREE_LOST;
	batch->tree.relearn = true;
}

static void set_position(struct pgwalk_rmap_search *search, const struct pgwalk_rmap_cursor *from)
{
	u64 reported = from->tag >> TAG_PID_BITS & TAG_PID_MASK;

	search->alone = reported == TAG_ALONE;
	search->reported = search->alone ? 0 : reported;
	if (is_scan(search))
		set_scan(search, from);
	else
		set_tree(search, from);
}

/**
 * pgwalk_rmap_begin - begin to search for the mappings of a page
 * @search: set; to be ended with pgwalk_rmap_end()
 * @batch: memory of the search; may have been used by earlier searches
 * @pfn: any number
 * @from: position of an earlier search, or zero
 *
 * Context: process context.
 */
void pgwalk_rmap_begin(struct pgwalk_rmap_search *search, struct pgwalk_rmap_batch *batch,
		       unsigned long pfn, const struct pgwalk_rmap_cursor *from)
{
	int err;

	*search = (struct pgwalk_rmap_search) { .status = PGWALK_RMAP_MORE, .batch = batch };
	err = pgwalk_rmap_page_get(&search->page, pfn);
	search->method = search->page.method;
	search->mapcount = search->page.mapcount;
	if (err)
		search->status = err == -EAGAIN ? PGWALK_RMAP_BUSY : PGWALK_RMAP_NO_PAGE;
	if (!from->tag)
		pgwalk_rmap_tree_reset(&batch->tree);
	if (!from->tag || err == -EAGAIN)
		return;
	if (err || from->tag >> TAG_HASH_SHIFT != hash_page(&search->page)) {
		search->status = PGWALK_RMAP_CHANGED;
		return;
	}
	set_position(search, from);
}

static u64 resume_of(const struct pgwalk_rmap_search *search)
{
	const struct pgwalk_rmap_tree *tree = &search->batch->tree;
	const struct pgwalk_rmap_scan *scan = &search->scan;
	u64 found = min(search->found_before + search->found, found_max(search));

	if (is_scan(search))
		return (u64)scan->addr >> PAGE_SHIFT << SCAN_PAGE_SHIFT |
		       found << SCAN_FOUND_SHIFT | (scan->raced ? SCAN_RACED : 0);
	return found << TREE_FOUND_SHIFT | (tree->raced ? TREE_RACED : 0) |
	       (tree->lost ? TREE_LOST : 0) | min_t(u64, tree->at, TREE_AT_MAX);
}

/**
 * pgwalk_rmap_position - return the position at which a search is to continue
 * @search: begun; its status is MORE
 *
 * Context: any.
 * Return: position for pgwalk_rmap_begin().
 */
struct pgwalk_rmap_cursor pgwalk_rmap_position(const struct pgwalk_rmap_search *search)
{
	u64 reported = search->alone && !search->reported ? TAG_ALONE : search->reported;

	return (struct pgwalk_rmap_cursor) {
		.resume = resume_of(search),
		.tag = hash_page(&search->page) << TAG_HASH_SHIFT | reported << TAG_PID_BITS |
		       search->scan.tgid,
	};
}

/* Choose the method again if the folio has changed before anything was found. */
static bool choose_again(struct pgwalk_rmap_search *search)
{
	if (search->batch->tree.at || search->reported)
		return false;
	pgwalk_rmap_page_choose_method(&search->page);
	search->method = search->page.method;
	return search->method != PGWALK_RMAP_METHOD_NONE;
}

/* Find places. @status is valid once all are reported; final_status() verifies DONE. */
static int visit(struct pgwalk_rmap_search *search, unsigned int *status)
{
	struct pgwalk_rmap_batch *batch = search->batch;
	unsigned int try = 0;
	bool done = false;
	int err;

	do {
		err = is_scan(search) ?
			pgwalk_rmap_scan_visit(&search->page, &search->scan, batch, &done) :
			pgwalk_rmap_tree_visit(&search->page, batch, &done);
	} while (err == -ESTALE && ++try < METHOD_TRIES && choose_again(search));
	*status = PGWALK_RMAP_MORE;
	if (done)
		*status = PGWALK_RMAP_DONE;
	else if (err == -EAGAIN)
		*status = PGWALK_RMAP_BUSY;
	else if (err == -ESTALE)
		*status = PGWALK_RMAP_CHANGED;
	else
		return err;
	return 0;
}

/* Test if the page has changed. A scan takes no lock that would prevent it. */
static bool has_changed(const struct pgwalk_rmap_search *search)
{
	return is_scan(search) &&
	       (unsigned long)READ_ONCE(search->page.folio->mapping) != search->page.mapping;
}

/*
 * Return the status after all places were reported. An entry that could not be read does not
 * matter if the number of entries found is the kernel's mapcount.
 */
static unsigned int final_status(struct pgwalk_rmap_search *search, unsigned int status)
{
	const struct pgwalk_rmap_tree *tree = &search->batch->tree;
	u64 found = search->found_before + search->found;
	bool scan = is_scan(search), counted;

	if (status == PGWALK_RMAP_MORE)
		return status;
	if (has_changed(search))
		return PGWALK_RMAP_CHANGED;
	if (status != PGWALK_RMAP_DONE)
		return status;
	search->mapcount = scan ? pgwalk_page_mapcount(search->page.folio, search->page.page) :
				  tree->mapcount;
	counted = search->mapcount >= 0 && search->found_before < found_max(search);
	if (counted && found == search->mapcount && (scan || !tree->lost))
		return PGWALK_RMAP_DONE;
	if (scan ? search->scan.raced : tree->raced)
		return PGWALK_RMAP_BUSY;
	if (!scan && tree->lost)
		return PGWALK_RMAP_MISMATCH;
	return counted ? PGWALK_RMAP_MISMATCH : PGWALK_RMAP_UNCOUNTED;
}

static __always_inline void add_hit(struct pgwalk_rmap_search *search, const struct pgwalk_rmap_place *place,
		    const struct pgwalk_rmap_owner *owner, bool first)
{
	struct pgwalk_rmap_hit *hit = &search->batch->hit[search->batch->nr_hits++];

	*hit = place->hit;
	hit->counted &= first;
	hit->tgid = owner ? owner->vnr : -1;
	if (owner)
		memcpy(hit->comm, owner->comm, sizeof(hit->comm));
	else
		memset(hit->comm, 0, sizeof(hit->comm));
	search->found += hit->counted;
}

/*
 * Add the hits of one place. Return false if there is no room for all of them, or not all
 * processes are known; search->reported is then the last process with a hit.
 */
static bool report_place(struct pgwalk_rmap_search *search, const struct pgwalk_rmap_place *place,
			 unsigned int limit)
{
	struct pgwalk_rmap_batch *batch = search->batch;
	const struct pgwalk_rmap_space *space = &batch->space[place->space];
	bool first = !search->reported;
	unsigned int next;

	if (!space->known) {
		search->paused = true;
		return false;
	}
	for (next = space->first; next; next = batch->owner[next - 1].next) {
		const struct pgwalk_rmap_owner *owner = &batch->owner[next - 1];

		if (owner->tgid <= search->reported)
			continue;
		/* A scan has reported this entry before, when it read that process. */
		if (first && owner->tgid < place->scanned)
			return true;
		if (batch->nr_hits == limit)
			return false;
		add_hit(search, place, owner, first);
		search->reported = owner->tgid;
		first = false;
	}
	if (batch->searched_to) {
		/* Owners of other places may have left no room for those of this place. */
		search->alone = true;
		if (!first)
			search->reported = batch->searched_to;
		return false;
	}
	if (!first)
		return true;
	if (batch->nr_hits == limit)
		return false;
	add_hit(search, place, NULL, true);
	return true;
}

/* Test if some processes of the place were reported before. Forks have the same address. */
static bool is_reported(const struct pgwalk_rmap_search *search,
			const struct pgwalk_rmap_place *place)
{
	return place->at == search->reported_at && place->scanned == search->reported_in;
}

static bool report(struct pgwalk_rmap_search *search, unsigned int limit)
{
	const struct pgwalk_rmap_batch *batch = search->batch;
	unsigned int i;

	for (i = 0; i < batch->nr_places; i++) {
		const struct pgwalk_rmap_place *place = &batch->place[i];

		if (i || !is_reported(search, place))
			search->reported = 0;
		if (report_place(search, place, limit)) {
			search->alone = false;
			continue;
		}
		search->reported_at = place->at;
		search->reported_in = place->scanned;
		go_back(search, place);
		return false;
	}
	search->reported = 0;
	return true;
}

/* Test if a scan has advanced. It is slow, so its progress is kept after a signal. */
static bool has_scanned(const struct pgwalk_rmap_search *search,
			const struct pgwalk_rmap_scan *from)
{
	return is_scan(search) &&
	       (search->scan.tgid != from->tgid || search->scan.addr != from->addr);
}

/*
 * Return the last process that was reported. All processes are looked up if they
 * fit, so that they are known for further places. mm_users is at least their number.
 */
static pid_t wanted_from(const struct pgwalk_rmap_search *search)
{
	const struct pgwalk_rmap_batch *batch = search->batch;
	const struct pgwalk_rmap_space *space = &batch->space[batch->place[0].space];

	if (!batch->nr_places || !is_reported(search, &batch->place[0]) || space->known)
		return 0;
	return atomic_read(&space->mm->mm_users) > PGWALK_RMAP_OWNERS / 2 ? search->reported : 0;
}

/**
 * pgwalk_rmap_fill - find the next mappings of the page
 * @search: begun; its status stays MORE until the search is over. Out: hits, in @nr_hits and
 *	    @hit of its batch; @paused: no more will be found in this call
 * @limit: maximum of hits; at least 1
 *
 * Context: process context, may sleep; on return only a reference to the folio and mm_count of
 * the address spaces of this call are held.
 * Return: 0; -EINTR: a signal, and no hit was found; or a fatal signal.
 */
int pgwalk_rmap_fill(struct pgwalk_rmap_search *search, unsigned int limit)
{
	struct pgwalk_rmap_batch *batch = search->batch;
	struct pgwalk_rmap_scan scan = search->scan;
	unsigned int status;
	int err;

	batch->nr_hits = 0;
	if (search->status != PGWALK_RMAP_MORE)
		return 0;
	pgwalk_rmap_batch_make_room(batch);
	pgwalk_rmap_tree_copy(&batch->before, &batch->tree);
	limit = min(limit, PGWALK_RMAP_HITS + 0U);
		/* A place with more processes than fit is a round of its own. */
	batch->room = search->reported || search->alone ? 1 : min(limit, PGWALK_RMAP_PLACES + 0U);
	err = visit(search, &status);
	if (err == -EINTR && (batch->nr_places || has_scanned(search, &scan)))
		err = 0;	/* report the progress; the search continues after it */
	if (!err) {
		batch->from = wanted_from(search);
		err = pgwalk_rmap_owner_fill(batch);
	}
	if (!err && report(search, limit))
		search->status = final_status(search, status);
	if (err) {		/* the places are not reported: visit them again */
		pgwalk_rmap_tree_copy(&batch->tree, &batch->before);
		search->scan = scan;
	}
	return err;
}

/**
 * pgwalk_rmap_renew - continue a search that was paused
 * @search: begun
 *
 * The search may then make another pass over all processes.
 *
 * Context: process context, no lock is held: an mm may be freed.
 */
void pgwalk_rmap_renew(struct pgwalk_rmap_search *search)
{
	pgwalk_rmap_batch_empty(search->batch);
	search->paused = false;
}

/**
 * pgwalk_rmap_end - end a search
 * @search: begun. Its batch keeps the position for the next call
 *
 * Context: process context, no lock is held.
 */
void pgwalk_rmap_end(struct pgwalk_rmap_search *search)
{
	struct pgwalk_rmap_batch *batch = search->batch;

	batch->kept = (struct pgwalk_rmap_cursor) {};
	if (search->status == PGWALK_RMAP_MORE && !is_scan(search))
		batch->kept = pgwalk_rmap_position(search);
	pgwalk_rmap_batch_empty(batch);
	pgwalk_rmap_page_put(&search->page);
}
