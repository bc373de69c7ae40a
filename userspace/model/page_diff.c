// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Derives the changes of pages and mappings between two readings. A frame number does not have a history: the reasons of
 * another frame are those that the states before and after prove, the others are one class.
 */
#include <string.h>

#include "../lib/page_size.h"
#include "page_diff.h"
#include "page_moves.h"
#include "page_run.h"

#define PAGE		page_bytes()
#define BIT(name)	(1U << INSPECT_CHANGE_##name)
#define MAPPING(name)	(1U << INSPECT_MAPPING_##name)
#define ACCESS		(PGWALK_PROT_READ | PGWALK_PROT_WRITE | PGWALK_PROT_EXEC)

/* What an entry stands for */
enum place { NOTHING, FRAME, SWAP, OTHER };

/**
 * page_diff__relation - compare the processes of two readings
 * @of: the processes
 *
 * Return: enum inspect_relation.
 */
uint8_t page_diff__relation(const struct inspect_reading_of of[2])
{
	const struct inspect_reading_of *a = &of[0], *b = &of[1];

	if (strcmp(a->boot_id, b->boot_id))
		return INSPECT_RELATION_BOOTS;
	if (a->pid != b->pid || a->start_ticks != b->start_ticks)
		return INSPECT_RELATION_PROCESSES;
	if (a->pgd_pa != b->pgd_pa || a->start_stack != b->start_stack || a->exe_ino != b->exe_ino ||
	    a->exe_dev != b->exe_dev)
		return INSPECT_RELATION_EXECUTED;
	return INSPECT_RELATION_PROCESS;
}

static enum place place_of(const struct inspect_page_change *row, unsigned int reading)
{
	const uint8_t kind = row->state[reading].run.kind;

	if (!row->has[reading])
		return NOTHING;
	if (kind == PGWALK_KIND_SWAP)
		return SWAP;
	return page_run__has_frame(kind) ? FRAME : OTHER;
}

static bool is_anon(const struct pgwalk_frame_run *run)
{
	return run->frame_kind == PGWALK_FRAME_ANON || run->frame_kind == PGWALK_FRAME_KSM;
}

/* Was the page copied on write? Its state before proves that a write could not go to the old frame */
static bool is_copied(const struct pgwalk_frame_run *a, const struct pgwalk_frame_run *b)
{
	if (b->frame_kind != PGWALK_FRAME_ANON)
		return false;
	return a->run.kind == PGWALK_KIND_ZERO || a->frame_kind == PGWALK_FRAME_KSM || a->frame_kind == PGWALK_FRAME_FILE ||
	       a->frame_kind == PGWALK_FRAME_SHMEM || (a->mapcount > 1 && b->mapcount == 1);
}

static uint32_t compare_frames(const struct page_diff *d, const struct pgwalk_frame_run *a,
			       const struct pgwalk_frame_run *b)
{
	const bool comparable = d->relation != INSPECT_RELATION_BOOTS;
	const bool other = comparable ? a->run.pfn != b->run.pfn : is_anon(a) != is_anon(b);
	uint32_t changes = 0;

	if (b->run.shift > a->run.shift)
		changes = BIT(COLLAPSED);
	else if (other && b->frame_kind == PGWALK_FRAME_KSM)
		changes = BIT(KSM);
	else if (other && is_copied(a, b))
		changes = BIT(COPIED);
	else if (other)
		changes = BIT(MOVED);
	if (b->run.shift < a->run.shift || (!other && comparable && b->order < a->order && a->run.shift == b->run.shift))
		changes |= BIT(SPLIT);
	if (comparable && a->node >= 0 && b->node >= 0 && a->node != b->node)
		changes |= BIT(NODE);
	return changes;
}

/* Changes of bits and mapcount, of a page whose content moved with it at most */
static uint32_t compare_bits(const struct inspect_page_change *row, uint32_t changes)
{
	const struct pgwalk_frame_run *a = &row->state[0], *b = &row->state[1];
	const uint64_t set = ~a->run.flags & b->run.flags, cleared = a->run.flags & ~b->run.flags;
	uint32_t bits = 0;

	if (changes & (BIT(COPIED) | BIT(COLLAPSED) | BIT(KSM)))
		return 0;
	if (a->run.kind != PGWALK_KIND_MIGRATION && b->run.kind != PGWALK_KIND_MIGRATION) {
		/* mremap() sets the soft-dirty bit of pages that it moves */
		if (set & PGWALK_F_DIRTY || (set & PGWALK_F_SOFT_DIRTY && row->from == row->start))
			bits |= BIT(DIRTIED);
		/* 6.1 moves the dirty bit of a huge page that it splits to the pages */
		else if (cleared & PGWALK_F_DIRTY && !(changes & (BIT(MOVED) | BIT(SPLIT))))
			bits |= BIT(CLEANED);
	}
	if (a->mapcount == 1 && b->mapcount > 1)
		bits |= BIT(SHARED);
	else if (a->mapcount > 1 && b->mapcount == 1)
		bits |= BIT(UNSHARED);
	return bits;
}

