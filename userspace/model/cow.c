// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Predicts the fault that a write to a page in memory causes, as do_wp_page(), do_huge_pmd_wp_page() and
 * hugetlb_wp() of mm/memory.c, mm/huge_memory.c and mm/hugetlb.c decide it.
 *
 * - A writable entry causes no fault.
 * - A page that only this process uses, by the kernel's mark (PageAnonExclusive), is made writable in place: soft-dirty
 *   tracking, mprotect() and swap-in leave such entries.
 * - Else a small page without another reference is made writable in place, and any other is copied, by one fault each.
 *   References are those of other processes, of the swap cache, of I/O, and of lists of the LRU that a CPU has not
 *   emptied.
 * - A page that a small entry maps, of a large folio: until 6.6 the last page of the folio that is mapped anywhere is made
 *   writable in place, until 6.14 each page is copied, and from 6.15 on each page is made writable in place if only this
 *   process maps the folio and nothing else refers to it.
 * - A huge entry whose folio has another reference is split, and then each 4K page is copied by a fault of its own.
 * - A page of zeroes is replaced. From 6.13 on a fault replaces the huge page of zeroes as a whole; before, it is split.
 * - A page of the page cache is copied in a private mapping; a huge entry of one is removed first.
 * - A page of hugetlb is copied as a whole, unless it is mapped once.
 */
#include "../lib/page_size.h"
#include "cow.h"

#define PAGE		page_bytes()
#define VERSION(a, b)	((a) << 16 | (b) << 8)
#define KPF_LRU		(1ULL << 5)
#define KPF_ANON	(1ULL << 12)
#define KPF_SWAPCACHE	(1ULL << 13)

static const uint32_t versions[] = { VERSION(6, 1), VERSION(6, 7), VERSION(6, 13), VERSION(6, 15) };

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

/** cow__rules_version - return the first version of the kernel that has the applied rules */
uint32_t cow__rules_version(const struct cow *c)
{
	unsigned int i = NR(versions) - 1;

	while (i && c->kernel && c->kernel < versions[i])
		i--;
	return versions[i];
}

/** cow__is_anon - is the page anonymous? */
bool cow__is_anon(const struct pgwalk_frame_run *run)
{
	return run->frame_flags & KPF_ANON;
}

static bool has_frame(const struct pgwalk_run *run)
{
	switch (run->kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		return true;
	}
	return false;
}

static bool is_small(const struct pgwalk_frame_run *run)
{
	return run->run.shift == page_shift();
}

/** cow__is_in_folio - does a small entry map an anonymous page of a large folio? */
bool cow__is_in_folio(const struct pgwalk_frame_run *run)
{
	return has_frame(&run->run) && is_small(run) && run->order && run->frame_kind == PGWALK_FRAME_ANON;
}

/**
 * cow__sum_pages - add pages to the figures that describe them
 * @row: the mapping
 * @run: their run
 * @bytes: the pages
 */
void cow__sum_pages(struct inspect_cow *row, const struct pgwalk_frame_run *run, uint64_t bytes)
{
	if (run->run.kind == PGWALK_KIND_ZERO)
		row->zero += bytes;
	else if (run->run.kind == PGWALK_KIND_SWAP)
		row->swapped += bytes;
	if (!has_frame(&run->run))
		return;
	row->resident += bytes;
	if (run->frame_kind == PGWALK_FRAME_KSM)
		row->ksm += bytes;
	else if (!cow__is_anon(run))
		row->file += bytes;
	else if (run->mapcount > 1)
		row->shared += bytes;
	else if (run->mapcount >= 0)
		row->exclusive += bytes;
}

static bool is_writable(const struct pgwalk_frame_run *run)
{
	return run->run.kind == PGWALK_KIND_PRESENT && run->run.flags & PGWALK_F_WRITE;
}

/* Pages of a private mapping that no anonymous page has replaced yet */
static enum cow_result judge_other(const struct cow *c, const struct pgwalk_frame_run *run)
{
	if (run->run.kind == PGWALK_KIND_ZERO)
		return is_small(run) || cow__rules_version(c) >= VERSION(6, 13) ? COW_COPY : COW_SPLIT;
	switch (run->frame_kind) {
	case PGWALK_FRAME_HUGETLB:
		return COW_COPY;
	case PGWALK_FRAME_FILE:
	case PGWALK_FRAME_SHMEM:
		return is_small(run) ? COW_COPY : COW_SPLIT;
	}
	return COW_UNSURE;
}

/**
 * cow__judge - predict the result of a write to each page of a run
 * @c: the rules
 * @vma: its mapping
 * @run: the run, read with PGWALK_SCAN_EXCLUSIVE
 *
 * Return: the result.
 */
enum cow_result cow__judge(const struct cow *c, const struct pgwalk_vma *vma, const struct pgwalk_frame_run *run)
{
	if (!(vma->prot & PGWALK_PROT_WRITE) || is_writable(run))
		return COW_NONE;
	if (run->run.flags & PGWALK_F_UFFD_WP || run->run.kind == PGWALK_KIND_NUMA_HINT)
		return COW_UNSURE;
	if (run->run.kind != PGWALK_KIND_PRESENT && run->run.kind != PGWALK_KIND_ZERO)
		return COW_NONE;
	if (vma->prot & PGWALK_PROT_SHARED)
		return COW_REUSE;
	if (run->run.kind == PGWALK_KIND_ZERO || !cow__is_anon(run))
		return judge_other(c, run);
	if (run->frame_kind == PGWALK_FRAME_HUGETLB)
		return run->mapcount == 1 ? COW_REUSE : COW_COPY;
	if (run->frame_kind == PGWALK_FRAME_KSM)
		return COW_COPY;
	if (run->frame_flags & PGWALK_FRAME_EXCLUSIVE)
		return COW_REUSE;
	if (cow__is_in_folio(run))
		return COW_FOLIO;
	if (run->mapcount > 1)
		return is_small(run) ? COW_COPY : COW_SPLIT;
	return COW_FRAME;
}

