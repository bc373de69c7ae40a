// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* A process with pages of several kinds, two threads and an LDT, which then sleeps. */
#include <asm/ldt.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "target.h"

#define PAGE	4096
#define PAGES	64
#define HUGE	(2UL << 20)
/* An input may use this as the address of a buffer: it is unmapped in the fuzzer */
#define START	((void *)0x246800000000UL)

static int report_to;
static struct target_report made;

static void sleep_for_good(void)
{
	for (;;)
		pause();
}

static void *second_thread(void *arg)
{
	made.pid = getpid();
	made.tid = (pid_t)syscall(SYS_gettid);
	if (write(report_to, &made, sizeof(made)) != sizeof(made))
		_exit(1);
	sleep_for_good();
	return arg;
}

static char *anonymous(void *where, size_t size)
{
	char *at = mmap(where, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		_exit(1);
	return at;
}

static void make_pages(void)
{
	char *pages = anonymous(START, PAGES * PAGE);
	char *huge = anonymous(NULL, 2 * HUGE);
	char *kept = anonymous(NULL, 4 * PAGE);
	int i;

	/* Every second page, independent of the kernel's THP settings */
	madvise(pages, PAGES * PAGE, MADV_NOHUGEPAGE);
	mlock2(pages, PAGES * PAGE, MLOCK_ONFAULT);
	for (i = 0; i < PAGES; i += 2)
		pages[i * PAGE] = 1;
	madvise(huge, 2 * HUGE, MADV_HUGEPAGE);
	memset((char *)(((unsigned long)huge + HUGE - 1) & ~(HUGE - 1)), 1, HUGE);
	kept[0] = 1;
	kept[PAGE] = 1;
	mprotect(kept, PAGE, PROT_NONE);
	mprotect(kept + PAGE, PAGE, PROT_READ);
	made.start = (unsigned long)pages;
	made.end = made.start + PAGES * PAGE;
}

static void make_ldt(void)
{
	struct user_desc descriptor = {
		.entry_number = 1, .limit = 0xfffff, .seg_32bit = 1,
		.limit_in_pages = 1, .useable = 1,
	};

	syscall(SYS_modify_ldt, 1, &descriptor, sizeof(descriptor));
}

int target_begin(struct target_report *report)
{
	char *shared = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_t thread;
	int ends[2];
	ssize_t n;

	if (shared == MAP_FAILED || pipe(ends))
		return -1;
	shared[0] = 1;
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		report_to = ends[1];
		made.shared = (unsigned long)shared;
		shared[0]++;
		make_pages();
		make_ldt();
		if (pthread_create(&thread, NULL, second_thread, NULL))
			_exit(1);
		sleep_for_good();
	}
	close(ends[1]);
	n = read(ends[0], report, sizeof(*report));
	close(ends[0]);
	return n == sizeof(*report) ? 0 : -1;
}
