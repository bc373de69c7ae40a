// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Sends all requests to pgwalk at once, for processes that change their memory in every way
 * while the module is unloaded and loaded, and for a process that does not change; all
 * pages of the latter are known. Prints the number of each kind of work as TAP. It does not restore
 * settings of the machine: run it in a guest.
 *
 *	torture [-s SEED] [-n] [SECONDS]
 *
 * -n: without BPF, for guests with a thread for each CPU. The seed repeats all random
 * numbers of a run, but not the order of the threads.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <kselftest.h>

#include "sentinel_checks.h"
#include "kfuncs.h"
#include "module_gate.h"
#include "machine.h"
#include "special.h"
#include "counts.h"
#include "targets.h"
#include "walkers.h"

#define TURN_SECONDS	3	/* between two reloads of the module */
#define PUSH_SECONDS	2	/* between two compactions */
#define LONGER		600	/* seconds more if some kind of work was not done yet */
#define REST		2	/* sleep after the checks, times their CPU time */
#define REPORT_SECONDS	60	/* between two lines of progress */
#define NICE		-10	/* of the thread that checks, because the others are many */
#define LEFT_PAGES	1024	/* of 4K that may remain allocated after the run */
#define LEFT_SECONDS	20	/* for killed processes to be freed */

static bool with_bpf = true;
static unsigned int seconds = 20;
static uint64_t seed;
static int counts_fd, huge_file;

static void nothing(void)
{
}

static void lack_bpf(void)
{
	counts_set_unavailable(COUNTS_KFUNC_PROBE);
	counts_set_unavailable(COUNTS_KFUNC_PRESENT);
	counts_set_unavailable(COUNTS_PGTOP);
	counts_set_unavailable(COUNTS_CHECK_KFUNC);
}

static void parse(int argc, char **argv)
{
	int option;

	seed = (uint64_t)time(NULL);
	while ((option = getopt(argc, argv, "s:n")) != -1) {
		if (option == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (option == 'n')
			with_bpf = false;
		else
			exit(2);
	}
	if (optind < argc)
		seconds = (unsigned int)atoi(argv[optind]);
}

static void set_up_machine(void)
{
	const char *build = getenv("PGWALK_BUILD");
	char workload[300];

	snprintf(workload, sizeof(workload), "%s/selftests/workloads/workload",
		 build ? build : "build");
	machine_set_up(workload);
	huge_file = special_create_file();
}

/*
 * Start the sentinel first, because its pages must exist before anything moves memory.
 * Return NULL or the reason of the failure.
 */
static const char *set_up(struct sentinel **sentinel)
{
	counts_fd = counts_create(seed);
	if (counts_fd < 0)
		return "no shared memory";
	*sentinel = sentinel_start();
	if (!*sentinel)
		return "the sentinel cannot be started";
	set_up_machine();
	if (!sentinel_locate(*sentinel))
		return "the pages of the sentinel have moved";
	if (!sentinel_checks_record(*sentinel))
		return "the sentinel cannot be read";
	if (!kfuncs_hold_page())
		return "no page can be locked";
	return module_gate_init(getenv("PGWALK_KO")) ? NULL : "PGWALK_KO names no module";
}

/* On a busy machine some kinds of work may take longer than the run */
static bool is_over(time_t start)
{
	time_t passed = time(NULL) - start;

	return atomic_load(&counts->failures) || passed >= LONGER + (time_t)seconds ||
	       (passed >= (time_t)seconds && counts_is_complete());
}

/* Return the time of the next reload: the module is loaded most of the time on any machine */
static time_t take_turn(void)
{
	time_t began = time(NULL), now;

	module_gate_reload(with_bpf ? kfuncs_drop : nothing, with_bpf ? kfuncs_take : nothing);
	now = time(NULL);
	return now + TURN_SECONDS + 2 * (now - began);
}

/* Sleep, because this thread has priority and would starve the others */
static void rest(void)
{
	static struct timespec last;
	struct timespec now;
	useconds_t took;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	took = (useconds_t)((now.tv_sec - last.tv_sec) * 1000000 +
			    (now.tv_nsec - last.tv_nsec) / 1000);
	usleep(REST * took);
	last = now;
}

static void check(const struct sentinel *sentinel)
{
	sentinel_checks_run(sentinel);
	if (with_bpf)
		kfuncs_check();
	targets_check();
	rest();
}

static void run(const struct sentinel *sentinel)
{
	time_t start = time(NULL), turn = start + TURN_SECONDS, push = start, reported = start;

	setpriority(PRIO_PROCESS, 0, NICE);
	while (!is_over(start)) {
		check(sentinel);
		if (!prng_below(20))
			targets_replace(counts_fd, huge_file);
		if (time(NULL) >= push) {
			machine_push();
			push = time(NULL) + PUSH_SECONDS;
		}
		if (time(NULL) >= reported + REPORT_SECONDS) {
			reported = time(NULL);
			counts_print_progress((unsigned int)(reported - start));
		}
		if (time(NULL) >= turn && module_gate_is_unheld())
			turn = take_turn();
	}
}

/* A leaked reference to an address space would keep its pages allocated */
static bool pages_are_back(unsigned long before)
{
	unsigned long now = 0;

	for (int i = 0; i < LEFT_SECONDS * 10; i++, usleep(100000)) {
		now = machine_pages();
		if (now <= before + LEFT_PAGES)
			return true;
	}
	counts_fail("%lu pages are allocated after all processes exited; %lu were before", now, before);
	return false;
}

static void print_results(bool all_ended, bool pages_back)
{
	unsigned int failures = atomic_load(&counts->failures);

	ksft_test_result(!failures, "every result is right or well formed%s%s\n",
			 failures ? ": " : "", counts->failure);
	ksft_test_result(all_ended, "every thread and target ended\n");
	ksft_test_result(pages_back, "the memory of exited processes is freed\n");
	for (unsigned int kind = 0; kind < COUNTS_NR; kind++) {
		unsigned long done = atomic_load(&counts->done[kind]);

		if (!done && atomic_load(&counts->lacks[kind]))
			ksft_test_result_skip("%s: not on this machine\n", counts_text(kind));
		else
			ksft_test_result(done, "%s: %lu\n", counts_text(kind), done);
	}
}

/* Run everything at once, then end it and check that all memory is freed */
static void torture(struct sentinel *sentinel)
{
	unsigned long pages;
	bool ended, back;

	ksft_print_header();
	ksft_set_plan(COUNTS_NR + 3);
	ksft_print_msg("seed %llu, %u seconds\n", (unsigned long long)seed, seconds);
	if (with_bpf)
		kfuncs_take();
	else
		lack_bpf();
	pages = machine_pages();
	targets_start(counts_fd, huge_file);
	walkers_start(with_bpf);
	run(sentinel);
	atomic_store(&counts->over, true);
	ended = walkers_end();
	ended &= targets_end();
	machine_push();
	if (with_bpf)
		kfuncs_drop();
	back = pages_are_back(pages);
	sentinel_end(sentinel);
	print_results(ended, back);
	ksft_finished();
}

int main(int argc, char **argv)
{
	struct sentinel *sentinel = NULL;
	const char *problem;

	if (argc == 4 && !strcmp(argv[1], "--target") && counts_map(atoi(argv[2])))
		targets_live(atoi(argv[2]), atoi(argv[3]));
	parse(argc, argv);
	problem = set_up(&sentinel);
	if (problem)
		ksft_exit_fail_msg("%s\n", problem);
	torture(sentinel);
}
