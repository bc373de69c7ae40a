// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decides for a slot whether MADV_COLLAPSE would make it huge, with which errno it fails, and what keeps
 * khugepaged from it. The rules are those of mm/khugepaged.c (madvise_collapse(), hpage_collapse_scan_pmd(),
 * hpage_collapse_scan_file(), __collapse_huge_page_isolate()) and of hugepage_vma_check() or
 * thp_vma_allowable_orders() in mm/huge_memory.c, read in 6.1.192, 6.12.95 and 7.3.4.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "../lib/page_size.h"
#include "huge_rules.h"

#define KPF_LRU		(1ULL << 5)
#define KPF_ANON	(1ULL << 12)
#define KPF_SWAPCACHE	(1ULL << 13)
#define KPF_SWAPBACKED	(1ULL << 14)
#define KPF_TAIL	(1ULL << 16)

#define VERSION(major, minor)	((uint32_t)(major) << 16 | (uint32_t)(minor) << 8)

static const struct huge_rules rules[] = {
	{
		.version = VERSION(7, 3), .empty_error = EBUSY, .empty_table = true, .tmpfs_sizes = true,
		.keeps_lazyfree = true, .eligible_of_size = true,
	},
	{
		.version = VERSION(6, 12), .needs_writable = true, .empty_error = EBUSY, .file_needs_directory = true,
		.forced_shmem_size = true,
	},
	{
		.version = VERSION(6, 1), .needs_writable = true, .empty_error = EINVAL, .anon_vma_refuses = true,
		.file_needs_directory = true, .file_needs_table = true,
	},
};

#define NR_RULES	(sizeof(rules) / sizeof(rules[0]))

/**
 * huge__init - choose the rules of the running kernel
 * @h: set
 * @thp: the settings; kept
 * @shift: log2 of the bytes of a slot
 *
 * A kernel between two that were read has the rules of the older one; 7.0 to 7.2 those of 7.3.
 */
void huge__init(struct huge *h, const struct inspect_thp *thp, unsigned int shift)
{
	unsigned int i = 0;

	while (i < NR_RULES - 1 && thp->kernel < (i ? rules[i].version : VERSION(7, 0)))
		i++;
	*h = (struct huge){ &rules[i], thp, shift };
}

/**
 * huge__slot_shift - return log2 of the bytes of a slot for a huge page
 * @info: the machine
 *
 * Return: that of the leaf above the smallest one; 0: there is none.
 */
unsigned int huge__slot_shift(const struct pgwalk_info *info)
{
	unsigned int i, shift = 0;

	for (i = 0; i < info->nr_levels && i < PGWALK_MAX_LEVELS; i++)
		if (info->geometry[i].leaf && info->geometry[i].shift > page_shift())
			shift = info->geometry[i].shift;
	return shift;
}

/** huge__rules_version - return the version of the kernel whose rules are applied */
uint32_t huge__rules_version(const struct huge *h)
{
	return h->rules->version;
}

/** huge__is_exact - test if the rules were read in the running kernel's version */
bool huge__is_exact(const struct huge *h)
{
	return h->thp->kernel == h->rules->version;
}

static bool is_anon(const struct huge_mapping *m)
{
	return m->facts & PGWALK_FACT_ANON;
}

static uint8_t state_of(unsigned int reason)
{
	static const uint8_t states[INSPECT_HUGE_NR] = {
#define X(name, state, word, text) [INSPECT_HUGE_WHY_##name] = INSPECT_HUGE_##state,
		INSPECT_HUGE_REASONS(X)
#undef X
	};

	return states[reason];
}

static void set(struct inspect_huge *row, enum inspect_huge_reason reason, int error, uint32_t pages,
		int32_t limit)
{
	row->reason = (uint8_t)reason;
	row->state = state_of(reason);
	row->error = error;
	row->least = pages;
	row->most = pages;
	row->limit = limit;
}

/** huge__needs_tables - test if the rules distinguish a slot without a table from an empty table */
bool huge__needs_tables(const struct huge *h, const struct huge_mapping *m)
{
	return is_anon(m) ? h->rules->empty_table && m->written : h->rules->file_needs_directory && m->shmem;
}

