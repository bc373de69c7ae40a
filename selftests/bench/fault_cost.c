// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Measures the cost that the probes add to a minor fault of anonymous memory or of a file, of the
 * target and of another process. Each figure is checked: the probes have counted the faults, or
 * have not.
 */
#define _GNU_SOURCE
#include <fcntl.h>
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

#include "collect/probes/events.h"
#include "collect/probes/probes.h"
#include "fault_cost.h"
#include "meter.h"
#include "row.h"
#include "subject.h"

#define PAGES		256L
#define ATTACH_SECONDS	5	/* of guest time */
#define COMPILE_SECONDS	120	/* at most, before ATTACH_SECONDS: bpftrace compiles first */
#define KPROBES		"/sys/kernel/debug/kprobes/list"
#define DEEP		32	/* additional calls, for call stacks */
#define PIECE		(1L << 20)
#define PIECES		32	/* of the file */

/* Cause faults in new memory; return what each took */
typedef double fault_fn(void);

/*
 * Features of the probes, the number of additional calls above each fault, the programs that are
 * attached to each end of a fault (0: 1), and the kind of fault (NULL: anonymous)
 */
struct features {
	bool module, stacks, events, threads, all;
	int depth;
	unsigned int instances;
	fault_fn *fault;
};

static int file = -1;

/* A program for comparison that runs during the faults; it is ready when its kprobe is listed */
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

static double anon_faults(void)
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

/* Read one page of each piece of the file, which is in the page cache */
static double file_faults(void)
{
	volatile char *p = mmap(NULL, PIECES * PIECE, PROT_READ, MAP_SHARED, file, 0);
	long from = meter_now();

	for (long i = 0; i < PIECES; i++)
		(void)p[i * PIECE];
	from = meter_now() - from;
	munmap((void *)p, PIECES * PIECE);
	return (double)from / PIECES;
}

/* The median of many rounds excludes the work of other tasks on the same CPU */
static double a_fault_with(struct probes *p, fault_fn *fault, long faults)
{
	long rounds = faults / (fault == file_faults ? PIECES : PAGES) + 1;
	double *took = calloc(rounds, sizeof(*took)), median;

	for (long r = 0; r < rounds; r++) {
		took[r] = fault();
		if (p)
			probes__events(p, event_drop, NULL);
	}
	median = meter_middle(took, rounds);
	free(took);
	return median;
}

/* Each call has a stack frame: its result is used after the callee has returned */
__attribute__((noipa)) static double deep_fault(struct probes *p, fault_fn *fault,
							 long faults, int depth)
{
	double took = depth ? deep_fault(p, fault, faults, depth - 1) :
			      a_fault_with(p, fault, faults);

	return took + depth * 0.0;
}

static double a_fault(long faults)
{
	return a_fault_with(NULL, anon_faults, faults);
}

static int add_up(void *ctx, const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row)
{
	(void)key;
	*(__u64 *)ctx += row->count;
	return 0;
}

static double with_probes(struct features features, pid_t target, long faults)
{
	struct probes_cfg cfg = {
		.use_module = features.module, .stacks = features.stacks,
		.scope = features.all ? PROBES_ALL : PROBES_PROCESS,
	};
	fault_fn *fault = features.fault ? features.fault : anon_faults;
	unsigned int instances = features.instances ? features.instances : 1;
	__u64 counted = 0;
	struct probes *p;
	char why[256];
	double cost;

	if (probes__create(&p, &cfg, why, sizeof(why))) {
		fprintf(stderr, "bench: %s\n", why);
		return NAN;
	}
	if ((features.module && !probes__has_module(p)) ||
	    probes__watch(p, features.all ? 0 : target) ||
	    probes__attach_instances(p, instances)) {
		probes__destroy(p);
		return NAN;
	}
	probes__count_threads(p, features.threads);
	if (features.events)
		probes__trace(p, 0, -1UL);
	a_fault_with(p, fault, PAGES);
	cost = deep_fault(p, fault, faults, features.depth);
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

/* Busy-wait: with --icount the clock advances with instructions, while all tasks wait for a disk */
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
	       deep_fault(NULL, anon_faults, faults, depth);
	kill(pid, SIGINT);
	waitpid(pid, NULL, 0);
	return cost;
}

static void print_cost(const char *key, const char *what, double target, double ours,
		 const struct peer *peer, double theirs)
{
	const struct row row = {
		.key = key, .what = what, .unit = "instructions added to a fault",
		.peer = peer ? peer->what : NULL, .target = target, .limit = -1,
		.ours = ours, .theirs = theirs,
	};

	row_print(&row);
}

/* Discard one page that is in the TLB: one flush each */
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
		return row_print(&row);
	if (!probes__watch(p, getpid())) {
		a_flush(PAGES);
		bare = a_flush(flushes);
		if (!probes__tlb_watch(p, true))
			row.ours = a_flush(flushes) - bare;
	}
	probes__destroy(p);
	row_print(&row);
}

