// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Starts the processes that are read. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/interface.h"
#include "subject.h"

#define HUGE_PAGES	512UL	/* 4K pages in 2M */
#define PRIME		1000003UL	/* a stride that visits every page of a power of two once */

char *subject_map(unsigned long pages, bool huge)
{
	unsigned long mask = HUGE_PAGES * SUBJECT_PAGE - 1;
	char *p = mmap(NULL, (pages + HUGE_PAGES) * SUBJECT_PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	p = (char *)(((unsigned long)p + mask) & ~mask);
	madvise(p, pages * SUBJECT_PAGE, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return p;
}

static void touch(char *p, unsigned long pages, enum subject_layout layout)
{
	unsigned long stride = layout == SUBJECT_SCATTERED ? PRIME : 1;

	for (unsigned long i = 0; i < pages; i++)
		p[i * stride % pages * SUBJECT_PAGE] = 1;
}

/* Every second page has other permissions, so that no mappings are merged */
static char *map_each(unsigned long pages)
{
	char *p = mmap(NULL, pages * SUBJECT_PAGE, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	for (unsigned long i = 0; i < pages; i += 2)
		if (mprotect(p + i * SUBJECT_PAGE, SUBJECT_PAGE, PROT_READ))
			return NULL;
	return p;
}

static char *prepare(enum subject_layout layout, long pages)
{
	char *p;

	if (layout == SUBJECT_SPARSE) {
		p = mmap(NULL, pages * SUBJECT_PAGE, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		return p == MAP_FAILED ? NULL : p;
	}
	if (layout == SUBJECT_MAPPINGS)
		return map_each(pages);
	p = subject_map(layout == SUBJECT_SHARED ? 1 : pages, layout == SUBJECT_HUGE);
	if (!p)
		return NULL;
	if (layout != SUBJECT_SHARED) {
		touch(p, pages, layout);
		return p;
	}
	*p = 1;
	for (long i = 1; i < pages; i++) {
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
	}
	return p;
}

/* Live until the other end of the leash is closed */
static void live(enum subject_layout layout, long pages, int ready, int leash)
{
	char *p = prepare(layout, pages);
	char c;

	if (write(ready, &p, sizeof(p)) != sizeof(p))
		_exit(1);
	while (read(leash, &c, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

static int open_all(struct subject *s)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", s->pid);
	s->pagemap = open(path, O_RDONLY | O_CLOEXEC);
	s->device = interface_open_device(s->pid);
	if (s->pagemap < 0 || s->device < 0 || interface_attach(s->pid))
		return -1;
	return 0;
}

int subject_start(struct subject *s, enum subject_layout layout, long pages)
{
	int ready[2], leash[2];

	*s = (struct subject){ .pages = pages };
	if (pipe2(ready, O_CLOEXEC) || pipe2(leash, O_CLOEXEC))
		return -1;
	s->pid = fork();
	if (!s->pid) {
		close(leash[1]);
		live(layout, pages, ready[1], leash[0]);
	}
	close(ready[1]);
	close(leash[0]);
	s->leash = leash[1];
	if (read(ready[0], &s->start, sizeof(s->start)) != sizeof(s->start) || !s->start) {
		close(ready[0]);
		return -1;
	}
	close(ready[0]);
	return open_all(s);
}

void subject_stop(struct subject *s)
{
	interface_attach(-s->pid);
	close(s->device);
	close(s->pagemap);
	close(s->leash);
	waitpid(s->pid, NULL, 0);
}