/** huge__is_special - test for a mapping of a driver, of the kernel, or of a file on DAX */
bool huge__is_special(const struct huge_mapping *m)
{
	return m->vm_flags & VM_SPECIAL || m->kind == PGWALK_VMA_DEVICE || m->kind == PGWALK_VMA_VDSO ||
	       m->facts & PGWALK_FACT_DAX;
}

/** huge__needs_eligible - test if only THPeligible shows whether the file of a mapping can be huge */
bool huge__needs_eligible(const struct huge *h, const struct huge_mapping *m)
{
	(void)h;
	return !is_anon(m) && !m->shmem && !huge__is_special(m) && !(m->vm_flags & VM_HUGETLB);
}

/**
 * huge__is_unadvised - test if PR_THP_DISABLE_EXCEPT_ADVISED keeps khugepaged and faults from a mapping
 * @h: the rules
 * @m: the mapping
 *
 * MADV_COLLAPSE is advice.
 */
bool huge__is_unadvised(const struct huge *h, const struct huge_mapping *m)
{
	return h->thp->advised_only && !(m->vm_flags & VM_HUGEPAGE);
}

/**
 * huge__eligible - compute THPeligible of smaps
 * @h: the rules
 * @m: the mapping
 *
 * Return: 0 or 1; -1: not known without the kernel's own inode, as of files on a disk.
 */
int huge__eligible(const struct huge *h, const struct huge_mapping *m)
{
	unsigned int i, shift;

	if (!h->thp->known || !(m->facts & PGWALK_FACT_KNOWN))
		return -1;
	if (m->vm_flags & VM_NOHUGEPAGE || h->thp->disabled || huge__is_unadvised(h, m))
		return 0;
	if (!is_anon(m) && !m->shmem)
		return m->eligible;
	if (!h->thp->nr_sizes && m->vm_flags & (VM_SPECIAL | VM_HUGETLB))
		return 0;
	if (m->shmem)
		return huge_setting__shmem_eligible(h, m);
	for (i = 0; i <= h->thp->nr_sizes; i++) {
		shift = i < h->thp->nr_sizes ? h->thp->size[i].shift : h->shift;
		if (shift <= h->shift && ((m->end - (1ULL << shift)) & -(1ULL << shift)) >= m->start &&
		    m->end >= 1ULL << shift && huge_setting__anon(h, m, shift) == HUGE_SETTING_ALLOWED)
			return 1;
	}
	return 0;
}

/** huge__is_anonymous - test if the rules alone decide on THPeligible of a mapping */
bool huge__is_anonymous(const struct pgwalk_vma *vma)
{
	return vma->kind == PGWALK_VMA_ANON || vma->kind == PGWALK_VMA_HEAP || vma->kind == PGWALK_VMA_STACK ||
	       vma->kind == PGWALK_VMA_BSS;
}

/**
 * huge__vma_eligible - compute THPeligible of a mapping of which only the record is known
 * @h: the rules
 * @vma: the mapping
 * @known: THPeligible of smaps, for a mapping that is not huge__is_anonymous(); -1: unknown
 *
 * Return: 0, 1 or -1: unknown.
 */
int8_t huge__vma_eligible(const struct huge *h, const struct pgwalk_vma *vma, int known)
{
	const struct huge_mapping m = {
		.start = vma->start, .end = vma->end, .vm_flags = vma->vm_flags, .offset = vma->offset,
		.kind = vma->kind, .eligible = known,
		.facts = PGWALK_FACT_KNOWN | (huge__is_anonymous(vma) ? PGWALK_FACT_ANON : 0),
	};

	return (int8_t)huge__eligible(h, &m);
}

static uint32_t pages_in(uint64_t start, uint64_t end)
{
	return (uint32_t)((end - start) >> page_shift());
}

/** huge__is_lazyfree - test if the pages of a run are freed with MADV_FREE and were not written since */
bool huge__is_lazyfree(const struct pgwalk_frame_run *run)
{
	return (run->frame_flags & (KPF_ANON | KPF_SWAPBACKED)) == KPF_ANON && !(run->run.flags & PGWALK_F_DIRTY);
}

