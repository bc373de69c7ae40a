// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Fuzzes the module: random and mutated inputs through every entry point, guided by KCOV if the
 * module is instrumented. TAP. For a guest only: a mistake that it finds may crash the kernel.
 *
 *	fuzz [-d] [-n EXECUTIONS] [-t SECONDS] [-s SEED] [FILE...]
 *	fuzz --replay FILE
 *
 * With -d the device is opened without CAP_SYS_ADMIN, and the module is loaded again with delegate=1.
 * FILEs hold inputs that have found mistakes, a line each; they are run first.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kselftest.h>

#include "../lib/loader.h"
#include "worker.h"

#define STUCK_SECONDS	60
#define TELL_SECONDS	30

static struct worker_order order = { .executions = 20000 };

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* An oops must kill the worker only, so that the parent can print the input */
static void survive_oops(void)
{
	int fd = open("/proc/sys/kernel/panic_on_oops", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		printf("# an oops will end this machine: repeat with the seed\n");
	if (fd >= 0)
		close(fd);
}

static void print_progress(const struct worker_state *state, double seconds)
{
	printf("# %llu executions, %.0f s, %.0f/s, %u edges, %u points\n",
	       state->done, seconds, (double)state->done / seconds, state->edges,
	       state->points);
	fflush(stdout);
}

static void print_last(const struct worker_state *state)
{
	__u64 first = state->done > WORKER_LAST ? state->done - WORKER_LAST : 0, i;
	char text[INPUT_TEXT];

	printf("# seed %llu, execution %llu; the last inputs, for --replay:\n",
	       order.seed, state->done);
	for (i = first; i < state->done; i++) {
		input_write(&state->last[i % WORKER_LAST], text);
		printf("# %s\n", text);
	}
}

/* Return the status of the worker; -1 if it hung */
static int await(pid_t pid, const struct worker_state *state, double started)
{
	double moved = started, size = started;
	__u64 before = 0;
	int status;

	while (waitpid(pid, &status, WNOHANG) != pid) {
		usleep(20000);
		if (state->done != before) {
			before = state->done;
			moved = now();
		}
		if (now() - size > TELL_SECONDS) {
			size = now();
			print_progress(state, size - started);
		}
		if (now() - moved < STUCK_SECONDS)
			continue;
		kill(pid, SIGKILL);
		return -1;
	}
	return status;
}

static void print_entrypoints(const struct worker_state *state)
{
	int entry;

	for (entry = 0; entry < ENTRY_NR; entry++)
		printf("# %-9s %-9s %7llu executions, %7llu without an error, %7.3f ms each\n",
		       entrypoints[entry].name, entrypoints[entry].file ?: "", state->run[entry],
		       state->succeeded[entry], (double)state->ns[entry] / 1e6 /
		       (double)(state->run[entry] ?: 1));
}

static void print_failure(const struct worker_state *state, int status)
{
	const char *what = state->failure;

	if (status < 0)
		what = "the worker hung";
	else if (!*what)
		what = "the worker was killed";
	printf("# %s\n", what);
	print_last(state);
}

static void print_results(const struct worker_state *state, int status, double seconds)
{
	bool good = !status;
	bool guided = state->edges > state->seed_edges || order.only_replay;

	print_entrypoints(state);
	printf("# fuzz: %llu executions in %.1f s, %.0f/s; %u edges (%u of the good inputs), %u points, %u inputs kept; seed %llu\n",
	       state->done, seconds, (double)state->done / seconds, state->edges,
	       state->seed_edges, state->points, state->kept, order.seed);
	if (!good)
		print_failure(state, status);
	if (*order.replay)
		ksft_test_result(state->replayed, "inputs that found mistakes keep the rules\n");
	else
		ksft_test_result_skip("inputs that found mistakes: no file given\n");
	ksft_test_result(good, "random inputs keep the rules and cause no kernel complaint\n");
	if (state->covered)
		ksft_test_result(guided, "random inputs reach edges that the valid ones do not\n");
	else
		ksft_test_result_skip("random inputs reach new edges: this kernel has no KCOV\n");
	ksft_finished();
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "replay", no_argument, NULL, 'r' }, { 0 }
	};
	int c;

	order.seed = (__u64)time(NULL);
	while ((c = getopt_long(argc, argv, "dn:t:s:", options, NULL)) >= 0) {
		if (c == 'd')
			order.delegated = true;
		else if (c == 'n')
			order.executions = strtoull(optarg, NULL, 0);
		else if (c == 't')
			order.seconds = (unsigned int)atoi(optarg);
		else if (c == 's')
			order.seed = strtoull(optarg, NULL, 0);
		else if (c == 'r')
			order.only_replay = true;
		else
			exit(2);
	}
	order.replay = argv + optind;
}

int main(int argc, char **argv)
{
	struct worker_state *state;
	double started = now();
	int status;
	pid_t pid;

	parse(argc, argv);
	if (order.delegated && !loader_is_delegated() &&
	    (!loader_unload_soon(10) || loader_load_with("delegate=1")))
		return 1;
	state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (state == MAP_FAILED)
		return 1;
	ksft_print_header();
	survive_oops();
	printf("# seed %llu\n", order.seed);
	fflush(stdout);
	pid = fork();
	if (!pid)
		worker_run(&order, state);
	status = await(pid, state, started);
	if (!state->ready)
		ksft_exit_fail_msg("the fuzzer cannot start: is the module loaded?\n");
	ksft_set_plan(3);
	print_results(state, status, now() - started);
}
