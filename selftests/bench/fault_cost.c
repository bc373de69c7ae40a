// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes add to a minor anonymous fault, of the target and of another
 * process. Each figure is asked for in a state that was checked: the probes counted
 * the faults, or did not.
 */
#define _GNU_SOURCE
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collect/tell.h"
#include "fault_cost.h"
#include "meter.h"
#include "row.h"
#include "subject.h"

#define PAGES		256L
#define ATTACH_SECONDS	5	/* of guest time */
#define COMPILE_SECONDS	120	/* at most, before that: bpftrace compiles first */
#define KPROBES		"/sys/kernel/debug/kprobes/list"
#define DEEP		32	/* calls more, where call stacks are kept */

/* What is asked of the probes beside their rows, and from how deep the faults come */
struct asked {
	bool module, stacks, events, threads, all;
	int depth;
};

/* What does the same: a program that runs meanwhile; it is ready when its kprobe is there */
struct peer {
	const char *what;
	const char *kprobe;
	const char *argv[16];
};

static void event_drop(void *ctx, const struct pgwalk_fault_event *event)
{
	(void)ctx;
	(void)event;
}

static double once(void)
{
	char *p = mmap(NULL, PAGES * SUBJECT_PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long from;

	madvise(p, PAGES * SUBJECT_PAGE, MADV_NOHUGEPAGE);
	from = meter_now();
	for (long i = 0; i < PAGES; i++)
		p[i * SUBJECT_PAGE] = 1;
	from = meter_now() - from;
	munmap(p, PAGES * SUBJECT_PAGE);
	return (double)from / PAGES;
}

/* The median of many rounds: what else runs on the one processor falls out */
static double a_fault_with(struct probes *p, long faults)
{
	long rounds = faults / PAGES + 1;
	double *took = calloc(rounds, sizeof(*took)), median;

	for (long r = 0; r < rounds; r++) {
		took[r] = once();
		if (p)
			probes__events(p, event_drop, NULL);
	}
	median = meter_middle(took, rounds);
	free(took);
	return median;
}

/* Each call keeps a frame of its own: what it gets is used after the next one has returned */
__attribute__((noipa)) static double deep_fault(struct probes *p, long faults, int depth)
{
	double took = depth ? deep_fault(p, faults, depth - 1) : a_fault_with(p, faults);

	return took + depth * 0.0;
}

static double a_fault(long faults)
{
	return a_fault_with(NULL, faults);
}

static int add_up(void *ctx, const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row)
{
	(void)key;
	*(__u64 *)ctx += row->count;
	return 0;
}

static double with_probes(struct asked asked, pid_t target, long faults)
{
	struct probes_cfg cfg = {
		.ask_module = asked.module, .stacks = asked.stacks,
		.scope = asked.all ? PROBES_ALL : PROBES_PROCESS,
	};
	__u64 counted = 0;
	struct probes *p;
	char why[256];
	double cost;

	if (probes__create(&p, &cfg, why, sizeof(why))) {
		fprintf(stderr, "bench: %s\n", why);
		return NAN;
	}
	if ((asked.module && !probes__has_module(p)) || probes__watch(p, asked.all ? 0 : target)) {
		probes__destroy(p);
		return NAN;
	}
	probes__count_threads(p, asked.threads);
	if (asked.events)
		probes__look_into(p, 0, -1UL);
	a_fault(PAGES);
	cost = deep_fault(p, faults, asked.depth);
	probes__settle(p);
	probes__drain(p, add_up, &counted);
	probes__destroy(p);
	if ((counted >= (__u64)faults) == (target == getpid()))
		return cost;
	fprintf(stderr, "bench: the probes counted %llu faults\n", (unsigned long long)counted);
	return NAN;
}

static bool is_attached(const char *kprobe)
{
	FILE *list = fopen(KPROBES, "r");
	bool found = false;
	char line[256];

	while (list && fgets(line, sizeof(line), list))
		found |= !!strstr(line, kprobe);
	if (list)
		fclose(list);
	return found;
}

/* Busy: where instructions are the clock it runs ahead while all wait for a disk */
static void wait_attached(const char *kprobe)
{
	long end = meter_now() + (kprobe ? COMPILE_SECONDS : ATTACH_SECONDS) * 1000000000L;

	while (!(kprobe && is_attached(kprobe)) && meter_now() < end)
		sched_yield();
}

static double with_peer(const struct peer *peer, long faults, int depth)
{
	pid_t pid;
	double cost;

	if (!peer->argv[0])
		return NAN;
	pid = fork();
	if (!pid) {
		if (freopen("/dev/null", "w", stdout))
			execv(peer->argv[0], (char **)peer->argv);
		_exit(127);
	}
	wait_attached(peer->kprobe);
	sleep(ATTACH_SECONDS);
	cost = waitpid(pid, NULL, WNOHANG) || (peer->kprobe && !is_attached(peer->kprobe)) ? NAN :
	       deep_fault(NULL, faults, depth);
	kill(pid, SIGINT);
	waitpid(pid, NULL, 0);
	return cost;
}

static void tell(const char *key, const char *what, double target, double ours,
		 const struct peer *peer, double theirs)
{
	const struct row row = {
		.key = key, .what = what, .unit = "instructions added to a fault",
		.peer = peer ? peer->what : NULL, .target = target, .limit = -1,
		.ours = ours, .theirs = theirs,
	};

	row_tell(&row);
}

/* One page goes, and what the TLB has of it: a flush each */
static double a_flush(long flushes)
{
	char *p = mmap(NULL, SUBJECT_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	double *took = calloc(flushes, sizeof(*took)), median;
	long from;

	for (long i = 0; i < flushes; i++) {
		*(volatile char *)p = 1;
		from = meter_now();
		madvise(p, SUBJECT_PAGE, MADV_DONTNEED);
		took[i] = meter_now() - from;
	}
	median = meter_middle(took, flushes);
	free(took);
	munmap(p, SUBJECT_PAGE);
	return median;
}

static void tlb_cost(long flushes)
{
	struct row row = {
		.key = "tlb-flush", .what = "pgtop, to a TLB flush while it shows them",
		.unit = "instructions added to a flush", .limit = -1, .theirs = NAN,
		.ours = NAN,
	};
	struct probes *p;
	char why[256];
	double bare;

	if (probes__create(&p, NULL, why, sizeof(why)))
		return row_tell(&row);
	if (!probes__watch(p, getpid())) {
		a_flush(PAGES);
		bare = a_flush(flushes);
		if (!probes__tlb_watch(p, true))
			row.ours = a_flush(flushes) - bare;
	}
	probes__destroy(p);
	row_tell(&row);
}

/* By what is counted: a call stack costs as much as it is deep */
static void stack_cost(long faults, const char *bpftrace)
{
	const struct peer peer = {
		"bpftrace, counting by user stack", "handle_mm_fault",
		{ bpftrace, "-e", "kprobe:handle_mm_fault { @[ustack] = count(); }" },
	};
	struct asked asked = { .module = true, .stacks = true };
	double bare = a_fault(faults);

	tell("fault-target-stacks", "the same with call stacks (-U)", 0,
	     with_probes(asked, getpid(), faults) - bare, &peer,
	     with_peer(&peer, faults, 0) - bare);
	asked.depth = DEEP;
	tell("fault-target-deep", "the same, 32 calls deeper", 0,
	     with_probes(asked, getpid(), faults) - bare, &peer,
	     with_peer(&peer, faults, DEEP) - bare);
}

void fault_cost(long faults, const char *bpftrace, const char *perf)
{
	const struct peer by_comm = {
		"bpftrace, counting by comm", "handle_mm_fault",
		{ bpftrace, "-e", "kprobe:handle_mm_fault { @[comm] = count(); }" },
	};
	const struct peer record = {
		"perf record -e page-faults -c 1 -d", NULL,
		/* with room for all of them: what it loses costs nothing */
		{ perf, "record", "-q", "-m", "16M", "-o", "/tmp/bench.perf", "-e", "page-faults", "-c",
		  "1", "-d", "-a" },
	};
	struct row bare = {
		.key = "fault", .what = "a minor anonymous fault, nothing attached",
		.unit = "instructions", .limit = -1, .theirs = NAN,
	};
	double theirs, events;

	a_fault(faults);
	bare.ours = a_fault(faults);
	row_tell(&bare);
	theirs = with_peer(&by_comm, faults, 0) - bare.ours;
	tell("fault-target", "pgtop, to a fault of its process", 1.0,
	     with_probes((struct asked){ .module = true }, getpid(), faults) - bare.ours,
	     &by_comm, theirs);
	tell("fault-target-alone", "the same without pgwalk.ko", 0,
	     with_probes((struct asked){}, getpid(), faults) - bare.ours, &by_comm, theirs);
	tell("fault-target-threads", "the same with pgwalk.ko, by thread too (-t)", 0,
	     with_probes((struct asked){ .module = true, .threads = true }, getpid(), faults) -
	     bare.ours, &by_comm, theirs);
	tell("fault-all", "pgtop, to a fault of any process if all are watched", 0,
	     with_probes((struct asked){ .module = true, .all = true }, getpid(), faults) -
	     bare.ours, &by_comm, theirs);
	tell("fault-other", "pgtop, to a fault of any other process", 0.40,
	     with_probes((struct asked){}, getppid(), faults) - bare.ours, &by_comm, theirs);
	tell("fault-other-stacks", "the same with call stacks and threads", 0.40,
	     with_probes((struct asked){ .stacks = true, .threads = true }, getppid(), faults) -
	     bare.ours, &by_comm, theirs);
	events = with_probes((struct asked){ .module = true, .events = true }, getpid(), faults) -
		 bare.ours;
	tell("fault-target-events", "pgtop, to a fault that is told by itself", 1.4, events,
	     &by_comm, theirs);
	tell("fault-target-perf", "the same, by what tells single faults", 0, events,
	     &record, with_peer(&record, faults, 0) - bare.ours);
	unlink("/tmp/bench.perf");
	stack_cost(faults, bpftrace);
	tlb_cost(faults);
}