static void add_part(struct huge_slot *slot, uint64_t pfn, uint32_t pages)
{
	if (slot->nr_parts < HUGE_PAGES_MAX)
		slot->part[slot->nr_parts++] = (struct huge_part){ pfn, pages };
}

static void add_present(struct huge_slot *slot, const struct pgwalk_frame_run *run, uint64_t start,
			uint32_t pages, unsigned int shift)
{
	const uint64_t flags = run->run.flags;

	slot->present += pages;
	slot->mapped |= run->run.shift >= shift;
	if (flags & PGWALK_F_WRITE)
		slot->writable += pages;
	if (flags & PGWALK_F_ACCESSED)
		slot->young += pages;
	if (flags & PGWALK_F_UFFD_WP)
		slot->uffd += pages;
	if (run->frame_flags & KPF_ANON)
		slot->anon += pages;
	if (huge__is_lazyfree(run))
		slot->lazyfree += pages;
	if (run->mapcount > 1)
		slot->shared += pages;
	if (run->run.shift < shift && run->order == shift - page_shift())
		slot->huge_folio += pages;
	add_part(slot, run->run.pfn + pages_in(run->run.start, start), pages);
}

/**
 * huge__add - add the pages of a run to a slot
 * @slot: the counts
 * @run: the run
 * @start: first address that is in both
 * @end: first address after the last one that is in both
 * @shift: log2 of the bytes of a slot
 */
void huge__add(struct huge_slot *slot, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end,
	       unsigned int shift)
{
	const uint32_t pages = pages_in(start, end);

	/* swapped shared memory may be in a slot without a table */
	if (!(run->run.flags & PGWALK_F_SWAP_SHMEM))
		slot->table = 1;
	switch (run->run.kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		add_present(slot, run, start, pages, shift);
		break;
	case PGWALK_KIND_ZERO:
		slot->zero += pages;
		slot->mapped |= run->run.shift >= shift;
		break;
	case PGWALK_KIND_SWAP:
	case PGWALK_KIND_MIGRATION:
		slot->swapped += pages;
		slot->mapped |= run->run.shift >= shift && run->run.kind == PGWALK_KIND_MIGRATION;
		if (run->run.flags & (PGWALK_F_UFFD_WP | PGWALK_F_MARK_UFFD_WP))
			slot->uffd += pages;
		break;
	case PGWALK_KIND_HWPOISON:
		slot->hwpoison += pages;
		break;
	case PGWALK_KIND_MARKER:
		if (run->run.flags & PGWALK_F_MARK_UFFD_WP)
			slot->uffd += pages;
		else if (run->run.flags & PGWALK_F_MARK_GUARD)
			slot->guard += pages;
		else
			slot->hwpoison += pages;
		break;
	case PGWALK_KIND_SPECIAL:
	case PGWALK_KIND_DEVICE:
		slot->device += pages;
		break;
	default:
		slot->raced += pages;
	}
}

/**
 * huge__add_frame - count a frame that is pinned or isolated
 * @slot: the counts
 * @frame: a frame of the slot
 *
 * Each mapping has a reference; so has each page of the folio in the page cache or in the swap cache, and
 * private data of the filesystem. A page that is not yet on a list of reclaim has one more, of the batch of
 * a CPU; MADV_COLLAPSE drains the batches first.
 */
void huge__add_frame(struct huge_slot *slot, const struct pgwalk_frame *frame)
{
	const int pages = 1 << frame->order, batch = !(frame->flags & (KPF_LRU | KPF_TAIL));
	int expected = frame->folio_mapcount;

	if (expected < 0 && !frame->order)
		expected = frame->mapcount;
	/* 6.1 does not count the mappings of a large folio */
	if (frame->changed || expected < 0)
		return;
	if (!(frame->flags & KPF_ANON) || frame->flags & KPF_SWAPCACHE)
		expected += pages;
	if (frame->refcount > expected + batch)
		slot->pinned++;
	else if (batch && frame->refcount == expected)
		slot->locked++;
}