/* A page that lost its entry */
static uint32_t compare_lost(const struct inspect_page_change *row, enum place a)
{
	if (!row->mapped[1])
		return BIT(UNMAPPED);
	if (a == OTHER)
		return BIT(MARKER);
	/* memory of a shmem object that is back in the page cache */
	return a == SWAP && row->state[0].run.flags & PGWALK_F_SWAP_SHMEM ? BIT(SWAPPED_IN) : BIT(GONE);
}

/* A page without an entry before */
static uint32_t compare_gained(const struct inspect_page_change *row, enum place b)
{
	const bool shmem = b == SWAP && row->state[1].run.flags & PGWALK_F_SWAP_SHMEM;

	if (b == OTHER)
		return BIT(MARKER);
	if (b == SWAP && row->mapped[0])
		return BIT(SWAPPED_OUT) | (shmem ? 0 : BIT(APPEARED));
	return BIT(APPEARED);
}

static uint32_t compare_places(const struct page_diff *d, const struct inspect_page_change *row, enum place a, enum place b)
{
	const struct pgwalk_frame_run *x = &row->state[0], *y = &row->state[1];
	uint32_t changes;

	if (b == NOTHING)
		return compare_lost(row, a);
	if (a == NOTHING)
		return compare_gained(row, b);
	if (a == FRAME && b == FRAME) {
		changes = compare_frames(d, x, y);
		return changes | compare_bits(row, changes);
	}
	if (b == OTHER)
		return a != OTHER ? BIT(GONE) | BIT(MARKER) :
		       x->run.flags != y->run.flags || x->run.kind != y->run.kind ? BIT(MARKER) : 0;
	if (b == FRAME)
		return a == SWAP ? BIT(SWAPPED_IN) : BIT(APPEARED);
	if (a != SWAP)
		return BIT(SWAPPED_OUT);
	if (d->relation != INSPECT_RELATION_BOOTS &&
	    (x->run.pfn != y->run.pfn || x->run.swap_type != y->run.swap_type))
		return BIT(SWAPPED_IN) | BIT(SWAPPED_OUT);
	return 0;
}

static bool has_other_protection(const struct inspect_page_change *row, enum place a, enum place b)
{
	const struct pgwalk_run *x = &row->state[0].run, *y = &row->state[1].run;

	if (!row->mapped[0] || !row->mapped[1])
		return false;
	if ((row->prot[0] ^ row->prot[1]) & ACCESS)
		return true;
	return a != NOTHING && b != NOTHING && a != OTHER && b != OTHER &&
	       (x->pkey != y->pkey || (x->flags ^ y->flags) & PGWALK_F_UFFD_WP);
}

/* Return the changes of the pages of @row, which all have the same */
static uint32_t compare(const struct page_diff *d, const struct inspect_page_change *row)
{
	const enum place a = place_of(row, 0), b = place_of(row, 1);
	uint32_t changes;

	if (a == NOTHING && b == NOTHING)
		return 0;
	if ((a != NOTHING && row->state[0].run.kind == PGWALK_KIND_RACED) ||
	    (b != NOTHING && row->state[1].run.kind == PGWALK_KIND_RACED))
		return BIT(UNKNOWN);
	changes = compare_places(d, row, a, b);
	if (has_other_protection(row, a, b))
		changes |= BIT(PROTECTION);
	return changes;
}

static int put_row(struct page_diff *d, struct page_group *g)
{
	int err = 0;

	if (g->row.end)
		err = d->row(d->ctx, &g->row);
	g->row.end = 0;
	return err;
}

static bool has_like_state(const struct inspect_page_change *a, const struct inspect_page_change *b, unsigned int reading)
{
	const struct pgwalk_frame_run *x = &a->state[reading], *y = &b->state[reading];

	if (a->mapped[reading] != b->mapped[reading] || a->has[reading] != b->has[reading] ||
	    a->prot[reading] != b->prot[reading])
		return false;
	return !a->has[reading] || (x->run.kind == y->run.kind && x->run.shift == y->run.shift && x->node == y->node);
}

/* Pass on the pages, or keep them until the next ones differ */
static int add_row(struct page_diff *d, struct page_group *g, const struct inspect_page_change *row)
{
	struct inspect_page_change *last = &g->row;

	if (last->end && !d->single && last->end == row->start && last->changes == row->changes &&
	    last->start - last->from == row->start - row->from && has_like_state(last, row, 0) &&
	    has_like_state(last, row, 1)) {
		last->end = row->end;
		return 0;
	}
	if (put_row(d, g))
		return -1;
	*last = *row;
	return 0;
}

