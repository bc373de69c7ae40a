// SPDX-License-Identifier: GPL-2.0
/*
 * Asks for the pages, frames and mappers of the sentinel by every way there is. A page
 * that the kernel itself has moved (by pagemap) fails the run, too: it was to be held.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "content.h"
#include "held.h"
#include "held_totals.h"
#include "gate.h"
#include "oracle/interface.h"
#include "oracle/listing.h"
#include "oracle/names.h"
#include "oracle/pagemap.h"
#include "oracle/rmap_answer.h"
#include "tally.h"

#define PAGE	4096UL

static bool has_content;

static void fail_place(const char *how, const struct place *p, const char *kind, uint64_t pfn)
{
	tally_fail("%s: %llx is %s of frame %llx instead of %s of %llx", how,
		   (unsigned long long)p->addr, kind, (unsigned long long)pfn,
		   names_kind_word(p->kind), (unsigned long long)p->pfn);
}

static void check_content(uint64_t pfn, const struct place *p)
{
	uint64_t word;

	if (!has_content || !p->word || !content_word(pfn, &word))
		return;
	if (word != p->word)
		tally_fail("frame %llx of %llx holds %llx instead of %llx",
			   (unsigned long long)pfn, (unsigned long long)p->addr,
			   (unsigned long long)word, (unsigned long long)p->word);
	tally_did(TALLY_HELD_CONTENT);
}

static void check_listing(const struct sentinel *s, const struct listing *l, const char *how,
			  enum tally_kind kind)
{
	for (unsigned int i = 0; i < s->nr; i++) {
		const struct place *p = &s->place[i];
		const struct page *page = listing_find(l, p->addr);

		if (p->kind == PGWALK_KIND_NONE ? page != NULL :
		    !page || page->kind != p->kind || page->shift != p->shift ||
		    page->pfn != p->pfn)
			fail_place(how, p, page ? names_kind_word(page->kind) : "none",
				   page ? page->pfn : 0);
		else if (page)
			check_content(page->pfn, p);
		tally_did(kind);
	}
}

static void ask_scan(const struct sentinel *s, int fd)
{
	struct listing l;
	int err = listing_from_scan(&l, fd, s->low, s->high, chance(2) ? PGWALK_SCAN_PAGES : 0,
				    1 + chance(300));

	if (err)
		tally_fail("SCAN of the sentinel: %s %s", strerror(-err), l.error);
	else
		check_listing(s, &l, "SCAN", TALLY_HELD_SCAN);
	listing_free(&l);
}

static void ask_view(const struct sentinel *s)
{
	struct listing l = { };
	int fd = interface_open_view(s->pid, "pages");
	char *text = fd < 0 ? NULL : interface_read_all(fd, 1 + chance(20000), NULL);

	if (!text || !listing_from_text(&l, text))
		tally_fail("pages of the sentinel: %s %s", fd < 0 ? strerror(-fd) : "", l.error);
	else
		check_listing(s, &l, "pages", TALLY_HELD_PAGES);
	listing_free(&l);
	free(text);
	if (fd >= 0)
		close(fd);
}

static void ask_translate(const struct place *p, int fd)
{
	struct pgwalk_translate arg = { .size = sizeof(arg), .addr = p->addr + chance(PAGE) };
	int err = interface_ioctl(fd, PGWALK_IOC_TRANSLATE, &arg);
	const struct pgwalk_entry *e = &arg.step[arg.nr_steps ? arg.nr_steps - 1 : 0].entry;
	uint64_t pfn = p->pfn;

	if (err || arg.status != PGWALK_TRANSLATE_DONE || !arg.nr_steps) {
		tally_fail("TRANSLATE of the sentinel: %s, status %u", strerror(-err), arg.status);
		return;
	}
	if (p->kind != PGWALK_KIND_NONE)
		pfn &= -(1ULL << (p->shift - 12));
	if (e->kind != p->kind || e->pfn != pfn || e->shift != p->shift)
		fail_place("TRANSLATE", p, names_kind_word(e->kind), e->pfn);
	tally_did(TALLY_HELD_TRANSLATE);
}

static void ask_frame(const struct place *p, int fd)
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
		tally_fail("FRAMES: %s, frame %llx: kind %u mapped %d times instead of %d",
			   strerror(-err), (unsigned long long)p->pfn, frame.kind, frame.mapcount,
			   p->mappers);
	tally_did(TALLY_HELD_FRAMES);
}

static bool is_hit(const struct rmap_answer *answer, pid_t pid, uint64_t addr)
{
	for (size_t i = 0; i < answer->nr; i++)
		if (answer->hit[i].tgid == pid && answer->hit[i].addr == addr)
			return true;
	return false;
}

/* Locks are tried, never waited for: busy is an answer, and none that can be judged */
static void ask_mappers(const struct sentinel *s, const struct place *p, int fd)
{
	static struct rmap_answer answer;

	rmap_answer_ask(&answer, fd, p->pfn, 1 + chance(8));
	if (!answer.error && (answer.status == PGWALK_RMAP_BUSY ||
			      answer.status == PGWALK_RMAP_CHANGED))
		return;
	if (answer.error || answer.status != PGWALK_RMAP_DONE || answer.nr != p->mappers ||
	    answer.found != p->mappers || !is_hit(&answer, s->pid, p->addr) ||
	    !is_hit(&answer, s->twin, p->addr))
		tally_fail("RMAP: %s, frame %llx of %llx: status %u, %zu of %d mappers",
			   strerror(-answer.error), (unsigned long long)p->pfn,
			   (unsigned long long)p->addr, answer.status, answer.nr, p->mappers);
	tally_did(TALLY_HELD_RMAP);
}

static void check_kernel(const struct sentinel *s, const struct place *p)
{
	uint64_t entry = pagemap_one(s->pid, p->addr);

	if ((entry & PM_PRESENT ? PM_PFN(entry) : 0) != p->pfn)
		tally_fail("pagemap: %llx has moved to %llx from %llx",
			   (unsigned long long)p->addr, PM_PFN(entry), (unsigned long long)p->pfn);
}

static void check_some_places(const struct sentinel *s, int fd)
{
	for (int i = 0; i < 8; i++) {
		const struct place *p = &s->place[chance(s->nr)];

		check_kernel(s, p);
		/* An empty entry may be one of a level above: translate says which */
		if (p->kind != PGWALK_KIND_NONE)
			ask_translate(p, fd);
		if (!p->mappers)
			continue;
		ask_frame(p, fd);
		ask_mappers(s, p, fd);
	}
}

bool held_note(const struct sentinel *s)
{
	int fd = interface_open_device(s->pid);
	bool ok = fd >= 0 && !interface_attach(s->pid) && held_totals_note(fd);

	has_content = content_open();
	if (!has_content)
		tally_lack(TALLY_HELD_CONTENT);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* The module has come anew: so has the directory */
void held_check(const struct sentinel *s)
{
	unsigned int entry = gate_enter();
	int err = interface_attach(s->pid);
	int fd = interface_open_device(s->pid);

	if (fd >= 0 && (!err || err == -EEXIST)) {
		ask_scan(s, fd);
		check_some_places(s, fd);
		ask_view(s);
		held_totals_check(fd);
	} else if (!gate_away_since(entry)) {
		tally_fail("the sentinel cannot be attached: %s", strerror(fd < 0 ? -fd : -err));
	}
	if (fd >= 0)
		close(fd);
	gate_leave();
}
