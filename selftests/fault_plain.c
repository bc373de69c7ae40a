// SPDX-License-Identifier: GPL-2.0
/*
 * Faults that take the probes' short way, and those that must leave it: kinds of access
 * and mappings by turns, and calls that were told to come again, with what they cost.
 * Needs pgwalk.ko.
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

#include "fault_tally.h"

#define TIMES		23
#define PAGE		4096UL
#define ANSWER_NS	3000000ULL	/* that a monitor waits before it answers */

/* Where the child faults; it is the parent's to read, too */
static struct range {
	unsigned long start, end;
} *range;

/* What the rows of that mapping add up to */
struct sums {
	struct tally here;
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
	return tally__take(&s->here, key, row);
}

static void watched_run(int (*run)(void *), struct sums *sums)
{
	struct probes *p = probes_open(true, 0);
	struct held held;
	int status;

	memset(sums, 0, sizeof(*sums));
	held__start(&held, run, NULL);
	status = probes__watch(p, held.pid);
	held__release(&held);
	if (!status)
		take_to_end(p, held.pid, 100, add_row, sums);
	waitpid(held.pid, &status, 0);
	tap(probes__has_module(p) && !status && sums->here.total && !sums->here.bad_rows,
	    "it was watched and ended well (%#x), rows add up", status);
	probes__destroy(p);
}

/* A monitor that takes its time over each page */
static void *monitor_run(void *arg)
{
	const struct timespec wait = { .tv_nsec = ANSWER_NS };
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

/* A call waits for the answer and is told to come again: that time is the retries' */
static void retry_check(void)
{
	const __u64 waited = TIMES * ANSWER_NS;
	struct sums s;

	watched_run(retry_run, &s);
	tap(s.here.count[PGWALK_FAULT_USERFAULT] == TIMES && s.here.total == TIMES &&
	    s.here.retries >= TIMES,
	    "retries: %llu faults that a monitor answers, %llu calls told to come again",
	    s.here.total, s.here.retries);
	tap(s.retry_ns >= waited && s.latency_ns > s.retry_ns &&
	    s.latency_ns - s.retry_ns < waited / 2,
	    "retries: it waits for %llu us; until the last call %llu us, to its end %llu us",
	    waited / 1000, s.retry_ns / 1000, s.latency_ns / 1000);
}

/* In two mappings by turns, each page of the one read, then written, or only written */
static int turns_run(void *arg)
{
	volatile char *p = mmap(NULL, 3 * TIMES * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile char *other;
	int i;

	madvise((void *)p, 3 * TIMES * PAGE, MADV_NOHUGEPAGE);
	p[0] = 1;			/* there is a table of ptes */
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
	printf("TAP version 13\n");
	range = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	turns_check();
	retry_check();
	return tap_end();
}
