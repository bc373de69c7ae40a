// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the module: random and mutated questions through every way into it,
 * guided by KCOV where the module was built for it. TAP. Not for a machine that is
 * needed: a mistake that it finds may be the kernel's last.
 *
 *	fuzz [-n EXECUTIONS] [-t SECONDS] [-s SEED] [FILE...]
 *	fuzz --replay FILE
 *
 * FILEs hold inputs that found something once, a line each; they are run first.
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

/* A task that the kernel kills shall not end the guest before it was told which input it was */
static void survive_oops(void)
{
	int fd = open("/proc/sys/kernel/panic_on_oops", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		printf("# an oops will end this machine: see the seed\n");
	if (fd >= 0)
		close(fd);
}

static void tell_progress(const struct worker_state *state, double seconds)
{
	printf("# %llu executions, %.0f s, %.0f/s, %u edges, %u points\n",
	       state->done, seconds, (double)state->done / seconds, state->edges,
	       state->points);
	fflush(stdout);
}

static void tell_last(const struct worker_state *state)
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

/* The status of the worker; -1: it went on no more */
static int await(pid_t pid, const struct worker_state *state, double started)
{
	double moved = started, told = started;
	__u64 before = 0;
	int status;

	while (waitpid(pid, &status, WNOHANG) != pid) {
		usleep(20000);
		if (state->done != before) {
			before = state->done;
			moved = now();
		}
		if (now() - told > TELL_SECONDS) {
			told = now();
			tell_progress(state, told - started);
		}
		if (now() - moved < STUCK_SECONDS)
			continue;
		kill(pid, SIGKILL);
		return -1;
	}
	return status;
}

static void judge(int number, bool good, const char *claim)
{
	printf("%sok %d - %s\n", good ? "" : "not ", number, claim);
}

static void tell_doors(const struct worker_state *state)
{
	int door;

	for (door = 0; door < DOOR_NR; door++)
		printf("# %-9s %-9s %7llu executions, %7llu without an error, %7.3f ms each\n",
		       doors[door].name, doors[door].file ?: "", state->run[door],
		       state->succeeded[door], (double)state->ns[door] / 1e6 /
		       (double)(state->run[door] ?: 1));
}

static void tell_failure(const struct worker_state *state, int status)
{
	const char *what = state->failure;

	if (status < 0)
		what = "it hangs";
	else if (!*what)
		what = "the worker was killed";
	printf("# %s\n", what);
	tell_last(state);
}

static int tell(const struct worker_state *state, int status, double seconds)
{
	bool good = !status;
	bool guided = state->edges > state->seed_edges || order.only_replay;

	tell_doors(state);
	printf("# fuzz: %llu executions in %.1f s, %.0f/s; %u edges (%u of the good inputs), %u points, %u inputs kept; seed %llu\n",
	       state->done, seconds, (double)state->done / seconds, state->edges,
	       state->seed_edges, state->points, state->kept, order.seed);
	if (!good)
		tell_failure(state, status);
	if (*order.replay)
		judge(1, state->replayed, "inputs that found something once keep the rules");
	else
		printf("ok 1 - inputs that found something once # SKIP none were named\n");
	judge(2, good, "random inputs keep the rules, and the kernel has nothing to say");
	if (state->covered)
		judge(3, guided, "more ways are found than the good inputs go");
	else
		printf("ok 3 - more ways are found # SKIP this kernel has no KCOV\n");
	return good && (guided || !state->covered) ? 0 : 1;
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "replay", no_argument, NULL, 'r' }, { 0 }
	};
	int c;

	order.seed = (__u64)time(NULL);
	while ((c = getopt_long(argc, argv, "n:t:s:", options, NULL)) >= 0) {
		if (c == 'n')
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
	state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (state == MAP_FAILED)
		return 1;
	printf("TAP version 13\n");
	survive_oops();
	printf("# seed %llu\n", order.seed);
	fflush(stdout);
	pid = fork();
	if (!pid)
		worker_run(&order, state);
	status = await(pid, state, started);
	if (!state->ready) {
		printf("Bail out! there is nothing to fuzz: is the module loaded?\n");
		return 1;
	}
	printf("1..3\n");
	return tell(state, status, now() - started);
}
