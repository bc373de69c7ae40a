// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes add to a minor anonymous fault, of the target and of another
 * process. Each figure is asked for in a state that was checked: the probes counted
 * the faults, or did not.
 */
#define _GNU_SOURCE
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collect/bpf.h"
#include "fault_cost.h"
#include "meter.h"
#include "row.h"
#include "subject.h"

#define PAGES		256L
#define ATTACH_SECONDS	20	/* of guest time: bpftrace compiles first */

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
static double a_fault(long faults)
{
	long rounds = faults / PAGES + 1;
	double *took = calloc(rounds, sizeof(*took)), median;

	for (long r = 0; r < rounds; r++)
		took[r] = once();
	median = meter_middle(took, rounds);
	free(took);
	return median;
}

static int add_up(void *ctx, const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row)
{
	(void)key;
	*(__u64 *)ctx += row->count;
	return 0;
}

static double with_probes(bool module, pid_t target, long faults)
{
	struct probes_cfg cfg = { .ask_module = module };
	__u64 counted = 0;
	struct probes *p;
	char why[256];
	double cost;

	if (probes__create(&p, &cfg, why, sizeof(why))) {
		fprintf(stderr, "bench: %s\n", why);
		return NAN;
	}
	if ((module && !probes__has_module(p)) || probes__watch(p, target)) {
		probes__destroy(p);
		return NAN;
	}
	a_fault(PAGES);
	cost = a_fault(faults);
	probes__settle(p);
	probes__drain(p, add_up, &counted);
	probes__destroy(p);
	if ((counted >= (__u64)faults) == (target == getpid()))
		return cost;
	fprintf(stderr, "bench: the probes counted %llu faults\n", (unsigned long long)counted);
	return NAN;
}

static double with_bpftrace(const char *bpftrace, long faults)
{
	pid_t pid = fork();
	double cost;

	if (!pid) {
		execl(bpftrace, "bpftrace", "-e",
		      "kprobe:handle_mm_fault { @[comm] = count(); }", NULL);
		_exit(127);
	}
	sleep(ATTACH_SECONDS);
	cost = waitpid(pid, NULL, WNOHANG) ? NAN : a_fault(faults);
	kill(pid, SIGINT);
	waitpid(pid, NULL, 0);
	return cost;
}

static void tell(const char *key, const char *what, double target, double ours, double theirs)
{
	const struct row row = {
		.key = key, .what = what, .unit = "instructions added to a fault",
		.peer = "bpftrace, counting by comm", .target = target, .limit = -1,
		.ours = ours, .theirs = theirs,
	};

	row_tell(&row);
}

void fault_cost(long faults, const char *bpftrace)
{
	struct row bare = {
		.key = "fault", .what = "a minor anonymous fault, nothing attached",
		.unit = "instructions", .limit = -1, .theirs = NAN,
	};
	double theirs = NAN;

	a_fault(faults);
	bare.ours = a_fault(faults);
	row_tell(&bare);
	if (bpftrace)
		theirs = with_bpftrace(bpftrace, faults) - bare.ours;
	tell("fault-target", "pgtop, to a fault of its process", 1.0,
	     with_probes(true, getpid(), faults) - bare.ours, theirs);
	tell("fault-target-alone", "the same without pgwalk.ko", 0,
	     with_probes(false, getpid(), faults) - bare.ours, theirs);
	tell("fault-other", "pgtop, to a fault of any other process", 0.40,
	     with_probes(false, getppid(), faults) - bare.ours, theirs);
}