static int add_pages(struct page_diff *d, struct page_group *g, const struct inspect_page_change *row)
{
	struct inspect_page_change page = *row;
	unsigned int i;

	if (!d->single)
		return add_row(d, g, row);
	for (; page.start < row->end; page.start += PAGE) {
		page.end = page.start + PAGE;
		if (add_row(d, g, &page))
			return -1;
		page.from += PAGE;
		for (i = 0; i < 2; i++)
			if (page.has[i] && place_of(&page, i) != OTHER)
				page.state[i].run.pfn++;
	}
	return 0;
}

static void add_sum(struct inspect_mapping_change *sum, const struct inspect_page_change *row)
{
	const uint64_t bytes = row->end - row->start;
	unsigned int i;

	for (i = 0; i < INSPECT_CHANGE_NR; i++)
		if (row->changes >> i & 1)
			sum->bytes[i] += bytes;
	if (!row->changes)
		sum->unchanged += bytes;
	for (i = 0; i < 2; i++)
		if (place_of(row, i) == FRAME)
			sum->resident[i] += bytes;
}

/* Leave out the pages that are not to be compared */
static void clip(const struct page_diff *d, struct inspect_page_change *row)
{
	if (row->start < d->first) {
		row->from += d->first - row->start;
		row->start = d->first;
	}
	if (row->end > d->limit)
		row->end = d->limit;
}

/* Compare the pages of a segment: @runs of the two readings, NULL without an entry */
static int add_segment(struct page_diff *d, struct page_group *g, struct inspect_page_change *row,
		       const struct pgwalk_frame_run *const runs[2])
{
	unsigned int i;

	clip(d, row);
	if (row->start >= row->end)
		return 0;
	for (i = 0; i < 2; i++) {
		row->has[i] = runs[i];
		if (runs[i]) {
			row->state[i] = *runs[i];
			page_run__clip(&row->state[i], row->start, row->end);
		}
	}
	if (row->mapped[0] && row->mapped[1] && (row->prot[0] ^ row->prot[1]) & ACCESS)
		g->prot_changed = true;
	if (!row->has[0] && !row->has[1])
		return 0;
	row->changes = compare(d, row);
	add_sum(&g->sum, row);
	return row->changes ? add_pages(d, g, row) : 0;
}

static struct page_group *begin_group(struct page_diff *d)
{
	struct page_group *g = &d->group[d->group[0].users ? 1 : 0];

	memset(g, 0, sizeof(*g));
	return g;
}

static void extend(struct page_group *g, unsigned int reading, const struct pgwalk_vma *vma)
{
	struct inspect_mapping_change *sum = &g->sum;

	if (!sum->mappings[reading]++) {
		sum->prot[reading] = vma->prot;
		if (!reading)
			sum->from = vma->start;
	}
	sum->size[reading] += vma->end - vma->start;
	if (!sum->end || vma->start < sum->start)
		sum->start = vma->start;
	if (vma->end > sum->end)
		sum->end = vma->end;
	if (reading || !sum->mappings[1]) {
		memcpy(g->name, vma->name, vma->name_len);
		g->name[vma->name_len] = '\0';
		sum->name = g->name;
		sum->kind = vma->kind;
	}
}

static uint32_t mapping_changes(const struct page_group *g)
{
	const struct inspect_mapping_change *sum = &g->sum;
	const uint64_t before = sum->size[0] + g->moved[1] - g->moved[0];
	uint32_t changes = g->prot_changed ? MAPPING(PROTECTION) : 0;

	if (!sum->mappings[1])
		return MAPPING(GONE);
	if (g->moved[1])
		changes |= MAPPING(REMAPPED);
	else if (!sum->mappings[0])
		return MAPPING(NEW);
	if (sum->mappings[0] && sum->mappings[1] != sum->mappings[0])
		changes |= sum->mappings[1] > sum->mappings[0] ? MAPPING(SPLIT) : MAPPING(MERGED);
	if (sum->size[1] != before)
		changes |= sum->size[1] > before ? MAPPING(GROWN) : MAPPING(SHRUNK);
	return changes;
}

static void add_total(struct inspect_mapping_change *total, const struct inspect_mapping_change *sum)
{
	unsigned int i;

	for (i = 0; i < INSPECT_CHANGE_NR; i++)
		total->bytes[i] += sum->bytes[i];
	for (i = 0; i < 2; i++) {
		total->mappings[i] += sum->mappings[i];
		total->size[i] += sum->size[i];
		total->resident[i] += sum->resident[i];
	}
	total->unchanged += sum->unchanged;
}

