// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Faults that the probes handle on their short path, and faults that must leave it: accesses
 * and mappings in alternation, and retried calls with their latency. Needs pgwalk.ko.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fault_counts.h"
#include "../lib/sizes.h"

#define SERVE_NS	3000000ULL	/* delay of the monitor before it serves a page */

/* The range where the child faults, shared with the parent */
static struct range {
	unsigned long start, end;
} *range;

/* Sums of the rows of the range */
struct sums {
	struct fault_counts here;
	__u64 read, write, retry_ns, latency_ns;
};

static int add_row(void *ctx, const struct pgwalk_fault_key *key,
		   const struct pgwalk_fault_row *row)
{
	struct sums *s = ctx;

	if (key->end <= range->start || key->start >= range->end)
		return 0;
	s->read += row->read;
	s->write += row->write;
	s->retry_ns += row->retry_ns;
	s->latency_ns += row->latency_ns;
	return fault_counts__add_row(&s->here, key, row);
}

static void watched_run(int (*run)(void *), struct sums *sums)
{
	struct probes *p = probes_open(true, 0);
	struct held_child held;
	int status;

	memset(sums, 0, sizeof(*sums));
	held_child__start(&held, run, NULL);
	status = probes__watch(p, held.pid);
	held_child__release(&held);
	if (!status)
		take_to_end(p, held.pid, 100, add_row, sums);
	waitpid(held.pid, &status, 0);
	tap(probes__has_module(p) && !status && sums->here.total && !sums->here.bad_rows,
	    "the child was watched and exited (%#x), rows are consistent", status);
	probes__destroy(p);
}

/* A userfaultfd monitor that delays each page */
static void *monitor_run(void *arg)
{
	const struct timespec wait = { .tv_nsec = SERVE_NS };
	int uffd = *(int *)arg;
	struct uffd_msg msg;

	while (read(uffd, &msg, sizeof(msg)) == sizeof(msg)) {
		struct uffdio_zeropage zero = {
			.range = { msg.arg.pagefault.address & -PAGE, PAGE },
		};

		nanosleep(&wait, NULL);
		if (ioctl(uffd, UFFDIO_ZEROPAGE, &zero) && errno != EEXIST)
			_exit(2);
	}
	return NULL;
}

static int retry_run(void *arg)
{
	struct uffdio_api api = { .api = UFFD_API };
	volatile char *p = mmap(NULL, TIMES * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_register area = {
		.range = { (unsigned long)p, TIMES * PAGE }, .mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC), i;
	pthread_t monitor;

	range->start = (unsigned long)p;
	range->end = range->start + TIMES * PAGE;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &area) ||
	    pthread_create(&monitor, NULL, monitor_run, &uffd))
		return 1;
	for (i = 0; i < TIMES; i++)
		(void)p[i * PAGE];
	return 0;
}

/* A call waits for the monitor and returns VM_FAULT_RETRY: that time counts as retry time */
static void retry_check(void)
{
	const __u64 waited = TIMES * SERVE_NS;
	struct sums s;

	watched_run(retry_run, &s);
	tap(s.here.count[PGWALK_FAULT_USERFAULT] == TIMES && s.here.total == TIMES &&
	    s.here.retries >= TIMES,
	    "retries: %llu faults served by a monitor, %llu calls with VM_FAULT_RETRY",
	    s.here.total, s.here.retries);
	tap(s.retry_ns >= waited && s.latency_ns > s.retry_ns,
	    "retries: the monitor waited %llu us; %llu us before the last call, %llu us in all",
	    waited / 1000, s.retry_ns / 1000, s.latency_ns / 1000);
}

/* Two mappings in alternation: pages of one are read, then written; of the other only written */
static int turns_run(void *arg)
{
	volatile char *p = mmap(NULL, 3 * TIMES * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile char *other;
	int i;

	madvise((void *)p, 3 * TIMES * PAGE, MADV_NOHUGEPAGE);
		p[0] = 1;			/* allocates the table of ptes */
	other = mmap(NULL, TIMES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	range->start = (unsigned long)p;
	range->end = range->start + 3 * TIMES * PAGE;
	for (i = 1; i < TIMES; i++) {
		(void)p[2 * i * PAGE];
		p[(2 * i + 1) * PAGE] = 1;
		other[i * PAGE] = 1;
		if (i % 2)
			p[2 * i * PAGE] = 1;
	}
	return 0;
}

static void turns_check(void)
{
	const __u64 again = TIMES / 2, zero = TIMES - 1, new = TIMES + again;
	struct sums s;

	watched_run(turns_run, &s);
	tap(s.here.count[PGWALK_FAULT_ANON_ZERO] == zero && s.here.count[PGWALK_FAULT_ANON_NEW] == new &&
	    s.here.total == zero + new && s.read == zero && s.write == new,
	    "turns: %llu anon-zero, %llu anon-new; read %llu, written %llu",
	    s.here.count[PGWALK_FAULT_ANON_ZERO], s.here.count[PGWALK_FAULT_ANON_NEW], s.read,
	    s.write);
}

int main(void)
{
	setlinebuf(stdout);
	tap_begin();
	range = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	turns_check();
	retry_check();
	return tap_end();
}
