// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Searches the page tables of every process for a page that is in no reverse map that a
 * module can read. A scan reads all tables of the system, in sections of one process, so it is
 * used only if there is no other method.
 */
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "../arch/pgtable.h"
#include "../entry.h"
#include "../mm_section.h"
#include "../target.h"
#include "../tasks.h"
#include "../walk.h"
#include "batch.h"
#include "page.h"
#include "scan.h"

static void skip_process(struct pgwalk_rmap_scan *scan)
{
	scan->tgid++;
	scan->addr = 0;
	cond_resched();
}

/* Take a reference to the pid if it is that of a process. */
static bool take_process(struct pid *pid, void *arg)
{
	struct pid **found = arg;

	if (pid_task(pid, PIDTYPE_TGID))
		*found = get_pid(pid);
	return !*found && !signal_pending(current);
}

/* Find the process at the position, or the next one. NULL: there is none, or a signal. */
static struct pid *next_process(struct pgwalk_rmap_scan *scan)
{
	struct pid *pid = NULL;
	pid_t next = scan->tgid;

	pgwalk_tasks_visit(&next, take_process, &pid);
	if (pid)
		next = pid_nr(pid);
	if (next && next != scan->tgid) {
		scan->tgid = next;
		scan->addr = 0;
	}
	return pid;
}

/* Find the next process with an address space. Return false if there is none, or on a signal. */
static bool next_target(struct pgwalk_rmap_scan *scan, struct pgwalk_target *target)
{
	while (!signal_pending(current)) {
		struct pid *pid = next_process(scan);
		int err;

		if (!pid)
			return false;
		err = pgwalk_target_init(target, pid);
		put_pid(pid);
		if (!err)
			return true;
		skip_process(scan);
	}
	return false;
}

/* Test if a table may have the page. If so, the entry is read again together with its VMA. */
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

/* Read until a table has the page, or to the end of the section. */
static int read_on(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_scan *scan,
		   struct pgwalk_walk *walk, struct pgwalk_table *table, bool *found)
{
	int err = pgwalk_mm_section_begin(&walk->section);

	*found = false;
	if (err)
		return err;
	while (!*found && pgwalk_walk_read(walk, table)) {
		/* The page may have an entry that is temporarily empty. */
		scan->raced |= table->found == PGWALK_FOUND_RACED || table->unsettled;
		*found = has_page(page, table);
	}
	pgwalk_mm_section_end(&walk->section);
	return 0;
}

/* Read the entry at an address and its VMA in one section, and add it if it maps the page. */
static int confirm(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_scan *scan,
		   struct mm_struct *mm, unsigned long addr, struct pgwalk_rmap_batch *batch)
{
	struct pgwalk_mm_section section = { .mm = mm, .vmas = true };
	struct pgwalk_rmap_place *place;
	struct vm_area_struct *vma;
	struct pgwalk_entry entry;
	struct pgwalk_path path;
	int err = pgwalk_mm_section_begin(&section);

	if (err)
		return err;
	vma = pgwalk_mm_section_find_vma(&section, addr);
	if (!vma || vma->vm_start > addr)
		goto end;
	if (pgwalk_walk_path(&section, addr, &path)) {
		scan->raced = true;
	} else {
		pgwalk_entry_decode(&entry, path.level, path.value[path.level]);
		if (pgwalk_rmap_page_is_at(page, addr, &entry)) {
			place = pgwalk_rmap_batch_add(batch, vma, addr, &entry);
			place->at = addr;
			place->scanned = scan->tgid;
		}
	}
end:
	pgwalk_mm_section_end(&section);
	return 0;
}

/* Add all places in the last read. Stop at scan->addr when the batch is full. */
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

/* Scan from scan->addr to the end of the address space, or until the batch is full. */
static int scan_process(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_scan *scan,
			struct mm_struct *mm, struct pgwalk_rmap_batch *batch)
{
	const unsigned long end = pgwalk_arch_user_end();
	struct pgwalk_walk walk = { .section.mm = mm, .end = end };
	int err = 0;

	while (scan->addr < end && !pgwalk_rmap_batch_is_full(batch) && !err) {
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
	scan->addr = end;	/* the process has just exited */
	return 0;
}

/**
 * pgwalk_rmap_scan_visit - continue through the page tables of all processes
 * @page: referenced
 * @scan: position; zero at first
 * @batch: places are added. An mm that several processes share is scanned for each; the caller
 *	   leaves out places that were reported for another process
 * @done: set to true after the last process
 *
 * Context: process context, may sleep; reads in sections of pgwalk_mm_section_begin().
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
		if (scan->addr >= pgwalk_arch_user_end())
			skip_process(scan);
	}
	return err;
}