/* The cost of call stacks depends on their depth */
static void stack_cost(long faults, const char *bpftrace)
{
	const struct peer peer = {
		"bpftrace, counting by user stack", "handle_mm_fault",
		{ bpftrace, "-e", "kprobe:handle_mm_fault { @[ustack] = count(); }" },
	};
	struct features features = { .module = true, .stacks = true };
	double bare = a_fault(faults);

	print_cost("fault-target-stacks", "pgtop with call stacks (-U)", 1.0,
	     with_probes(features, getpid(), faults) - bare, &peer,
	     with_peer(&peer, faults, 0) - bare);
	features.depth = DEEP;
	print_cost("fault-target-deep", "pgtop with call stacks, 32 calls deeper", 0,
	     with_probes(features, getpid(), faults) - bare, &peer,
	     with_peer(&peer, faults, DEEP) - bare);
}

static double added(struct features features, bool of_target, long faults, double bare)
{
	return with_probes(features, of_target ? getpid() : getppid(), faults) - bare;
}

/* On kernels that preempt BPF programs, each end of a fault may have further programs */
static void instance_cost(long faults, double bare)
{
	struct features two = { .module = true, .instances = 2 };
	struct features three = { .module = true, .instances = 3 };

	print_cost("fault-target-two", "pgtop with two instances, its process", 0,
		   added(two, true, faults, bare), NULL, NAN);
	print_cost("fault-other-two", "pgtop with two instances, other process", 0,
		   added(two, false, faults, bare), NULL, NAN);
	print_cost("fault-target-three", "pgtop with three instances, its process", 0,
		   added(three, true, faults, bare), NULL, NAN);
	print_cost("fault-other-three", "pgtop with three instances, other process", 0,
		   added(three, false, faults, bare), NULL, NAN);
}

/* Write the file in large pieces, which large folios take where the file system has them */
static bool file_create(const char *path)
{
	char *piece = aligned_alloc(PIECE, PIECE);
	bool done = piece;

	file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (done)
		memset(piece, 1, PIECE);
	for (int i = 0; i < PIECES && done; i++)
		done = write(file, piece, PIECE) == PIECE;
	free(piece);
	return done && !fsync(file);
}

/*
 * A read of a file maps further pages: those of a window, and whole large folios. The probes
 * count them.
 */
static void file_cost(long faults)
{
	const char *scratch = getenv("PGWALK_SCRATCH");
	struct row bare = {
		.key = "fault-file", .what = "a minor read fault of a file on ext4, nothing attached",
		.unit = "instructions", .limit = -1, .theirs = NAN, .ours = NAN,
	};
	struct features features = { .module = true, .fault = file_faults };
	char path[256];

	snprintf(path, sizeof(path), "%s/bench", scratch ? scratch : "/tmp");
	if (scratch && file_create(path)) {
		a_fault_with(NULL, file_faults, PIECES);
		bare.ours = a_fault_with(NULL, file_faults, faults);
	}
	row_print(&bare);
	print_cost("fault-target-file", "pgtop, to a read fault of a file of its process", 0,
		   isnan(bare.ours) ? NAN : added(features, true, faults, bare.ours), NULL, NAN);
	features.module = false;
	print_cost("fault-target-file-alone", "pgtop without pgwalk.ko, the same fault", 0,
		   isnan(bare.ours) ? NAN : added(features, true, faults, bare.ours), NULL, NAN);
	close(file);
	unlink(path);
}

void fault_cost(long faults, const char *bpftrace, const char *perf)
{
	const struct peer by_comm = {
		"bpftrace, counting by comm", "handle_mm_fault",
		{ bpftrace, "-e", "kprobe:handle_mm_fault { @[comm] = count(); }" },
	};
	const struct peer record = {
		"perf record -e page-faults -c 1 -d", NULL,
		/* with a buffer for all events: a lost event would cost less */
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
	row_print(&bare);
	theirs = with_peer(&by_comm, faults, 0) - bare.ours;
	print_cost("fault-target", "pgtop, to a fault of its process", 0.70,
	     with_probes((struct features){ .module = true }, getpid(), faults) - bare.ours,
	     &by_comm, theirs);
	print_cost("fault-target-alone", "pgtop without pgwalk.ko, its process", 0,
	     with_probes((struct features){}, getpid(), faults) - bare.ours, &by_comm, theirs);
	print_cost("fault-target-threads", "pgtop with threads (-t), its process", 0.85,
	     with_probes((struct features){ .module = true, .threads = true }, getpid(), faults) -
	     bare.ours, &by_comm, theirs);
	print_cost("fault-all", "pgtop, to a fault of any process if all are watched", 0.85,
	     with_probes((struct features){ .module = true, .all = true }, getpid(), faults) -
	     bare.ours, &by_comm, theirs);
	print_cost("fault-other", "pgtop, to a fault of any other process", 0.40,
	     with_probes((struct features){}, getppid(), faults) - bare.ours, &by_comm, theirs);
	print_cost("fault-other-stacks", "pgtop, other process, stacks and threads", 0.40,
	     with_probes((struct features){ .stacks = true, .threads = true }, getppid(), faults) -
	     bare.ours, &by_comm, theirs);
	events = with_probes((struct features){ .module = true, .events = true }, getpid(), faults) -
		 bare.ours;
	print_cost("fault-target-events", "pgtop with per-fault events, its process", 1.4, events,
	     &by_comm, theirs);
	print_cost("fault-target-perf", "the same, compared with perf record", 0, events,
	     &record, with_peer(&record, faults, 0) - bare.ours);
	unlink("/tmp/bench.perf");
	stack_cost(faults, bpftrace);
	tlb_cost(faults);
	instance_cost(faults, bare.ours);
	file_cost(faults / 10);
}
