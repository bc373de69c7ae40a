// SPDX-License-Identifier: GPL-2.0
/*
 * Looks for a page in the page tables of every process: for pages that are in no reverse
 * map that a module can read. It costs what reading all these tables costs, a hold of each
 * process at a time, and must not be done where there is another way.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>

#include "entry.h"
#include "hold.h"
#include "rmap_batch.h"
#include "rmap_page.h"
#include "rmap_scan.h"
#include "target.h"
#include "vma.h"
#include "walk.h"

/*
 * The process with the next id from scan->tgid on. ERR_PTR(-ESRCH): that id is one of a
 * thread, a session or a group only; NULL: there are no more.
 */
static struct pid *next_pid(struct pgwalk_rmap_scan *scan)
{
	struct pid *pid;

	rcu_read_lock();
	pid = find_ge_pid(scan->tgid, &init_pid_ns);
	if (pid && pid_nr(pid) != scan->tgid) {
		scan->tgid = pid_nr(pid);
		scan->addr = 0;
	}
	if (pid)
		pid = pid_task(pid, PIDTYPE_TGID) ? get_pid(pid) : ERR_PTR(-ESRCH);
	rcu_read_unlock();
	return pid;
}

static void skip_process(struct pgwalk_rmap_scan *scan)
{
	scan->tgid++;
	scan->addr = 0;
	cond_resched();
}

/* The next one that has an address space. False: there is none, or a signal. */
static bool next_target(struct pgwalk_rmap_scan *scan, struct pgwalk_target *target)
{
	while (!signal_pending(current)) {
		struct pid *pid = next_pid(scan);
		int err;

		if (!pid)
			return false;
		err = PTR_ERR_OR_ZERO(pid);
		if (!err) {
			err = pgwalk_target_init(target, pid);
			put_pid(pid);
		}
		if (!err)
			return true;
		skip_process(scan);
	}
	return false;
}

/* A short look: what is found is looked at again, with its VMA. */
static bool has_page(const struct pgwalk_rmap_page *page, const struct pgwalk_table *table)
{
	struct pgwalk_entry entry;
	unsigned int i;

	if (table->found == PGWALK_FOUND_TABLE) {
		for (i = 0; i < table->nr; i++)
			if (pte_present(table->pte[i]) && pte_pfn(table->pte[i]) == page->pfn)
				return true;
		return false;
	}
	if (table->found != PGWALK_FOUND_ENTRY)
		return false;
	pgwalk_entry_decode(&entry, table->level, table->value);
	return page->pfn >= entry.pfn &&
	       page->pfn - entry.pfn < 1ULL << (entry.shift - PAGE_SHIFT);
}

/* Read on until a table has the page, or to the end of the hold. */
static int read_on(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_scan *scan,
		   struct pgwalk_walk *walk, struct pgwalk_table *table, bool *found)
{
	int err = pgwalk_hold_begin(&walk->hold);

	*found = false;
	if (err)
		return err;
	while (!*found && pgwalk_walk_read(walk, table)) {
		/* The page may be in an entry that is empty for a moment */
		scan->raced |= table->found == PGWALK_FOUND_RACED || table->unsettled;
		*found = has_page(page, table);
	}
	pgwalk_hold_end(&walk->hold);
	return 0;
}

/* Read the entry at an address and its VMA at one time, and note it if it maps the page. */
static int confirm(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_scan *scan,
		   struct mm_struct *mm, unsigned long addr, struct pgwalk_rmap_batch *batch)
{
	struct pgwalk_hold hold = { .mm = mm, .vmas = true };
	struct pgwalk_rmap_place *place;
	struct pgwalk_vma_look look;
	struct pgwalk_entry entry;
	struct pgwalk_path path;
	int err = pgwalk_hold_begin(&hold);

	if (err)
		return err;
	if (!pgwalk_vma_look(mm, addr, &look))
		goto end;
	if (pgwalk_walk_path(&hold, addr, &path)) {
		scan->raced = true;
	} else {
		pgwalk_entry_decode(&entry, path.level, path.value[path.level]);
		if (pgwalk_rmap_page_is_at(page, addr, &entry)) {
			place = pgwalk_rmap_batch_add(batch, mm, addr, &entry, &look);
			place->at = addr;
			place->scanned = scan->tgid;
		}
	}
end:
	pgwalk_hold_end(&hold);
	return 0;
}

/* Note all places in what was read last. Leaves off, at scan->addr, when the batch is full. */
static int confirm_all(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_scan *scan,
		       struct mm_struct *mm, struct pgwalk_rmap_batch *batch)
{
	const struct pgwalk_table *table = &batch->table;
	struct pgwalk_entry entry;
	unsigned int i;
	int err = 0;

	if (table->found == PGWALK_FOUND_ENTRY) {
		pgwalk_entry_decode(&entry, table->level, table->value);
		scan->addr = table->start + ((page->pfn - entry.pfn) << PAGE_SHIFT);
		err = confirm(page, scan, mm, scan->addr, batch);
		scan->addr = table->next;
		return err;
	}
	for (i = 0; i < table->nr && !err; i++) {
		if (!pte_present(table->pte[i]) || pte_pfn(table->pte[i]) != page->pfn)
			continue;
		scan->addr = table->start + ((unsigned long)i << PAGE_SHIFT);
		if (pgwalk_rmap_batch_is_full(batch))
			return 0;
		err = confirm(page, scan, mm, scan->addr, batch);
	}
	scan->addr = table->next;
	return err;
}

/* From scan->addr to the end of the address space, or until the batch is full. */
static int scan_process(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_scan *scan,
			struct mm_struct *mm, struct pgwalk_rmap_batch *batch)
{
	struct pgwalk_walk walk = { .hold.mm = mm, .end = TASK_SIZE_MAX };
	int err = 0;

	while (scan->addr < TASK_SIZE_MAX && !pgwalk_rmap_batch_is_full(batch) && !err) {
		bool found;

		if (signal_pending(current))
			return -EINTR;
		walk.addr = scan->addr;
		err = read_on(page, scan, &walk, &batch->table, &found);
		scan->addr = walk.addr;
		if (!err && found)
			err = confirm_all(page, scan, mm, batch);
	}
	if (err != -ESRCH)
		return err;
	scan->addr = TASK_SIZE_MAX;	/* it has just gone */
	return 0;
}

/**
 * pgwalk_rmap_scan_visit - go on through the page tables of all processes
 * @page: got
 * @scan: where to go on; zero at first
 * @batch: places are added. Processes that share an mm have it scanned each: who adds the
 *	   places up leaves out those that were told of another one
 * @done: set to true when that was the last process
 *
 * Context: process context, may sleep; holds as pgwalk_hold_begin() does.
 * Return: 0: @batch is full or @done; -EINTR: a signal.
 */
int pgwalk_rmap_scan_visit(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_scan *scan,
			   struct pgwalk_rmap_batch *batch, bool *done)
{
	struct pgwalk_target target;
	int err = 0;

	scan->tgid = max(scan->tgid, 1);
	while (!pgwalk_rmap_batch_is_full(batch) && !err) {
		if (!next_target(scan, &target)) {
			*done = !signal_pending(current);
			return *done ? 0 : -EINTR;
		}
		err = scan_process(page, scan, target.mm, batch);
		pgwalk_target_exit(&target);
		if (scan->addr >= TASK_SIZE_MAX)
			skip_process(scan);
	}
	return err;
}
