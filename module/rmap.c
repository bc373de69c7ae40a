// SPDX-License-Identifier: GPL-2.0
/*
 * Finds out who maps a page, in rounds of bounded size: places (rmap_tree.c, rmap_scan.c),
 * then the processes there (rmap_owner.c), then records. Between two rounds only the
 * reference to the folio is held. It must not touch user memory, nor print.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/once.h>
#include <linux/siphash.h>
#include <linux/threads.h>

#include "compat.h"
#include "entry.h"
#include "hold.h"
#include "rmap.h"
#include "rmap_batch.h"
#include "rmap_owner.h"
#include "walk.h"

/* The tag of a cursor: two process ids, and a hash that tells if the page is the same. */
#define TAG_PID_BITS	23
#define TAG_PID_MASK	((1ULL << TAG_PID_BITS) - 1)
#define TAG_HASH_SHIFT	(2 * TAG_PID_BITS)

/* The position of a scan is an address of a page: below it there is room for a mark. */
#define RESUME_RACED	1UL

#define JUDGE_TRIES	3

static_assert(PID_MAX_LIMIT <= TAG_PID_MASK);

/* Never 0. Keyed, for it is made of a kernel pointer. */
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
	struct pgwalk_hold hold = { .mm = mm };
	struct pgwalk_entry leaf;
	struct pgwalk_path path;
	int err = pgwalk_hold_begin(&hold);

	if (err)
		return err;
	err = pgwalk_walk_path(&hold, addr, &path);
	pgwalk_hold_end(&hold);
	if (err)
		return err;
	pgwalk_entry_decode(&leaf, path.level, path.value[path.level]);
	if (!is_page(&leaf))
		return -ENOENT;
	*pfn = leaf.pfn + ((addr & ((1ULL << leaf.shift) - 1)) >> PAGE_SHIFT);
	return 0;
}

static void go_to(struct pgwalk_rmap_search *search, u64 position, pid_t scanned)
{
	if (search->method == PGWALK_RMAP_METHOD_SCAN) {
		search->scan.tgid = scanned;
		search->scan.addr = min_t(u64, position & PAGE_MASK, TASK_SIZE_MAX);
	} else {
		search->tree.at = position;
		/* To be known again from the VMAs before, which are passed over */
		search->tree.nr_tables = 0;
	}
}

/**
 * pgwalk_rmap_begin - begin to look for who maps a page
 * @search: set; to be ended
 * @pfn: any number
 * @from: where an earlier search left off, or zero
 *
 * Context: process context.
 */
void pgwalk_rmap_begin(struct pgwalk_rmap_search *search, unsigned long pfn,
		       const struct pgwalk_rmap_cursor *from)
{
	int err;

	*search = (struct pgwalk_rmap_search) { .status = PGWALK_RMAP_MORE };
	err = pgwalk_rmap_page_get(&search->page, pfn);
	search->method = search->page.method;
	search->mapcount = search->page.mapcount;
	if (err)
		search->status = err == -EAGAIN ? PGWALK_RMAP_BUSY : PGWALK_RMAP_NO_PAGE;
	if (!from->tag || err == -EAGAIN)
		return;
	if (err || from->tag >> TAG_HASH_SHIFT != hash_page(&search->page)) {
		search->status = PGWALK_RMAP_CHANGED;
		return;
	}
	go_to(search, from->resume, from->tag & TAG_PID_MASK);
	search->told = from->tag >> TAG_PID_BITS & TAG_PID_MASK;
	search->told_at = from->resume;
	search->told_in = search->scan.tgid;
	if (search->method == PGWALK_RMAP_METHOD_SCAN) {
		search->told_at = search->scan.addr;
		search->scan.raced = from->resume & RESUME_RACED;
	}
}

/**
 * pgwalk_rmap_position - where a search is to go on
 * @search: begun; its status is MORE
 *
 * Context: any.
 * Return: the position, as pgwalk_rmap_begin() takes it.
 */
struct pgwalk_rmap_cursor pgwalk_rmap_position(const struct pgwalk_rmap_search *search)
{
	const struct pgwalk_rmap_scan *scan = &search->scan;
	u64 scanned = scan->addr | (scan->raced ? RESUME_RACED : 0);

	return (struct pgwalk_rmap_cursor) {
		.resume = search->method == PGWALK_RMAP_METHOD_SCAN ? scanned : search->tree.at,
		.tag = hash_page(&search->page) << TAG_HASH_SHIFT |
		       (u64)search->told << TAG_PID_BITS | scan->tgid,
	};
}

/* With nothing looked at yet it does not matter that the folio has moved. */
static bool judge_again(struct pgwalk_rmap_search *search)
{
	if (search->tree.at || search->told)
		return false;
	pgwalk_rmap_page_judge(&search->page);
	search->method = search->page.method;
	return search->method != PGWALK_RMAP_METHOD_NONE;
}

/* Places, and what the status is when all of them are told. */
static int visit(struct pgwalk_rmap_search *search, struct pgwalk_rmap_batch *batch,
		 unsigned int *status)
{
	unsigned int try = 0;
	bool done = false;
	int err;

	do {
		err = search->method == PGWALK_RMAP_METHOD_SCAN ?
			pgwalk_rmap_scan_visit(&search->page, &search->scan, batch, &done) :
			pgwalk_rmap_tree_visit(&search->page, &search->tree, batch, &done);
	} while (err == -ESTALE && ++try < JUDGE_TRIES && judge_again(search));
	*status = PGWALK_RMAP_MORE;
	if (done)
		*status = search->scan.raced ? PGWALK_RMAP_BUSY : PGWALK_RMAP_DONE;
	else if (err == -EAGAIN)
		*status = PGWALK_RMAP_BUSY;
	else if (err == -ESTALE)
		*status = PGWALK_RMAP_CHANGED;
	else
		return err;
	/* A scan has no lock that keeps the page what it is: it had to stay so by itself. */
	if (search->method == PGWALK_RMAP_METHOD_SCAN &&
	    (unsigned long)READ_ONCE(search->page.folio->mapping) != search->page.mapping)
		*status = PGWALK_RMAP_CHANGED;
	return 0;
}

