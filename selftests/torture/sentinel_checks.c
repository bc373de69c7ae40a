// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Requests the pages, frames and mappings of the sentinel through every interface. A page
 * that the kernel moved (by pagemap) also fails the run, because it was locked.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "content.h"
#include "sentinel_checks.h"
#include "sentinel_totals.h"
#include "module_gate.h"
#include "lib/interface.h"
#include "lib/listing.h"
#include "lib/names.h"
#include "lib/pagemap.h"
#include "lib/rmap_result.h"
#include "counts.h"

#define PAGE	4096UL

static bool has_content;

static void fail_place(const char *how, const struct sentinel_page *p, const char *kind, uint64_t pfn)
{
	counts_fail("%s: %llx is %s of frame %llx instead of %s of %llx", how,
		   (unsigned long long)p->addr, kind, (unsigned long long)pfn,
		   names_kind_word(p->kind), (unsigned long long)p->pfn);
}

static void check_content(uint64_t pfn, const struct sentinel_page *p)
{
	uint64_t word;

	if (!has_content || !p->word || !content_word(pfn, &word))
		return;
	if (word != p->word)
		counts_fail("frame %llx of %llx holds %llx instead of %llx",
			   (unsigned long long)pfn, (unsigned long long)p->addr,
			   (unsigned long long)word, (unsigned long long)p->word);
	counts_increment(COUNTS_CHECK_CONTENT);
}

static void check_listing(const struct sentinel *s, const struct listing *l, const char *how,
			  enum counts_kind kind)
{
	for (unsigned int i = 0; i < s->nr; i++) {
		const struct sentinel_page *p = &s->page[i];
		const struct page *page = listing_find(l, p->addr);

		if (p->kind == PGWALK_KIND_NONE ? page != NULL :
		    !page || page->kind != p->kind || page->shift != p->shift ||
		    page->pfn != p->pfn)
			fail_place(how, p, page ? names_kind_word(page->kind) : "none",
				   page ? page->pfn : 0);
		else if (page)
			check_content(page->pfn, p);
		counts_increment(kind);
	}
}

static void check_scan(const struct sentinel *s, int fd)
{
	struct listing l;
	int err = listing_from_scan(&l, fd, s->low, s->high, prng_below(2) ? PGWALK_SCAN_PAGES : 0,
				    1 + prng_below(300));

	if (err)
		counts_fail("SCAN of the sentinel: %s %s", strerror(-err), l.error);
	else
		check_listing(s, &l, "SCAN", COUNTS_CHECK_SCAN);
	listing_free(&l);
}

static void check_view(const struct sentinel *s)
{
	struct listing l = { };
	int fd = interface_open_view(s->pid, "pages");
	char *text = fd < 0 ? NULL : interface_read_all(fd, 1 + prng_below(20000), NULL);

	if (!text || !listing_from_text(&l, text))
		counts_fail("pages of the sentinel: %s %s", fd < 0 ? strerror(-fd) : "", l.error);
	else
		check_listing(s, &l, "pages", COUNTS_CHECK_PAGES);
	listing_free(&l);
	free(text);
	if (fd >= 0)
		close(fd);
}

static void check_translate(const struct sentinel_page *p, int fd)
{
	struct pgwalk_translate arg = { .size = sizeof(arg), .addr = p->addr + prng_below(PAGE) };
	int err = interface_ioctl(fd, PGWALK_IOC_TRANSLATE, &arg);
	const struct pgwalk_entry *e = &arg.step[arg.nr_steps ? arg.nr_steps - 1 : 0].entry;
	uint64_t pfn = p->pfn;

	if (err || arg.status != PGWALK_TRANSLATE_DONE || !arg.nr_steps) {
		counts_fail("TRANSLATE of the sentinel: %s, status %u", strerror(-err), arg.status);
		return;
	}
	if (p->kind != PGWALK_KIND_NONE)
		pfn &= -(1ULL << (p->shift - 12));
	if (e->kind != p->kind || e->pfn != pfn || e->shift != p->shift)
		fail_place("TRANSLATE", p, names_kind_word(e->kind), e->pfn);
	counts_increment(COUNTS_CHECK_TRANSLATE);
}