static uint64_t references(const struct pgwalk_frame *frame)
{
	return frame->refcount > 0 ? (uint64_t)frame->refcount : 0;
}

/**
 * cow__judge_small - predict the result of a write to a small page that no other process maps
 * @frame: its frame
 */
enum cow_result cow__judge_small(const struct pgwalk_frame *frame)
{
	const bool cached = frame->flags & KPF_SWAPCACHE;

	if (frame->changed || frame->kind != PGWALK_FRAME_ANON)
		return COW_UNSURE;
	if (references(frame) <= 1U + cached)
		return cached ? COW_UNSURE : COW_REUSE;
	/* a list of a CPU that the fault may empty */
	return frame->flags & KPF_LRU || references(frame) > 3 ? COW_COPY : COW_UNSURE;
}

/**
 * cow__judge_huge - predict the result of a write to a huge page that no other process maps
 * @frame: its first frame
 */
enum cow_result cow__judge_huge(const struct pgwalk_frame *frame)
{
	if (frame->changed || frame->kind != PGWALK_FRAME_ANON || frame->flags & KPF_SWAPCACHE)
		return COW_UNSURE;
	return references(frame) <= 1 ? COW_REUSE : COW_SPLIT;
}

/**
 * cow__count - count the faults of a write to each page of a part of a run
 * @row: the mapping
 * @run: the run
 * @result: the result
 * @start: first address of the part
 * @end: first address after the part
 */
void cow__count(struct inspect_cow *row, const struct pgwalk_frame_run *run, enum cow_result result, uint64_t start,
		uint64_t end)
{
	const uint64_t bytes = end - start, mask = (1ULL << run->run.shift) - 1;
	const uint64_t leaves = ((end + mask) >> run->run.shift) - (start >> run->run.shift);

	if (result == COW_NONE)
		return;
	row->faults += result == COW_SPLIT ? bytes / PAGE : leaves;
	if (result == COW_UNSURE)
		row->unsure += bytes;
	if (result == COW_REUSE) {
		row->reused += bytes;
		return;
	}
	row->copied += bytes;
	if (run->run.kind == PGWALK_KIND_ZERO)
		row->copied_zero += bytes;
	else if (!cow__is_anon(run))
		row->copied_file += bytes;
}

static void count_pages(struct inspect_cow *row, uint64_t copied, uint64_t reused)
{
	row->faults += copied + reused;
	row->copied += copied * PAGE;
	row->reused += reused * PAGE;
}

/**
 * cow__count_folio - count the faults of a write to each pending page of a large folio
 * @c: the rules
 * @row: the mapping
 * @folio: the pages of the folio that the process maps
 * @head: the first frame of the folio
 */
void cow__count_folio(const struct cow *c, struct inspect_cow *row, const struct cow_folio *folio,
		      const struct pgwalk_frame *head)
{
	const uint32_t rules = cow__rules_version(c);
	const bool sure = !head->changed && head->kind == PGWALK_FRAME_ANON && !(head->flags & KPF_SWAPCACHE);
	const uint64_t pages = folio->pending;
	uint64_t reused = 0;
	bool others;

	/* of another mapping, or outside of the range: of this process, or of another one */
	others = rules >= VERSION(6, 15) && folio->partial && head->folio_mapcount > 1 &&
		 (uint64_t)head->folio_mapcount > folio->pages && references(head) == (uint64_t)head->folio_mapcount;
	if (rules < VERSION(6, 7))	/* each copy drops a reference: the last page may have the only one */
		reused = references(head) == pages;
	else if (rules >= VERSION(6, 15) && head->folio_mapcount > 1 && references(head) == folio->pages &&
		 (uint64_t)head->folio_mapcount == folio->pages)
		reused = pages;
	count_pages(row, pages - reused, reused);
	if (others || (!sure && (rules < VERSION(6, 7) || rules >= VERSION(6, 15))))
		row->unsure += pages * PAGE;
}

/**
 * cow__add - add the figures of a mapping to a sum
 * @sum: the sum
 * @row: the mapping
 */
void cow__add(struct inspect_cow *sum, const struct inspect_cow *row)
{
	unsigned int i;

	sum->resident += row->resident;
	sum->exclusive += row->exclusive;
	sum->shared += row->shared;
	sum->file += row->file;
	sum->ksm += row->ksm;
	sum->zero += row->zero;
	sum->swapped += row->swapped;
	sum->faults += row->faults;
	sum->reused += row->reused;
	sum->copied += row->copied;
	sum->copied_file += row->copied_file;
	sum->copied_zero += row->copied_zero;
	sum->unsure += row->unsure;
	sum->elsewhere += row->elsewhere;
	for (i = 0; i < INSPECT_COW_RELATIVES; i++) {
		sum->with[i] += row->with[i];
		sum->differ[i] += row->differ[i];
	}
}