static void add_hit(struct pgwalk_rmap_search *search, struct pgwalk_rmap_batch *batch,
		    const struct pgwalk_rmap_place *place, const struct pgwalk_rmap_owner *owner,
		    bool first)
{
	struct pgwalk_rmap_hit *hit = &batch->hit[batch->nr_hits++];

	*hit = place->hit;
	hit->counted &= first;
	hit->tgid = owner ? owner->vnr : -1;
	if (owner)
		memcpy(hit->comm, owner->comm, sizeof(hit->comm));
	search->found += hit->counted;
}

/*
 * Make the hits of one place. False: no room for all of them, or not all processes are
 * known; search->told says how far it came.
 */
static bool tell_place(struct pgwalk_rmap_search *search, struct pgwalk_rmap_batch *batch,
		       const struct pgwalk_rmap_place *place, unsigned int limit)
{
	bool first = !search->told;
	unsigned int i;

	for (i = 0; i < batch->nr_owners; i++) {
		const struct pgwalk_rmap_owner *owner = &batch->owner[i];

		if (owner->first != place->first || owner->tgid <= search->told)
			continue;
		/* A scan has met this entry before, when it came to that process. */
		if (first && owner->tgid < place->scanned)
			return true;
		if (batch->nr_hits == limit)
			return false;
		add_hit(search, batch, place, owner, first);
		search->told = owner->tgid;
		first = false;
	}
	if (batch->asked) {
		/* Processes of other places left no room even for the first of this one */
		search->alone = true;
		if (!first)
			search->told = batch->asked;
		return false;
	}
	if (!first)
		return true;
	if (batch->nr_hits == limit)
		return false;
	add_hit(search, batch, place, NULL, true);
	return true;
}

/* Is it the place of which some processes are told already? Forks have the same address. */
static bool is_told_of(const struct pgwalk_rmap_search *search,
		       const struct pgwalk_rmap_place *place)
{
	return place->at == search->told_at && place->scanned == search->told_in;
}

static bool tell(struct pgwalk_rmap_search *search, struct pgwalk_rmap_batch *batch,
		 unsigned int limit)
{
	unsigned int i;

	for (i = 0; i < batch->nr_places; i++) {
		const struct pgwalk_rmap_place *place = &batch->place[i];

		if (i || !is_told_of(search, place))
			search->told = 0;
		if (tell_place(search, batch, place, limit)) {
			search->alone = false;
			continue;
		}
		search->told_at = place->at;
		search->told_in = place->scanned;
		go_to(search, place->at, place->scanned);
		return false;
	}
	search->told = 0;
	return true;
}

/* A scan of all processes is long: what a signal finds done of it is not to be done again. */
static bool has_scanned(const struct pgwalk_rmap_search *search,
			const struct pgwalk_rmap_scan *from)
{
	return search->method == PGWALK_RMAP_METHOD_SCAN &&
	       (search->scan.tgid != from->tgid || search->scan.addr != from->addr);
}

/**
 * pgwalk_rmap_fill - find some more of those who map the page
 * @search: begun; its status stays MORE until it is over
 * @batch: out: hits, in @nr_hits and @hit; the rest is empty
 * @limit: hits that are wanted at most; at least 1
 *
 * Context: process context, may sleep; nothing but a reference to the folio is held on
 * return.
 * Return: 0; -EINTR: a signal, and nothing is known that was not before; or a fatal one.
 */
int pgwalk_rmap_fill(struct pgwalk_rmap_search *search, struct pgwalk_rmap_batch *batch,
		     unsigned int limit)
{
	struct pgwalk_rmap_tree tree = search->tree;
	struct pgwalk_rmap_scan scan = search->scan;
	unsigned int status;
	int err;

	batch->nr_hits = 0;
	if (search->status != PGWALK_RMAP_MORE)
		return 0;
	limit = min(limit, PGWALK_RMAP_HITS + 0U);
	/* A place with that many processes is a round of its own. */
	batch->room = search->told || search->alone ? 1 : min(limit, PGWALK_RMAP_PLACES + 0U);
	err = visit(search, batch, &status);
	if (err == -EINTR && (batch->nr_places || has_scanned(search, &scan)))
		err = 0;	/* it is told, and the search goes on behind it */
	if (!err) {
		if (batch->nr_places && is_told_of(search, &batch->place[0]))
			batch->asked = search->told;
		err = pgwalk_rmap_owner_fill(batch);
	}
	if (!err && tell(search, batch, limit))
		search->status = status;
	if (err) {		/* what was visited is not told */
		search->tree = tree;
		search->scan = scan;
	}
	pgwalk_rmap_batch_empty(batch);
	return err;
}

/**
 * pgwalk_rmap_end - end a search
 * @search: begun
 *
 * Context: process context, nothing is locked.
 */
void pgwalk_rmap_end(struct pgwalk_rmap_search *search)
{
	pgwalk_rmap_page_put(&search->page);
}
