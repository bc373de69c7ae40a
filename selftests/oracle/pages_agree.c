// SPDX-License-Identifier: GPL-2.0
/* Judges a listing. It must not ask pgwalk for anything. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kpage.h"
#include "pagemap.h"
#include "pages_agree.h"

/* Above this a mapping is asked page by page, where the listing has pages */
#define WHOLE_MAX	(2UL << 30)

/* What a frame is, for as long as one comparison takes */
static struct kpage_seen seen;

static __u64 flags_of(__u64 pfn)
{
	__u64 flags, count;

	return kpage_look(&seen, pfn, &flags, &count) ? flags : 0;
}

static void __attribute__((format(printf, 2, 3)))
blame(struct verdict *v, const char *format, ...)
{
	va_list ap;

	if (v->wrong++)
		return;
	va_start(ap, format);
	vsnprintf(v->first, sizeof(v->first), format, ap);
	va_end(ap);
}

bool account_take(struct account *a, pid_t pid)
{
	int fd = pagemap_open(pid);
	bool ok = fd >= 0 && maps_read(&a->maps, pid);

	a->pid = pid;
	a->entries = calloc(a->maps.nr + 1, sizeof(*a->entries));
	for (size_t i = 0; ok && i < a->maps.nr; i++) {
		const struct mapping *m = &a->maps.all[i];
		size_t pages = (m->end - m->start) >> 12;

		if (m->untold || m->vsyscall || m->end - m->start > WHOLE_MAX)
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

static void judge_present(struct verdict *v, const struct mapping *m,
			  const struct page *p, __u64 entry)
{
	bool zero = flags_of(PM_PFN(entry)) & KPF_ZERO_PAGE;
	bool no_access = !strncmp(m->perms, "---", 3);
	bool rwp = m->rwp && !no_access && entry & PM_UFFD_WP;

	if (!in_ram(p->kind))
		blame(v, "%llx is %s, pagemap: present", p->address,
		      names_kind_word(p->kind));
	else if (p->pfn != PM_PFN(entry))
		blame(v, "%llx has pfn %llx, pagemap: %llx", p->address, p->pfn,
		      PM_PFN(entry));
	else if (no_access != (p->kind == PGWALK_KIND_PROTNONE))
		blame(v, "%llx is %s in a mapping %s", p->address,
		      names_kind_word(p->kind), m->perms);
	else if (rwp != (p->kind == PGWALK_KIND_UFFD_RWP))
		blame(v, "%llx is %s, smaps and pagemap: %sprotected against every access",
		      p->address, names_kind_word(p->kind), rwp ? "" : "not ");
	else if (!no_access && !rwp && zero != (p->kind == PGWALK_KIND_ZERO))
		blame(v, "%llx is %s, kpageflags: %szero page", p->address,
		      names_kind_word(p->kind), zero ? "" : "no ");
	else if (!!(p->flags & PGWALK_F_PRESENT) ==
		 (no_access || rwp || p->kind == PGWALK_KIND_NUMA_HINT))
		blame(v, "%llx: wrong P in a mapping %s", p->address, m->perms);
}

static void judge_absent(struct verdict *v, const struct page *p, __u64 entry)
{
	__u64 offset = PM_SWAP_OFFSET(entry);

	if (in_ram(p->kind))
		blame(v, "%llx is %s, pagemap: %llx", p->address,
		      names_kind_word(p->kind), entry);
	else if (p->kind == PGWALK_KIND_SWAP &&
		 (p->swap_type != PM_SWAP_TYPE(entry) || p->pfn != offset))
		blame(v, "%llx in swap %x:%llx, pagemap: %llx:%llx", p->address,
		      p->swap_type, p->pfn, PM_SWAP_TYPE(entry), offset);
	else if ((p->kind == PGWALK_KIND_HWPOISON ||
		  p->kind == PGWALK_KIND_MIGRATION ||
		  p->kind == PGWALK_KIND_DEVICE) && p->pfn != offset)
		blame(v, "%llx %s has pfn %llx, pagemap: %llx", p->address,
		      names_kind_word(p->kind), p->pfn, offset);
	else if (p->kind == PGWALK_KIND_BAD || p->kind == PGWALK_KIND_RACED)
		blame(v, "%llx is %s", p->address, names_kind_word(p->kind));
}

static void judge_flags(struct verdict *v, const struct mapping *m,
			const struct page *p, __u64 entry)
{
	bool protected = p->flags & (PGWALK_F_UFFD_WP | PGWALK_F_MARK_UFFD_WP);
	bool soft = p->flags & PGWALK_F_SOFT_DIRTY;

	if (protected != !!(entry & PM_UFFD_WP))
		blame(v, "%llx: UFFD is %d, pagemap: %d", p->address, protected,
		      !!(entry & PM_UFFD_WP));
	if (soft != !!(entry & PM_SOFT_DIRTY) && (soft || !m->new_dirty) &&
	    p->kind != PGWALK_KIND_MARKER)
		blame(v, "%llx: SOFT is %d, pagemap: %d", p->address, soft,
		      !!(entry & PM_SOFT_DIRTY));
}

/* The object of shared memory has the swap entry: pagemap reports the empty entry of the table */
static void judge_shmem(struct verdict *v, const struct mapping *m, const struct page *p,
			__u64 entry)
{
	if (entry & (PM_PRESENT | PM_SWAP | PM_GUARD))
		blame(v, "%llx is in the swap of its object, pagemap: %llx", p->address, entry);
	else if (p->kind != PGWALK_KIND_SWAP || p->flags != PGWALK_F_SWAP_SHMEM)
		blame(v, "%llx is %s of shared memory, flags %llx", p->address,
		      names_kind_word(p->kind), p->flags);
	else if (!m->swap)
		blame(v, "%llx is swapped out, smaps: nothing of %s is", p->address, m->name);
}

static void judge(struct verdict *v, const struct mapping *m, __u64 address,
		  const struct page *p, __u64 entry)
{
	bool told = entry & (PM_PRESENT | PM_SWAP | PM_GUARD);

	if (!told && !p)
		return;
	if (p && p->flags & PGWALK_F_SWAP_SHMEM && p->kind != PGWALK_KIND_MARKER) {
		v->compared++;
		judge_shmem(v, m, p, entry);
		return;
	}
	/* pagemap passes over markers in the place of hugetlb pages, the workload does not */
	if (!(entry & PM_PRESENT) && p && p->kind == PGWALK_KIND_MARKER && p->shift > 12)
		return;
	v->compared++;
	if (!p)
		blame(v, "%llx is not listed, pagemap: %llx", address, entry);
	else if (!told)
		blame(v, "%llx is listed as %s, pagemap: nothing there", address,
		      names_kind_word(p->kind));
	else {
		if (entry & PM_PRESENT)
			judge_present(v, m, p, entry);
		else
			judge_absent(v, p, entry);
		judge_flags(v, m, p, entry);
	}
}

/* pagemap leaves such mappings out: they hold what has no page, or was copied from there */
static void judge_untold(struct verdict *v, const struct mapping *m,
			 const struct listing *l)
{
	for (__u64 at = m->start; at < m->end; at += 4096) {
		const struct page *p = listing_find(l, at);

		if (p && p->kind == PGWALK_KIND_PRESENT &&
		    flags_of(p->pfn) & KPF_ANON)
			continue;
		if (p && p->kind != PGWALK_KIND_SPECIAL)
			blame(v, "%llx is %s in %s", at,
			      names_kind_word(p->kind), m->name);
	}
}

/* Each listed page and its neighbours: that there are no more, Rss tells */
static void judge_large(struct verdict *v, const struct mapping *m, pid_t pid,
			const struct listing *l)
{
	__u64 resident = 0;

	for (size_t i = 0; i < l->nr; i++) {
		const struct page *p = &l->pages[i];

		if (p->address < m->start || p->address >= m->end)
			continue;
		resident += 4;
		for (__u64 at = p->address - 4096; at <= p->address + 4096;
		     at += 4096)
			if (at >= m->start && at < m->end)
				judge(v, m, at, listing_find(l, at),
				      pagemap_one(pid, at));
	}
	if (resident != m->rss)
		blame(v, "%llx-%llx: %llu KiB listed, smaps: %llu", m->start,
		      m->end, resident, m->rss);
}

static void judge_whole(struct verdict *v, const struct mapping *m,
			const __u64 *a, const __u64 *b, const struct listing *l)
{
	size_t pages = (m->end - m->start) >> 12;

	for (size_t i = 0; i < pages; i++) {
		__u64 at = m->start + i * 4096;

		if (a[i] != b[i])
			v->moving++;
		else
			judge(v, m, at, listing_find(l, at), a[i]);
	}
}

void pages_agree(struct verdict *v, const struct account *a,
		 const struct account *b, const struct listing *l)
{
	*v = (struct verdict){ };
	seen = (struct kpage_seen){ };
	if (a->maps.nr != b->maps.nr)
		blame(v, "the mappings changed");
	for (size_t i = 0; !v->wrong && i < a->maps.nr; i++) {
		const struct mapping *m = &a->maps.all[i];

		if (m->start != b->maps.all[i].start ||
		    m->end != b->maps.all[i].end)
			blame(v, "the mappings changed");
		else if (m->untold)
			judge_untold(v, m, l);
		else if (a->entries[i])
			judge_whole(v, m, a->entries[i], b->entries[i], l);
		else if (!m->vsyscall)
			judge_large(v, m, a->pid, l);
	}
	for (size_t i = 0; i < l->nr; i++)
		if (!maps_find(&a->maps, l->pages[i].address))
			blame(v, "%llx is listed outside of any mapping",
			      l->pages[i].address);
}

/* smaps counts no page of zeroes, whatever protects it */
static bool is_zero(const struct page *p)
{
	return p->kind == PGWALK_KIND_ZERO ||
	       (p->kind == PGWALK_KIND_UFFD_RWP && p->flags & PGWALK_F_SPECIAL);
}

static void judge_size(struct verdict *v, const struct page *p)
{
	__u64 first = p->pfn - ((p->address & ((1ULL << p->shift) - 1)) >> 12);
	__u64 flags = flags_of(p->pfn);

	if (p->shift == 12 || !in_ram(p->kind))
		return;
	if (first & ((1ULL << (p->shift - 12)) - 1))
		blame(v, "%llx: a leaf of 2^%d at pfn %llx", p->address,
		      p->shift, first);
	if (!(flags & (KPF_THP | KPF_HUGE | KPF_ZERO_PAGE)))
		blame(v, "%llx: a leaf of 2^%d, kpageflags: %llx", p->address,
		      p->shift, flags);
}

void sizes_agree(struct verdict *v, const struct account *a,
		 const struct listing *l)
{
	size_t i = 0;

	*v = (struct verdict){ };
	seen = (struct kpage_seen){ };
	for (size_t j = 0; j < a->maps.nr; j++) {
		const struct mapping *m = &a->maps.all[j];
		__u64 huge = 0;

		while (i < l->nr && l->pages[i].address < m->start)
			i++;
		for (; i < l->nr && l->pages[i].address < m->end; i++) {
			judge_size(v, &l->pages[i]);
			v->compared++;
			if (l->pages[i].shift > 12 &&
			    !is_zero(&l->pages[i]) &&
			    l->pages[i].kind != PGWALK_KIND_MARKER)
				huge += 4;
		}
		if (huge != m->huge + m->hugetlb && !maps_is_passed_over(m))
			blame(v, "%llx-%llx: %llu KiB in huge leaves, smaps: %llu",
			      m->start, m->end, huge, m->huge + m->hugetlb);
	}
}

/* The accessed bit is the kernel's to clear at any time: most must have it yet */
static void judge_young(struct verdict *v, const struct target *t,
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
		blame(v, "%zu of %zu pages are accessed", seen, wanted);
}

void truth_agrees(struct verdict *v, const struct target *t,
		  const struct listing *l)
{
	*v = (struct verdict){ };
	for (size_t i = 0; i < t->nr_truths; i++) {
		const struct truth *truth = &t->truths[i];
		__u64 set = truth->flags.set & ~PGWALK_F_ACCESSED;

		for (__u64 at = truth->start; at < truth->end; at += 4096) {
			const struct page *p = listing_find(l, at);

			v->compared++;
			if (!p)
				blame(v, "%llx is not listed", at);
			else if (p->kind != truth->kind ||
				 p->shift != truth->shift)
				blame(v, "%llx is %s of 2^%d, made: %s of 2^%d",
				      at, names_kind_word(p->kind), p->shift,
				      names_kind_word(truth->kind), truth->shift);
			else if (truth->pfn != TRUTH_NO_PFN &&
				 p->pfn != truth->pfn + ((at - truth->start) >> 12))
				blame(v, "%llx has pfn %llx, made: %llx on", at, p->pfn,
				      truth->pfn);
			else if ((p->flags & set) != set ||
				 (p->flags & truth->flags.clear) ||
				 p->pkey != truth->flags.pkey)
				blame(v, "%llx: flags %llx pkey %d, want %llx but not %llx, %d",
				      at, p->flags, p->pkey, truth->flags.set,
				      truth->flags.clear, truth->flags.pkey);
		}
	}
	judge_young(v, t, l);
}
