// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Predicts the frame columns of a listing from the kernel's files and compares them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "frames_agree.h"
#include "kpage.h"

#define BLOCKS	64
#define BIT(n)	(1ULL << (n))

/* Flags and counts of KPAGE_BATCH frames; number: 1 + the number of the block */
struct block {
	__u64 number;
	struct kpage kpage;
};

/* page-types' letters by number of the flag, without head and tail */
static const char letters[64] = "LERUDlASWIBMasb  GuXnxtozig     rmdPpOhc";

static void format_letters(char *to, __u64 flags)
{
	__u64 shown = flags & ~(BIT(KPAGE_HEAD) | BIT(KPAGE_TAIL));

	if (!flags)
		*to++ = '-';
	for (int i = 0; i < 64; i++)
		if (shown & BIT(i) && letters[i])
			*to++ = letters[i];
	*to = 0;
}

/* The kind that the flags imply; NULL: unknown. A KSM page has kind "anon" on every kernel. */
static const char *kind_of(__u64 flags)
{
	static const struct { int flag; const char *kind; } kinds[] = {
		{ KPAGE_BUDDY, "free" }, { KPAGE_SLAB, "slab" }, { KPAGE_PGTABLE, "pgtable" },
		{ KPAGE_HUGE, "hugetlb" }, { KPAGE_HWPOISON, "hwpoison" }, { KPAGE_ANON, "anon" }, { KPAGE_ZERO, "zero" },
		{ KPAGE_RESERVED, "reserved" }, { KPAGE_SWAPBACKED, "shmem" },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (flags & BIT(kinds[i].flag))
			return kinds[i].kind;
	return flags & BIT(KPAGE_LRU) ? "file" : NULL;
}

/* Is the frame after the block a tail of a page that begins in the block? */
static bool goes_on(__u64 pfn_behind)
{
	struct kpage next;

	return kpage_read(&next, pfn_behind, 1) && next.nr &&
	       next.flags[0] & BIT(KPAGE_TAIL);
}

/* Count a head and its tails; -1: the page does not end in the block */
static int order_of(const struct kpage *k, __u64 pfn)
{
	size_t at = pfn % KPAGE_BATCH;
	size_t first = at, end = at + 1;
	int order = 0;

	if (!(k->flags[at] & (BIT(KPAGE_HEAD) | BIT(KPAGE_TAIL))))
		return 0;
	while (first && !(k->flags[first] & BIT(KPAGE_HEAD)))
		first--;
	while (end < k->nr && k->flags[end] & BIT(KPAGE_TAIL))
		end++;
	if (!(k->flags[first] & BIT(KPAGE_HEAD)) ||
	    (end == KPAGE_BATCH && goes_on(pfn - at + KPAGE_BATCH)))
		return -1;
	while (1UL << order < end - first)
		order++;
	return order;
}

int frames_node(pid_t pid, __u64 address)
{
	void *pages[1] = { (void *)(unsigned long)address };
	int node = -1;

	return syscall(SYS_move_pages, pid, 1UL, pages, NULL, &node, 0) ? -1 : node;
}

static bool has_frame(const struct page *p)
{
	return *p->frame && *p->frame != '-' && p->node >= 0 &&
	       !(p->address & ((1ULL << p->shift) - 1));
}

static const struct kpage *read_block(struct block *blocks, __u64 pfn)
{
	struct block *b = &blocks[pfn / KPAGE_BATCH % BLOCKS];

	if (b->number == 1 + pfn / KPAGE_BATCH)
		return &b->kpage;
	b->number = 0;
	if (!kpage_read(&b->kpage, pfn - pfn % KPAGE_BATCH, KPAGE_BATCH) ||
	    b->kpage.nr <= pfn % KPAGE_BATCH)
		return NULL;
	b->number = 1 + pfn / KPAGE_BATCH;
	return &b->kpage;
}

/* Read the nodes of all present pages in one call */
static bool read_nodes(struct frames *f, pid_t pid, const struct listing *l)
{
	void **pages = calloc(l->nr + 1, sizeof(*pages));
	int *nodes = calloc(l->nr + 1, sizeof(*nodes));
	bool ok = pages && nodes;
	size_t nr = 0;

	for (size_t i = 0; ok && i < f->nr; i++)
		if (*f->expected[i].frame)
			pages[nr++] = (void *)(unsigned long)l->pages[i].address;
	if (nr && syscall(SYS_move_pages, pid, nr, pages, NULL, nodes, 0))
		nr = 0;
	for (size_t i = 0, at = 0; ok && i < f->nr; i++)
		if (*f->expected[i].frame)
			f->expected[i].node = nr ? nodes[at++] : -1;
	free(pages);
	free(nodes);
	return ok;
}

/* Set the columns that the flags and the count of one frame imply */
static void expect_frame(struct page *expected, const struct kpage *k, size_t at)
{
	const char *kind = kind_of(k->flags[at]);
	int n = snprintf(expected->frame, 12, "%s ", kind ? kind : "?");

	format_letters(expected->frame + n, k->flags[at]);
	expected->mapcount = (int)k->count[at];
}

bool frames_read(struct frames *f, pid_t pid, const struct listing *l)
{
	struct block *blocks = calloc(BLOCKS, sizeof(*blocks));

	*f = (struct frames){ .expected = calloc(l->nr + 1, sizeof(*f->expected)), .nr = l->nr };
	if (!blocks || !f->expected)
		return false;
	for (size_t i = 0; i < l->nr; i++) {
		const struct kpage *k = has_frame(&l->pages[i]) ?
					read_block(blocks, l->pages[i].pfn) : NULL;

		if (!k)
			continue;
		expect_frame(&f->expected[i], k, l->pages[i].pfn % KPAGE_BATCH);
		f->expected[i].order = order_of(k, l->pages[i].pfn);
	}
	free(blocks);
	return read_nodes(f, pid, l);
}

static bool is_same(const struct page *a, const struct page *b)
{
	return a->address == b->address && a->pfn == b->pfn && a->mapcount == b->mapcount &&
	       a->node == b->node && a->order == b->order && !strcmp(a->frame, b->frame);
}

static bool frame_fits(const char *ours, const char *theirs)
{
	size_t kind = strcspn(ours, " ");

	if (strcmp(strchr(ours, ' '), strchr(theirs, ' ')))
		return false;
	return *theirs == '?' || !strncmp(ours, theirs, kind + 1) ||
	       (!strncmp(ours, "ksm ", 4) && !strncmp(theirs, "anon ", 5));
}

/* Test whether the kernel reports a frame differently now: it was locked or isolated for a moment */
static bool has_changed(__u64 pfn, const struct page *before)
{
	static struct kpage now;
	struct page again = { };

	if (!kpage_read(&now, pfn, 1) || !now.nr)
		return true;
	expect_frame(&again, &now, 0);
	return strcmp(again.frame, before->frame) || again.mapcount != before->mapcount;
}

void frames_agree(struct comparison *v, const struct frames *f, const struct listing *a,
		  const struct listing *b)
{
	*v = (struct comparison){ };
	for (size_t i = 0; i < f->nr; i++) {
		const struct page *p = &a->pages[i], *before = &f->expected[i];
		const struct page *again = *before->frame ? listing_find(b, p->address) : NULL;

		if (!*before->frame)
			continue;
		if (!again || !is_same(p, again)) {
			v->moving++;
			continue;
		}
		if (frame_fits(p->frame, before->frame) && p->mapcount == before->mapcount &&
		    (before->order < 0 || p->order == before->order) &&
		    (before->node < 0 || p->node == before->node)) {
			v->compared++;
			continue;
		}
		if (has_changed(p->pfn, before)) {
			v->moving++;
			continue;
		}
		v->compared++;
		if (!v->wrong++)
			snprintf(v->first, sizeof(v->first),
				 "%llx: frame %s %d %d %d, the kernel: %s %d %d %d",
				 p->address, p->frame, p->mapcount, p->node, p->order,
				 before->frame, before->mapcount, before->node, before->order);
	}
}

void frames_free(struct frames *f)
{
	free(f->expected);
	*f = (struct frames){ };
}