/* Shared memory: the settings that MADV_COLLAPSE obeys */
static bool refuse_shmem(const struct huge *h, const struct huge_mapping *m,
			 struct inspect_huge *row)
{
	if (h->thp->shmem == INSPECT_THP_DENY)
		set(row, INSPECT_HUGE_WHY_DENY, EINVAL, 0, -1);
	else if (!huge_setting__allows_forced(h, m))
		set(row, INSPECT_HUGE_WHY_SHMEM_SIZE, EINVAL, 0, -1);
	else
		return false;
	return true;
}

/* Another file: only THPeligible shows if it can be huge, and only if the setting allows it */
static bool refuse_regular(const struct huge *h, const struct huge_mapping *m,
			   struct inspect_huge *row)
{
	if (m->eligible > 0)
		return false;
	if (m->eligible < 0 || huge__is_unadvised(h, m) || !huge_setting__allows(h->thp->anon, m->vm_flags))
		set(row, INSPECT_HUGE_WHY_FILE_UNKNOWN, -1, 0, -1);
	else
		set(row, INSPECT_HUGE_WHY_FILE, EINVAL, 0, -1);
	return true;
}

/* Refusals of a whole mapping, in the order of hugepage_vma_check(). Return true if there is one */
static bool refuse_mapping(const struct huge *h, const struct huge_mapping *m,
			   struct inspect_huge *row)
{
	const uint64_t mask = (1ULL << h->shift) - 1;

	if (m->vm_flags & VM_NOHUGEPAGE)
		set(row, INSPECT_HUGE_WHY_NOHUGEPAGE, EINVAL, 0, -1);
	else if (h->thp->disabled)
		set(row, INSPECT_HUGE_WHY_PRCTL, EINVAL, 0, -1);
	else if (huge__is_special(m))
		set(row, INSPECT_HUGE_WHY_SPECIAL, EINVAL, 0, -1);
	else if (!is_anon(m) && (m->start - m->offset) & mask)
		set(row, INSPECT_HUGE_WHY_OFFSET, EINVAL, 0, -1);
	else if (!is_anon(m))
		return m->shmem ? refuse_shmem(h, m, row) : refuse_regular(h, m, row);
	else
		return false;
	return true;
}

/* The setting that keeps khugepaged from a mapping; INSPECT_HUGE_WHY_WAITING: none */
static enum inspect_huge_reason judge_setting(const struct huge *h, const struct huge_mapping *m)
{
	enum huge_setting setting;

	if (is_anon(m))
		setting = huge_setting__anon(h, m, h->shift);
	else if (m->shmem)
		setting = huge_setting__collapse(h, m);
	else if (huge_setting__allows(h->thp->anon, m->vm_flags))
		setting = HUGE_SETTING_ALLOWED;
	else
		setting = h->thp->anon == INSPECT_THP_NEVER ? HUGE_SETTING_NEVER : HUGE_SETTING_MADVISE;
	switch (setting) {
	case HUGE_SETTING_ALLOWED:
		break;
	case HUGE_SETTING_MADVISE:
	case HUGE_SETTING_INHERIT_MADVISE:
		return INSPECT_HUGE_WHY_SYSFS_MADVISE;
	case HUGE_SETTING_MOUNT_NEVER:
		return m->unlinked ? INSPECT_HUGE_WHY_SYSFS_NEVER : INSPECT_HUGE_WHY_MOUNT_NEVER;
	case HUGE_SETTING_MOUNT_ADVISE:
		return m->unlinked ? INSPECT_HUGE_WHY_SYSFS_MADVISE : INSPECT_HUGE_WHY_MOUNT_ADVISE;
	case HUGE_SETTING_MOUNT_UNKNOWN:
		return INSPECT_HUGE_WHY_MOUNT_UNKNOWN;
	case HUGE_SETTING_WITHIN_SIZE:
		return INSPECT_HUGE_WHY_WITHIN_SIZE;
	case HUGE_SETTING_NEVER:
	case HUGE_SETTING_INHERIT_NEVER:
	case HUGE_SETTING_DENY:
	case HUGE_SETTING_FORCE:
	case HUGE_SETTING_TMPFS:
		return INSPECT_HUGE_WHY_SYSFS_NEVER;
	}
	return INSPECT_HUGE_WHY_WAITING;
}

