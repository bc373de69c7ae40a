// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Creates the sentinel: small pages with holes between them, a huge page, pages without
 * access, the zero page, shared memory that is mapped twice. It reads nothing from pgwalk.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "area.h"
#include "lib/pagemap.h"
#include "sentinel.h"
#include "counts.h"
#include <pgwalk.h>

#define SMALL		23	/* primes: two wrong counts rarely give the right sum */
#define CLOSED		7
#define ZEROES		3
#define SHARED		5
#define RW		(PROT_READ | PROT_WRITE)
#define ANON		(MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED)

static void note(struct sentinel *s, const char *at, int kind, int mappers, uint64_t word)
{
	s->page[s->nr++] = (struct sentinel_page){
		.addr = (uintptr_t)at, .kind = (uint8_t)kind, .shift = 12,
		.mappers = (uint8_t)mappers, .word = word,
	};
}

/* Different in each page and in each run */
static uint64_t write_word(char *at)
{
	uint64_t word = prng_word() | 1;

	memcpy(at, &word, sizeof(word));
	return word;
}

/* Every third page is present */
static char *make_small(struct sentinel *s, char *at)
{
	mmap(at, 3 * SMALL * PAGE, RW, ANON, -1, 0);
	madvise(at, 3 * SMALL * PAGE, MADV_NOHUGEPAGE);
	for (int i = 0; i < SMALL; i++, at += 3 * PAGE) {
		note(s, at, PGWALK_KIND_PRESENT, 2, write_word(at));
		if (i % 3 == 0)
			note(s, at + PAGE, PGWALK_KIND_NONE, 0, 0);
	}
	return at;
}

static char *make_closed(struct sentinel *s, char *at)
{
	mmap(at, CLOSED * PAGE, RW, ANON, -1, 0);
	madvise(at, CLOSED * PAGE, MADV_NOHUGEPAGE);
	for (int i = 0; i < CLOSED; i++)
		note(s, at + i * PAGE, PGWALK_KIND_PROTNONE, 2, write_word(at + i * PAGE));
	mprotect(at, CLOSED * PAGE, PROT_NONE);
	return at + (CLOSED + 1) * PAGE;
}

static char *make_zeroes(struct sentinel *s, char *at)
{
	mmap(at, ZEROES * PAGE, PROT_READ, ANON, -1, 0);
	madvise(at, ZEROES * PAGE, MADV_NOHUGEPAGE);
	for (int i = 0; i < ZEROES; i++) {
		(void)*(volatile char *)(at + i * PAGE);
		note(s, at + i * PAGE, PGWALK_KIND_ZERO, 0, 0);
	}
	return at + (ZEROES + 1) * PAGE;
}

/* Mapped twice in each of two processes */
static char *make_shared(struct sentinel *s, char *at)
{
	int fd = memfd_create("sentinel", MFD_CLOEXEC);
	char *again = at + (SHARED + 1) * PAGE;

	if (fd < 0 || ftruncate(fd, SHARED * PAGE))
		return at;
	mmap(at, SHARED * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
	mmap(again, SHARED * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
	for (int i = 0; i < SHARED; i++) {
		uint64_t word = write_word(at + i * PAGE);

		note(s, at + i * PAGE, PGWALK_KIND_PRESENT, 4, word);
		note(s, again + i * PAGE, PGWALK_KIND_PRESENT, 4, word);
	}
	close(fd);
	return again + (SHARED + 1) * PAGE;
}

/* Two pages of the huge page are recorded: the first and one in the middle */
static void make_huge(struct sentinel *s, char *at)
{
	uint64_t word;

	mmap(at, HUGE, RW, ANON, -1, 0);
	madvise(at, HUGE, MADV_HUGEPAGE);
	word = write_word(at);
	if (!(pagemap_kpageflags(PM_PFN(pagemap_one(getpid(), (uintptr_t)at))) & KPF_THP))
		return;
	note(s, at, PGWALK_KIND_PRESENT, 2, word);
	s->page[s->nr - 1].shift = 21;
	at += 77 * PAGE;
	note(s, at, PGWALK_KIND_PRESENT, 2, write_word(at));
	s->page[s->nr - 1].shift = 21;
}

/* fork does not copy entries of shared memory: each process touches it. Pages without access have no word */
static void touch_shared(const struct sentinel *s)
{
	for (unsigned int i = 0; i < s->nr; i++)
		if (s->page[i].kind == PGWALK_KIND_PRESENT)
			(void)*(volatile char *)(uintptr_t)s->page[i].addr;
}

static void hold_still(const struct sentinel *s)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	touch_shared(s);
	if (mlockall(MCL_CURRENT | MCL_ONFAULT))
		_exit(1);
	raise(SIGSTOP);
	_exit(0);
}

static void live(struct sentinel *s)
{
	char *at = area_reserve(4 * HUGE, HUGE), *end;
	pid_t twin;
	int status;

	s->low = (uintptr_t)at;
	end = make_small(s, at);
	end = make_closed(s, end + PAGE);
	end = make_zeroes(s, end);
	make_shared(s, end);
	make_huge(s, at + HUGE);
	s->high = (uintptr_t)at + 2 * HUGE;
	twin = fork();
	if (!twin)
		hold_still(s);
	if (twin < 0 || waitpid(twin, &status, WUNTRACED) != twin || !WIFSTOPPED(status))
		_exit(1);
	s->twin = twin;
	hold_still(s);
}

struct sentinel *sentinel_start(void)
{
	struct sentinel *s = mmap(NULL, sizeof(*s), RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int status;

	if (s == MAP_FAILED)
		return NULL;
	pid = fork();
	if (!pid)
		live(s);
	s->pid = pid;
	if (pid < 0 || waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		return NULL;
	return s;
}

bool sentinel_locate(struct sentinel *s)
{
	for (unsigned int i = 0; i < s->nr; i++) {
		struct sentinel_page *p = &s->page[i];
		uint64_t entry = pagemap_one(s->pid, p->addr);

		/* pagemap reports pages without access as present */
		if (!(entry & PM_PRESENT) != (p->kind == PGWALK_KIND_NONE))
			return false;
		p->pfn = entry & PM_PRESENT ? PM_PFN(entry) : 0;
	}
	return true;
}

void sentinel_end(struct sentinel *s)
{
	kill(s->twin, SIGKILL);
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
}