static void check_frame(const struct sentinel_page *p, int fd)
{
	struct pgwalk_frame frame;
	struct pgwalk_frames arg = {
		.size = sizeof(arg), .pfn = p->pfn, .count = 1,
		.records = (uintptr_t)&frame, .nr_records = 1,
	};
	int err = interface_ioctl(fd, PGWALK_IOC_FRAMES, &arg);
	int kind = p->mappers == 4 ? PGWALK_FRAME_SHMEM : PGWALK_FRAME_ANON;

	if (err || arg.filled != 1 || frame.pfn != p->pfn || frame.kind != kind ||
	    frame.mapcount != p->mappers)
		counts_fail("FRAMES: %s, frame %llx: kind %u mapped %d times instead of %d",
			   strerror(-err), (unsigned long long)p->pfn, frame.kind, frame.mapcount,
			   p->mappers);
	counts_increment(COUNTS_CHECK_FRAMES);
}

static bool is_hit(const struct rmap_result *result, pid_t pid, uint64_t addr)
{
	for (size_t i = 0; i < result->nr; i++)
		if (result->hit[i].tgid == pid && result->hit[i].addr == addr)
			return true;
	return false;
}

/* The rmap walk only tries locks: "busy" is a valid result and is not compared */
static void check_mappers(const struct sentinel *s, const struct sentinel_page *p, int fd)
{
	static struct rmap_result result;

	rmap_result_from_device(&result, fd, p->pfn, 1 + prng_below(8));
	if (!result.error && (result.status == PGWALK_RMAP_BUSY ||
			      result.status == PGWALK_RMAP_CHANGED))
		return;
	if (result.error || result.status != PGWALK_RMAP_DONE || result.nr != p->mappers ||
	    result.found != p->mappers || !is_hit(&result, s->pid, p->addr) ||
	    !is_hit(&result, s->twin, p->addr))
		counts_fail("RMAP: %s, frame %llx of %llx: status %u, %zu of %d mappers",
			   strerror(-result.error), (unsigned long long)p->pfn,
			   (unsigned long long)p->addr, result.status, result.nr, p->mappers);
	counts_increment(COUNTS_CHECK_RMAP);
}

static void check_kernel(const struct sentinel *s, const struct sentinel_page *p)
{
	uint64_t entry = pagemap_one(s->pid, p->addr);

	if ((entry & PM_PRESENT ? PM_PFN(entry) : 0) != p->pfn)
		counts_fail("pagemap: %llx has moved to %llx from %llx",
			   (unsigned long long)p->addr, PM_PFN(entry), (unsigned long long)p->pfn);
}

static void check_some_places(const struct sentinel *s, int fd)
{
	for (int i = 0; i < 8; i++) {
		const struct sentinel_page *p = &s->page[prng_below(s->nr)];

		check_kernel(s, p);
		/* Only translate reports the level of an empty entry */
		if (p->kind != PGWALK_KIND_NONE)
			check_translate(p, fd);
		if (!p->mappers)
			continue;
		check_frame(p, fd);
		check_mappers(s, p, fd);
	}
}

bool sentinel_checks_record(const struct sentinel *s)
{
	int fd = interface_open_device(s->pid);
	bool ok = fd >= 0 && !interface_attach(s->pid) && sentinel_totals_record(fd);

	has_content = content_open();
	if (!has_content)
		counts_set_unavailable(COUNTS_CHECK_CONTENT);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* The module may have been loaded again since, which removes the directory: attach again */
void sentinel_checks_run(const struct sentinel *s)
{
	unsigned int entry = module_gate_enter();
	int err = interface_attach(s->pid);
	int fd = interface_open_device(s->pid);

	if (fd >= 0 && (!err || err == -EEXIST)) {
		check_scan(s, fd);
		check_some_places(s, fd);
		check_view(s);
		sentinel_totals_check(fd);
	} else if (!module_gate_unloaded_since(entry)) {
		counts_fail("the sentinel cannot be attached: %s", strerror(fd < 0 ? -fd : -err));
	}
	if (fd >= 0)
		close(fd);
	module_gate_leave();
}