/* What keeps khugepaged from a slot that MADV_COLLAPSE would collapse */
static void explain_waiting(const struct huge *h, const struct huge_mapping *m, const struct huge_slot *s,
			    struct inspect_huge *row)
{
	const enum inspect_huge_reason setting = judge_setting(h, m);
	const uint32_t empty = row->pages - s->present - s->swapped;

	if (s->huge_folio)
		set(row, INSPECT_HUGE_WHY_SPLIT, 0, s->huge_folio, -1);
	else if (setting != INSPECT_HUGE_WHY_WAITING)
		set(row, setting, 0, 0, -1);
	else if (huge__is_unadvised(h, m))
		set(row, INSPECT_HUGE_WHY_PRCTL_ADVISED, 0, 0, -1);
	else if (is_anon(m) && empty > h->thp->max_none)
		set(row, INSPECT_HUGE_WHY_NONE, 0, empty, (int32_t)h->thp->max_none);
	else if (s->swapped > h->thp->max_swap)
		set(row, INSPECT_HUGE_WHY_SWAPPED, 0, s->swapped, (int32_t)h->thp->max_swap);
	else if (is_anon(m) && s->shared > h->thp->max_shared)
		set(row, INSPECT_HUGE_WHY_SHARED, 0, s->shared, (int32_t)h->thp->max_shared);
	else if (is_anon(m) && h->rules->keeps_lazyfree && s->lazyfree)
		set(row, INSPECT_HUGE_WHY_LAZYFREE, 0, s->lazyfree, 0);
	else if (is_anon(m) && !s->young)
		set(row, INSPECT_HUGE_WHY_UNREFERENCED, 0, 0, -1);
	else
		set(row, INSPECT_HUGE_WHY_WAITING, 0, s->present, -1);
}

/* Properties of pages that refuse a slot of anonymous memory; the kernel looks at the pages in order */
static bool refuse_anon(const struct huge *h, const struct huge_mapping *m, const struct huge_slot *s,
			struct inspect_huge *row)
{
	const uint32_t empty = row->pages - s->present - s->swapped - s->guard - s->hwpoison - s->device;

	const bool nothing = s->present + s->swapped + s->zero + s->guard + s->hwpoison + s->device == 0;

	if (!m->written)
		set(row, INSPECT_HUGE_WHY_UNWRITTEN, EINVAL, 0, -1);
	else if (s->table == 0 || (nothing && h->rules->needs_writable && !(m->facts & UFFD_ARMED)))
		set(row, INSPECT_HUGE_WHY_EMPTY, EINVAL, 0, -1);
	else if (s->uffd)
		set(row, INSPECT_HUGE_WHY_UFFD, EINVAL, s->uffd, 0);
	else if (s->device)
		set(row, INSPECT_HUGE_WHY_DEVICE, EINVAL, s->device, 0);
	else if (empty && m->facts & UFFD_ARMED)
		set(row, INSPECT_HUGE_WHY_UFFD_EMPTY, h->rules->empty_error, empty, 0);
	else if (s->hwpoison)
		set(row, INSPECT_HUGE_WHY_HWPOISON, EINVAL, s->hwpoison, 0);
	else if (s->pinned)
		set(row, INSPECT_HUGE_WHY_PINNED, EAGAIN, s->pinned, 0);
	else if (s->locked)
		set(row, INSPECT_HUGE_WHY_LOCKED, EAGAIN, s->locked, 0);
	else if (h->rules->needs_writable && !s->writable)
		set(row, INSPECT_HUGE_WHY_READ_ONLY, EINVAL, s->present, -1);
	else if (s->guard)
		set(row, INSPECT_HUGE_WHY_GUARD, EINVAL, s->guard, 0);
	else
		return false;
	return true;
}

static bool refuse_file(const struct huge *h, const struct huge_mapping *m, const struct huge_slot *s,
			struct inspect_huge *row)
{
	const bool copies = s->anon || (h->rules->anon_vma_refuses && m->written);

