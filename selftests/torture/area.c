// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Maps, unmaps, moves, splits, collapses and pages out memory of a target. Threads may
 * access holes. Every mapping has a fixed address, because one that the kernel places
 * could land in such a hole.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "area.h"
#include "counts.h"

#ifndef MADV_COLD
#define MADV_COLD	20
#define MADV_PAGEOUT	21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif
#define MPOL_MF_MOVE	(1 << 1)
#define RW		(PROT_READ | PROT_WRITE)

/* Only the handler reads it: volatile keeps the stores around an access */
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

/* Does not save the signal mask, because the handler does not block its own signal */
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

bool area_read(const char *at)
{
	return try_access((volatile char *)at, false);
}

void area_touch_all(char *from, char *to)
{
	for (; from < to; from += PAGE)
		if (area_touch(from))
			counts_increment(COUNTS_FAULT);
}

static void advise(enum counts_kind kind, char *at, size_t bytes, int advice)
{
	if (!madvise(at, bytes, advice))
		counts_increment(kind);
}

static void change_mapping(const struct area *area, char *huge)
{
	int flags = MAP_ANONYMOUS | MAP_FIXED | (area->shared ? MAP_SHARED : MAP_PRIVATE);

	if (prng_below(2)) {
		if (!munmap(huge, HUGE))
			counts_increment(COUNTS_MUNMAP);
		if (prng_below(4))
			return;		/* leave the hole */
	}
	if (mmap(huge, HUGE, RW, flags, -1, 0) != MAP_FAILED)
		counts_increment(COUNTS_MMAP);
}

/* Change one page, which splits a huge page, or the range of a whole table */
static void change_protection(char *page, char *huge)
{
	static const int prots[] = { PROT_NONE, PROT_READ, RW };
	bool small = prng_below(2);
	char *at = small ? page : huge;
	size_t bytes = small ? PAGE : HUGE;

	if (!mprotect(at, bytes, prots[prng_below(3)]))
		counts_increment(COUNTS_MPROTECT);
	mprotect(at, bytes, RW);
}

/* Move the range of a table of ptes, or one page, there and back */
static void move(char *page, char *huge)
{
	bool small = prng_below(2);
	char *at = small ? page : huge, *to = at + AREA_BYTES;
	size_t bytes = small ? PAGE : HUGE;

	if (mremap(at, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) != to)
		return;
	counts_increment(COUNTS_MREMAP);
	area_touch(to);
	if (mremap(to, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, at) == at)
		counts_increment(COUNTS_MREMAP);
}

static void migrate(char *page)
{
	void *pages[] = { page };
	int node = (int)prng_below(2), status = -1;

	area_touch(page);
	if (!syscall(__NR_move_pages, 0, 1L, pages, &node, &status, MPOL_MF_MOVE) &&
	    status == node)
		counts_increment(COUNTS_MIGRATE);
}

/* Fill new pages with equal content */
static void merge(char *huge)
{
	char *page = huge + prng_below(HUGE / PAGE / 16) * 16 * PAGE;

	advise(COUNTS_MERGEABLE, huge, HUGE, MADV_MERGEABLE);
	madvise(page, 16 * PAGE, MADV_DONTNEED);
	area_touch_all(page, page + 16 * PAGE);
}

void area_change(const struct area *area)
{
	char *huge = area->start + prng_below(AREA_HUGES) * HUGE;
	char *page = area->start + prng_below(AREA_BYTES / PAGE) * PAGE;

	switch (prng_below(14)) {
	case 0:
		advise(COUNTS_HUGEPAGE, huge, HUGE, MADV_HUGEPAGE);
		area_touch_all(huge, huge + 8 * PAGE);
		break;
	case 1:
		area_touch(huge);
		if (!area->shared)
			advise(COUNTS_COLLAPSE, huge, HUGE, MADV_COLLAPSE);
		break;
	case 2:		/* splits a huge page */
		advise(COUNTS_DONTNEED, page, PAGE, MADV_DONTNEED);
		break;
	case 3:		/* also frees the table of ptes on new kernels */
		advise(COUNTS_DONTNEED, huge, HUGE, MADV_DONTNEED);
		break;
	case 4:
		advise(COUNTS_PAGEOUT, huge, HUGE, MADV_PAGEOUT);
		break;
	case 5:
		advise(COUNTS_COLD, huge, HUGE, MADV_COLD);
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
		area_touch_all(page, prng_below(2) ? page + PAGE : page + 16 * PAGE);
	}
}
