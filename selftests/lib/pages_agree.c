// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Compares a listing with pagemap, smaps and the workload. It reads nothing from pgwalk. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kpage.h"
#include "pagemap.h"
#include "pages_agree.h"
#include "sizes.h"

/* In larger mappings only the pages of the listing and their neighbours are compared */
#define WHOLE_MAX	(2UL << 30)

/* Frames that were read during the current comparison */
static struct kpage_seen seen;

static __u64 flags_of(__u64 pfn)
{
	__u64 flags, count;

	return kpage_cached(&seen, pfn, &flags, &count) ? flags : 0;
}

static void __attribute__((format(printf, 2, 3)))
mismatch(struct comparison *v, const char *format, ...)
{
	va_list ap;

	if (v->wrong++)
		return;
	va_start(ap, format);
	vsnprintf(v->first, sizeof(v->first), format, ap);
	va_end(ap);
}

bool account_read(struct account *a, pid_t pid)
{
	int fd = pagemap_open(pid);
	bool ok = fd >= 0 && maps_read(&a->maps, pid);

	a->pid = pid;
	a->entries = calloc(a->maps.nr + 1, sizeof(*a->entries));
	for (size_t i = 0; ok && i < a->maps.nr; i++) {
		const struct mapping *m = &a->maps.all[i];
		size_t pages = (m->end - m->start) >> PAGE_SHIFT;

		if (m->no_pagemap || m->vsyscall || m->end - m->start > WHOLE_MAX)
			continue;
		a->entries[i] = malloc(pages * 8);
		ok = pagemap_read(fd, m->start, pages, a->entries[i]);
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

void account_free(struct account *a)
{
	for (size_t i = 0; i < a->maps.nr; i++)
		free(a->entries[i]);
	free(a->entries);
	maps_free(&a->maps);
}

static bool in_ram(__u8 kind)
{
	return kind == PGWALK_KIND_PRESENT || kind == PGWALK_KIND_ZERO ||
	       kind == PGWALK_KIND_SPECIAL || kind == PGWALK_KIND_PROTNONE ||
	       kind == PGWALK_KIND_NUMA_HINT || kind == PGWALK_KIND_UFFD_RWP;
}

static void check_present(struct comparison *v, const struct mapping *m,
			  const struct page *p, __u64 entry)
{
	bool zero = flags_of(PM_PFN(entry)) & KPF_ZERO_PAGE;
	bool no_access = !strncmp(m->perms, "---", 3);
	bool rwp = m->rwp && !no_access && entry & PM_UFFD_WP;

	if (!in_ram(p->kind))
		mismatch(v, "%llx is %s, pagemap: present", p->address,
		      names_kind_word(p->kind));
	else if (p->pfn != PM_PFN(entry))
		mismatch(v, "%llx has pfn %llx, pagemap: %llx", p->address, p->pfn,
		      PM_PFN(entry));
	else if (no_access != (p->kind == PGWALK_KIND_PROTNONE))
		mismatch(v, "%llx is %s in a mapping %s", p->address,
		      names_kind_word(p->kind), m->perms);
	else if (rwp != (p->kind == PGWALK_KIND_UFFD_RWP))
		mismatch(v, "%llx is %s, smaps and pagemap: %sprotected against every access",
		      p->address, names_kind_word(p->kind), rwp ? "" : "not ");
	else if (!no_access && !rwp && zero != (p->kind == PGWALK_KIND_ZERO))
		mismatch(v, "%llx is %s, kpageflags: %szero page", p->address,
		      names_kind_word(p->kind), zero ? "" : "no ");
	else if (!!(p->flags & PGWALK_F_PRESENT) ==
		 (no_access || rwp || p->kind == PGWALK_KIND_NUMA_HINT))
		mismatch(v, "%llx: wrong P in a mapping %s", p->address, m->perms);
}

static void check_absent(struct comparison *v, const struct page *p, __u64 entry)
{
	__u64 offset = PM_SWAP_OFFSET(entry);

	if (in_ram(p->kind))
		mismatch(v, "%llx is %s, pagemap: %llx", p->address,
		      names_kind_word(p->kind), entry);
	else if (p->kind == PGWALK_KIND_SWAP &&
		 (p->swap_type != PM_SWAP_TYPE(entry) || p->pfn != offset))
		mismatch(v, "%llx in swap %x:%llx, pagemap: %llx:%llx", p->address,
		      p->swap_type, p->pfn, PM_SWAP_TYPE(entry), offset);
	else if ((p->kind == PGWALK_KIND_HWPOISON ||
		  p->kind == PGWALK_KIND_MIGRATION ||
		  p->kind == PGWALK_KIND_DEVICE) && p->pfn != offset)
		mismatch(v, "%llx %s has pfn %llx, pagemap: %llx", p->address,
		      names_kind_word(p->kind), p->pfn, offset);
	else if (p->kind == PGWALK_KIND_BAD || p->kind == PGWALK_KIND_RACED)
		mismatch(v, "%llx is %s", p->address, names_kind_word(p->kind));
}

static void check_flags(struct comparison *v, const struct mapping *m,
			const struct page *p, __u64 entry)
{
	bool protected = p->flags & (PGWALK_F_UFFD_WP | PGWALK_F_MARK_UFFD_WP);
	bool soft = p->flags & PGWALK_F_SOFT_DIRTY;

	if (protected != !!(entry & PM_UFFD_WP))
		mismatch(v, "%llx: UFFD is %d, pagemap: %d", p->address, protected,
		      !!(entry & PM_UFFD_WP));
	if (soft != !!(entry & PM_SOFT_DIRTY) && (soft || !m->new_dirty) &&
	    p->kind != PGWALK_KIND_MARKER)
		mismatch(v, "%llx: SOFT is %d, pagemap: %d", p->address, soft,
		      !!(entry & PM_SOFT_DIRTY));
}

/* The swap entry is in the page cache of the object: pagemap reports the empty page table entry */
static void check_shmem(struct comparison *v, const struct mapping *m, const struct page *p,
			__u64 entry)
{
	if (entry & (PM_PRESENT | PM_SWAP | PM_GUARD))
		mismatch(v, "%llx is in the swap of its object, pagemap: %llx", p->address, entry);
	else if (p->kind != PGWALK_KIND_SWAP || p->flags != PGWALK_F_SWAP_SHMEM)
		mismatch(v, "%llx is %s of shared memory, flags %llx", p->address,
		      names_kind_word(p->kind), p->flags);
	else if (!m->swap)
		mismatch(v, "%llx is swapped out, smaps: nothing of %s is", p->address, m->name);
}

static void check_page(struct comparison *v, const struct mapping *m, __u64 address,
		  const struct page *p, __u64 entry)
{
	bool reported = entry & (PM_PRESENT | PM_SWAP | PM_GUARD);

	if (!reported && !p)
		return;
	if (p && p->flags & PGWALK_F_SWAP_SHMEM && p->kind != PGWALK_KIND_MARKER) {
		v->compared++;
		check_shmem(v, m, p, entry);
		return;
	}
		/* pagemap does not report markers in hugetlb mappings; the workload's list checks them */
	if (!(entry & PM_PRESENT) && p && p->kind == PGWALK_KIND_MARKER && p->shift > PAGE_SHIFT)
		return;
	v->compared++;
	if (!p)
		mismatch(v, "%llx is not listed, pagemap: %llx", address, entry);
	else if (!reported)
		mismatch(v, "%llx is listed as %s, pagemap: nothing there", address,
		      names_kind_word(p->kind));
	else {
		if (entry & PM_PRESENT)
			check_present(v, m, p, entry);
		else
			check_absent(v, p, entry);
		check_flags(v, m, p, entry);
	}
}

/* pagemap does not report these mappings: their pages are special, or private copies */
static void check_no_pagemap(struct comparison *v, const struct mapping *m,
			 const struct listing *l)
{
	for (__u64 at = m->start; at < m->end; at += PAGE) {
		const struct page *p = listing_find(l, at);

		if (p && p->kind == PGWALK_KIND_PRESENT &&
		    flags_of(p->pfn) & KPF_ANON)
			continue;
		if (p && p->kind != PGWALK_KIND_SPECIAL)
			mismatch(v, "%llx is %s in %s", at,
			      names_kind_word(p->kind), m->name);
	}
}

/* Compare each listed page and its neighbours; Rss, which has no hugetlb page, shows that no other page is present */
static void check_large(struct comparison *v, const struct mapping *m, pid_t pid,
			const struct listing *l)
{
	__u64 resident = 0;

	for (size_t i = 0; i < l->nr; i++) {
		const struct page *p = &l->pages[i];

		if (p->address < m->start || p->address >= m->end)
			continue;
		resident += PAGE >> 10;
		for (__u64 at = p->address - PAGE; at <= p->address + PAGE;
		     at += PAGE)
			if (at >= m->start && at < m->end)
				check_page(v, m, at, listing_find(l, at),
				      pagemap_one(pid, at));
	}
	if (resident != m->rss + m->hugetlb)
		mismatch(v, "%llx-%llx: %llu KiB listed, smaps: %llu", m->start,
		      m->end, resident, m->rss + m->hugetlb);
}

static void check_whole(struct comparison *v, const struct mapping *m,
			const __u64 *a, const __u64 *b, const struct listing *l)
{
	size_t pages = (m->end - m->start) >> PAGE_SHIFT;

	for (size_t i = 0; i < pages; i++) {
		__u64 at = m->start + i * PAGE;

		if (a[i] != b[i])
			v->moving++;
		else
			check_page(v, m, at, listing_find(l, at), a[i]);
	}
}

void pages_agree(struct comparison *v, const struct account *a,
		 const struct account *b, const struct listing *l)
{
	*v = (struct comparison){ };
	seen = (struct kpage_seen){ };
	if (a->maps.nr != b->maps.nr)
		mismatch(v, "the mappings changed");
	for (size_t i = 0; !v->wrong && i < a->maps.nr; i++) {
		const struct mapping *m = &a->maps.all[i];

		if (m->start != b->maps.all[i].start ||
		    m->end != b->maps.all[i].end)
			mismatch(v, "the mappings changed");
		else if (m->no_pagemap)
			check_no_pagemap(v, m, l);
		else if (a->entries[i])
			check_whole(v, m, a->entries[i], b->entries[i], l);
		else if (!m->vsyscall)
			check_large(v, m, a->pid, l);
	}
	for (size_t i = 0; i < l->nr; i++)
		if (!maps_find(&a->maps, l->pages[i].address))
			mismatch(v, "%llx is listed outside of any mapping",
			      l->pages[i].address);
}

/* smaps never counts the zero page, also not when userfaultfd protects it */
static bool is_zero(const struct page *p)
{
	return p->kind == PGWALK_KIND_ZERO ||
	       (p->kind == PGWALK_KIND_UFFD_RWP && p->flags & PGWALK_F_SPECIAL);
}

static void check_size(struct comparison *v, const struct page *p)
{
	__u64 first = p->pfn - ((p->address & ((1ULL << p->shift) - 1)) >> PAGE_SHIFT);
	__u64 flags = flags_of(p->pfn);

	if (p->shift == PAGE_SHIFT || !in_ram(p->kind))
		return;
	if (first & ((1ULL << (p->shift - PAGE_SHIFT)) - 1))
		mismatch(v, "%llx: a leaf of 2^%d at pfn %llx", p->address,
		      p->shift, first);
	if (!(flags & (KPF_THP | KPF_HUGE | KPF_ZERO_PAGE)))
		mismatch(v, "%llx: a leaf of 2^%d, kpageflags: %llx", p->address,
		      p->shift, flags);
}

void sizes_agree(struct comparison *v, const struct account *a,
		 const struct listing *l)
{
	size_t i = 0;

	*v = (struct comparison){ };
	seen = (struct kpage_seen){ };
	for (size_t j = 0; j < a->maps.nr; j++) {
		const struct mapping *m = &a->maps.all[j];
		__u64 huge = 0;

		while (i < l->nr && l->pages[i].address < m->start)
			i++;
		for (; i < l->nr && l->pages[i].address < m->end; i++) {
			check_size(v, &l->pages[i]);
			v->compared++;
			if (l->pages[i].shift > PAGE_SHIFT &&
			    !is_zero(&l->pages[i]) &&
			    l->pages[i].kind != PGWALK_KIND_MARKER)
				huge += PAGE >> 10;
		}
		if (huge != m->huge + m->hugetlb && !maps_is_skipped(m))
			mismatch(v, "%llx-%llx: %llu KiB in huge leaves, smaps: %llu",
			      m->start, m->end, huge, m->huge + m->hugetlb);
	}
}

/* The kernel may clear an accessed bit at any time: most pages must still have it */
static void check_young(struct comparison *v, const struct target *t,
			const struct listing *l)
{
	size_t wanted = 0, seen = 0;

	for (size_t i = 0; i < t->nr_truths; i++) {
		const struct page *p = listing_find(l, t->truths[i].start);

		if (!p || !(t->truths[i].flags.set & PGWALK_F_ACCESSED))
			continue;
		wanted++;
		seen += !!(p->flags & PGWALK_F_ACCESSED);
	}
	if (seen < wanted / 2)
		mismatch(v, "%zu of %zu pages are accessed", seen, wanted);
}

void truth_agrees(struct comparison *v, const struct target *t,
		  const struct listing *l)
{
	*v = (struct comparison){ };
	for (size_t i = 0; i < t->nr_truths; i++) {
		const struct truth *truth = &t->truths[i];
		__u64 set = truth->flags.set & ~PGWALK_F_ACCESSED;

		for (__u64 at = truth->start; at < truth->end; at += PAGE) {
			const struct page *p = listing_find(l, at);

			v->compared++;
			if (!p)
				mismatch(v, "%llx is not listed", at);
			else if (p->kind != truth->kind ||
				 p->shift != truth->shift)
				mismatch(v, "%llx is %s of 2^%d, made: %s of 2^%d",
				      at, names_kind_word(p->kind), p->shift,
				      names_kind_word(truth->kind), truth->shift);
			else if (truth->pfn != TRUTH_NO_PFN &&
				 p->pfn != truth->pfn + ((at - truth->start) >> PAGE_SHIFT))
				mismatch(v, "%llx has pfn %llx, made: %llx on", at, p->pfn,
				      truth->pfn);
			else if ((p->flags & set) != set ||
				 (p->flags & truth->flags.clear) ||
				 p->pkey != truth->flags.pkey)
				mismatch(v, "%llx: flags %llx pkey %d, want %llx but not %llx, %d",
				      at, p->flags, p->pkey, truth->flags.set,
				      truth->flags.clear, truth->flags.pkey);
		}
	}
	check_young(v, t, l);
}