	if (copies)
		set(row, INSPECT_HUGE_WHY_COPIED, EINVAL, s->anon, 0);
	else if (m->facts & (PGWALK_FACT_UFFD_WP | PGWALK_FACT_UFFD_RWP))
		set(row, INSPECT_HUGE_WHY_UFFD, EINVAL, s->uffd, 0);
	else if (s->device)
		set(row, INSPECT_HUGE_WHY_DEVICE, EINVAL, s->device, 0);
	else if (s->hwpoison)
		set(row, INSPECT_HUGE_WHY_HWPOISON, EINVAL, s->hwpoison, 0);
	else if ((m->shmem && !s->present && !s->swapped && s->data == 0) ||
		 (h->rules->file_needs_directory && s->directory == 0))
		set(row, INSPECT_HUGE_WHY_EMPTY, EINVAL, 0, -1);
	else if (h->rules->file_needs_table && s->table == 0)
		set(row, INSPECT_HUGE_WHY_UNMAPPED, -1, 0, -1);
	else if (s->pinned && !s->huge_folio)
		set(row, INSPECT_HUGE_WHY_PINNED, EAGAIN, s->pinned, 0);
	else if (s->locked && !s->huge_folio)
		set(row, INSPECT_HUGE_WHY_LOCKED, EAGAIN, s->locked, 0);
	else
		return false;
	return true;
}

/**
 * huge__judge - decide about a whole slot
 * @h: the rules
 * @m: its mapping
 * @slot: its pages
 * @row: filled: state, reason, error and numbers; @start and @end are set
 */
void huge__judge(const struct huge *h, const struct huge_mapping *m, const struct huge_slot *slot,
		 struct inspect_huge *row)
{
	bool refused;

	row->slots = 1;
	row->pages = 1U << (h->shift - page_shift());
	row->kind = (uint8_t)m->kind;
	row->eligible = (int8_t)huge__eligible(h, m);
	if (m->vm_flags & VM_HUGETLB) {
		set(row, slot->mapped ? INSPECT_HUGE_WHY_HUGETLB : INSPECT_HUGE_WHY_EMPTY, EINVAL, 0, -1);
		return;
	}
	refused = refuse_mapping(h, m, row);
	if (slot->mapped) {
		set(row, INSPECT_HUGE_WHY_MAPPED, refused ? row->error : 0, row->pages, -1);
		return;
	}
	if (refused)
		return;
	if (slot->raced)
		set(row, INSPECT_HUGE_WHY_RACED, -1, slot->raced, -1);
	else if (!(is_anon(m) ? refuse_anon(h, m, slot, row) : refuse_file(h, m, slot, row)))
		explain_waiting(h, m, slot, row);
}

/**
 * huge__judge_part - decide about a part of a slot, at the start or at the end of a mapping
 * @h: the rules
 * @m: the mapping
 * @row: filled; @start and @end are set
 */
void huge__judge_part(const struct huge *h, const struct huge_mapping *m, struct inspect_huge *row)
{
	const uint64_t mask = (1ULL << h->shift) - 1;
	const uint64_t first = row->start & ~mask, last = (row->end + mask) & ~mask;
	const bool mixed = (first >= m->start || m->before) && (last <= m->end || m->after);

	row->slots = 0;
	row->pages = 1U << (h->shift - page_shift());
	row->kind = (uint8_t)m->kind;
	row->eligible = (int8_t)huge__eligible(h, m);
	set(row, mixed ? INSPECT_HUGE_WHY_MIXED : INSPECT_HUGE_WHY_EDGE, -1, pages_in(row->start, row->end), -1);
}

/**
 * huge__merge - add a slot to a run of like slots
 * @run: the run
 * @next: the slot after it
 *
 * Return: false if it differs; the run is unchanged.
 */
bool huge__merge(struct inspect_huge *run, const struct inspect_huge *next)
{
	if (run->end != next->start || run->reason != next->reason || run->error != next->error ||
	    run->limit != next->limit || !run->slots || !next->slots)
		return false;
	run->end = next->end;
	run->slots += next->slots;
	if (next->least < run->least)
		run->least = next->least;
	if (next->most > run->most)
		run->most = next->most;
	return true;
}