static int end_group(struct page_diff *d, struct page_group *g)
{
	if (put_row(d, g))
		return -1;
	if (g->sum.end <= d->first || g->sum.start >= d->limit)
		return 0;
	add_total(&d->total, &g->sum);
	/* all of it moved: reported at the new address */
	if (!g->sum.mappings[1] && g->moved[0] == g->sum.size[0])
		return 0;
	g->sum.mapping = mapping_changes(g);
	return d->mapping(d->ctx, &g->sum);
}

static int leave(struct page_diff *d, unsigned int reading)
{
	struct page_group *g = d->of[reading];

	d->of[reading] = NULL;
	return g && !--g->users ? end_group(d, g) : 0;
}

/* The current mapping of a reading belongs to the group of the other reading's one if they are alike */
static void enter(struct page_diff *d, unsigned int reading, const struct page_segment *s)
{
	const struct page_list *own = s->list[reading], *other = s->list[!reading];
	struct page_group *g = d->of[!reading];

	if (!g || !other || !page_moves__is_like(own->vma, other->vma))
		g = begin_group(d);
	g->users++;
	d->of[reading] = g;
	d->serial[reading] = own->serial;
	extend(g, reading, own->vma);
}

static int change_groups(struct page_diff *d, const struct page_segment *s)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (d->of[i] && (!s->list[i] || s->list[i]->serial != d->serial[i]) && leave(d, i))
			return -1;
	for (i = 0; i < 2; i++)
		if (s->list[i] && !d->of[i])
			enter(d, i, s);
	return 0;
}

static struct inspect_page_change row_of(const struct page_group *g, const struct page_segment *s)
{
	return (struct inspect_page_change){
		.start = s->start, .end = s->end, .from = s->start, .kind = g->sum.kind, .name = g->name,
	};
}

/* Pages of the first reading at an address where the second one has no mapping that could be theirs */
static int add_lost(struct page_diff *d, const struct page_segment *s)
{
	struct page_group *g = d->of[PAGE_DIFF_A];
	struct inspect_page_change row = row_of(g, s);
	const struct pgwalk_frame_run *const runs[2] = { s->run[PAGE_DIFF_A], NULL };

	if (s->list[PAGE_DIFF_OUT]) {
		g->moved[0] += s->end - s->start;
		return 0;
	}
	row.mapped[0] = true;
	row.prot[0] = s->list[PAGE_DIFF_A]->vma->prot;
	return add_segment(d, g, &row, runs);
}

static int add_present(struct page_diff *d, const struct page_segment *s, bool alike)
{
	const struct page_list *in = s->list[PAGE_DIFF_IN];
	struct page_group *g = d->of[PAGE_DIFF_B];
	struct inspect_page_change row = row_of(g, s);
	const struct pgwalk_frame_run *const runs[2] = {
		in ? s->run[PAGE_DIFF_IN] : alike ? s->run[PAGE_DIFF_A] : NULL, s->run[PAGE_DIFF_B],
	};

	row.mapped[1] = true;
	row.prot[1] = s->list[PAGE_DIFF_B]->vma->prot;
	row.mapped[0] = in || alike;
	if (in) {
		row.from = in->vma->offset + (s->start - in->vma->start);
		row.prot[0] = in->vma->prot;
		if (!g->moved[1])
			g->sum.from = row.from;
		if (!g->moved[1] && !g->sum.mappings[0])
			g->sum.prot[0] = in->vma->prot;
		g->moved[1] += s->end - s->start;
	} else if (alike) {
		row.prot[0] = s->list[PAGE_DIFF_A]->vma->prot;
	}
	return add_segment(d, g, &row, runs);
}

/**
 * page_diff__segment - compare a range
 * @d: the comparison
 * @s: the range, with the lists of enum page_diff_list
 *
 * Return: 0; -1: a taker of rows stopped.
 */
int page_diff__segment(struct page_diff *d, const struct page_segment *s)
{
	const struct page_list *a = s->list[PAGE_DIFF_A], *b = s->list[PAGE_DIFF_B];
	const bool alike = a && b && !s->list[PAGE_DIFF_IN] && page_moves__is_like(a->vma, b->vma);

	if (change_groups(d, s))
		return -1;
	if (a && !alike && add_lost(d, s))
		return -1;
	return b ? add_present(d, s, alike) : 0;
}

/** page_diff__finish - pass on the last mappings. Return 0; -1: a taker stopped */
int page_diff__finish(struct page_diff *d)
{
	return leave(d, PAGE_DIFF_A) || leave(d, PAGE_DIFF_B) ? -1 : 0;
}

/** page_diff__is_changed - has a mapping a change, or pages with a change? */
bool page_diff__is_changed(const struct inspect_mapping_change *m)
{
	unsigned int i;

	for (i = 0; i < INSPECT_CHANGE_NR; i++)
		if (m->bytes[i])
			return true;
	return m->mapping;
}
