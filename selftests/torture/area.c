// SPDX-License-Identifier: GPL-2.0
/*
 * Maps, unmaps, moves, splits, collapses and pages out what a target has. Holes are left
 * for the threads to fall into; it must not map anything where the kernel likes, for that
 * could be in such a hole.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "area.h"
#include "tally.h"

#ifndef MADV_COLD
#define MADV_COLD	20
#define MADV_PAGEOUT	21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif
#define MPOL_MF_MOVE	(1 << 1)
#define RW		(PROT_READ | PROT_WRITE)

/* Read by the handler alone: a compiler sees no use of what is stored around an access */
static __thread sigjmp_buf *volatile landing;

char *area_reserve(size_t bytes, size_t align)
{
	char *p = mmap(NULL, bytes + align, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	return (char *)(((uintptr_t)p + align - 1) & ~(align - 1));
}

bool area_map(struct area *area, bool shared)
{
	char *start = area_reserve(3 * AREA_BYTES, HUGE);

	*area = (struct area){ .start = start, .shared = shared };
	return start && mmap(start, AREA_BYTES, RW, MAP_FIXED | MAP_ANONYMOUS |
			     (shared ? MAP_SHARED : MAP_PRIVATE), -1, 0) != MAP_FAILED;
}

static void land(int sig)
{
	if (!landing) {
		signal(sig, SIG_DFL);
		raise(sig);
		return;
	}
	siglongjmp(*landing, 1);
}

void area_catch(void)
{
	struct sigaction action = { .sa_handler = land, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

/* The mask is left alone: the handler does not block its own signal */
static bool try_access(volatile char *at, bool write)
{
	sigjmp_buf here;
	bool ok = false;

	if (!sigsetjmp(here, 0)) {
		landing = &here;
		if (write)
			++*at;
		else
			(void)*at;
		ok = true;
	}
	landing = NULL;
	return ok;
}

bool area_touch(char *at)
{
	return try_access(at, true);
}

bool area_look(const char *at)
{
	return try_access((volatile char *)at, false);
}

void area_touch_all(char *from, char *to)
{
	for (; from < to; from += PAGE)
		if (area_touch(from))
			tally_did(TALLY_FAULT);
}

static void advise(enum tally_kind kind, char *at, size_t bytes, int advice)
{
	if (!madvise(at, bytes, advice))
		tally_did(kind);
}

static void change_mapping(const struct area *area, char *huge)
{
	int flags = MAP_ANONYMOUS | MAP_FIXED | (area->shared ? MAP_SHARED : MAP_PRIVATE);

	if (chance(2)) {
		if (!munmap(huge, HUGE))
			tally_did(TALLY_MUNMAP);
		if (chance(4))
			return;		/* the hole stays */
	}
	if (mmap(huge, HUGE, RW, flags, -1, 0) != MAP_FAILED)
		tally_did(TALLY_MMAP);
}

/* Of a page, which splits a huge one, or of a whole table */
static void change_protection(char *page, char *huge)
{
	static const int prots[] = { PROT_NONE, PROT_READ, RW };
	bool small = chance(2);
	char *at = small ? page : huge;
	size_t bytes = small ? PAGE : HUGE;

	if (!mprotect(at, bytes, prots[chance(3)]))
		tally_did(TALLY_MPROTECT);
	mprotect(at, bytes, RW);
}

/* Moves a table of ptes as a whole, or one page, and back */
static void move(char *page, char *huge)
{
	bool small = chance(2);
	char *at = small ? page : huge, *to = at + AREA_BYTES;
	size_t bytes = small ? PAGE : HUGE;

	if (mremap(at, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) != to)
		return;
	tally_did(TALLY_MREMAP);
	area_touch(to);
	if (mremap(to, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, at) == at)
		tally_did(TALLY_MREMAP);
}

static void migrate(char *page)
{
	void *pages[] = { page };
	int node = (int)chance(2), status = -1;

	area_touch(page);
	if (!syscall(__NR_move_pages, 0, 1L, pages, &node, &status, MPOL_MF_MOVE) &&
	    status == node)
		tally_did(TALLY_MIGRATE);
}

/* New pages with the same in each */
static void merge(char *huge)
{
	char *page = huge + chance(HUGE / PAGE / 16) * 16 * PAGE;

	advise(TALLY_MERGEABLE, huge, HUGE, MADV_MERGEABLE);
	madvise(page, 16 * PAGE, MADV_DONTNEED);
	area_touch_all(page, page + 16 * PAGE);
}

void area_change(const struct area *area)
{
	char *huge = area->start + chance(AREA_HUGES) * HUGE;
	char *page = area->start + chance(AREA_BYTES / PAGE) * PAGE;

	switch (chance(14)) {
	case 0:
		advise(TALLY_HUGEPAGE, huge, HUGE, MADV_HUGEPAGE);
		area_touch_all(huge, huge + 8 * PAGE);
		break;
	case 1:
		area_touch(huge);
		if (!area->shared)
			advise(TALLY_COLLAPSE, huge, HUGE, MADV_COLLAPSE);
		break;
	case 2:		/* splits a huge page */
		advise(TALLY_DONTNEED, page, PAGE, MADV_DONTNEED);
		break;
	case 3:		/* on new kernels frees the table of ptes as well */
		advise(TALLY_DONTNEED, huge, HUGE, MADV_DONTNEED);
		break;
	case 4:
		advise(TALLY_PAGEOUT, huge, HUGE, MADV_PAGEOUT);
		break;
	case 5:
		advise(TALLY_COLD, huge, HUGE, MADV_COLD);
		break;
	case 6:
		change_protection(page, huge);
		break;
	case 7:
		move(page, huge);
		break;
	case 8:
		change_mapping(area, huge);
		break;
	case 9:
		migrate(page);
		break;
	case 10:
		merge(huge);
		break;
	default:
		area_touch_all(page, chance(2) ? page + PAGE : page + 16 * PAGE);
	}
}
