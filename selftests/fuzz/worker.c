// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Executes inputs one by one, keeps those with new edges, and stops at the first that breaks a rule. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "change.h"
#include "corpus.h"
#include "cover.h"
#include "oracle.h"
#include "run.h"
#include "splat.h"
#include "subject.h"
#include "worker.h"

#define CHECK_EVERY	256	/* executions between two checks of the target */
#define READ_ONE_IN	6	/* of the views: they take longest, and have few edges */

static struct subject subject;
static struct run run;
static struct corpus corpus;
static struct prng prng;
static struct worker_state *state;

static void fail(const char *why)
{
	snprintf(state->failure, sizeof(state->failure), "%s", why);
	exit(1);
}

static void check_subject(void)
{
	const char *wrong = subject_complaint(&subject);

	if (wrong)
		fail(wrong);
}

static __u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * 1000000000 + (__u64)ts.tv_nsec;
}

/* Return the number of new edges */
static unsigned int execute(const struct input *input)
{
	__u64 begun = now_ns();
	const char *wrong;
	unsigned int fresh;

	state->last[state->done % WORKER_LAST] = *input;
	__atomic_store_n(&state->done, state->done + 1, __ATOMIC_RELEASE);
	run_input(&run, input);
	fresh = cover_end();
	state->run[input->entry]++;
	state->succeeded[input->entry] += run.result >= 0;
	wrong = splat_new();
	if (wrong)
		fail(wrong);
	wrong = oracle_check(&run);
	if (wrong)
		fail(wrong);
	if (state->done % CHECK_EVERY == 0)
		check_subject();
	state->ns[input->entry] += now_ns() - begun;
	state->edges = cover_edges();
	state->points = cover_points();
	return fresh;
}

/* The files to replay, NULL-terminated. They stay open, because the number of open files is checked. */
static FILE **open_all(char *const *paths)
{
	size_t nr = 0;
	FILE **files;

	while (paths && paths[nr])
		nr++;
	files = calloc(nr + 1, sizeof(*files));
	if (!files)
		exit(2);
	for (size_t i = 0; i < nr; i++) {
		files[i] = fopen(paths[i], "re");
		if (!files[i])
			fail("cannot open the file to replay");
	}
	return files;
}

static void replay(FILE *file)
{
	struct input input;
	int got;

	while ((got = input_read(&input, file)) > 0)
		execute(&input);
	if (got < 0)
		fail("a line to replay is not a valid input");
}

static void run_seeds(void)
{
	unsigned int i;

	for (i = 0; i < corpus.nr; i++)
		execute(corpus.input[i]);
	state->seed_edges = cover_edges();
}

static void run_mutants(const struct worker_order *order)
{
	time_t end = time(NULL) + order->seconds;
	struct input input;

	while (state->done < order->executions &&
	       (!order->seconds || time(NULL) < end)) {
		input = *corpus_pick(&corpus, &prng);
		if (input.entry == ENTRY_READ && !prng_one_in(&prng, READ_ONE_IN))
			continue;
		mutate_input(&input, corpus_pick(&corpus, &prng), &prng);
		if (!execute(&input))
			continue;
		state->kept++;
		if (corpus_keep(&corpus, &input, &prng))
			fail("no memory for the corpus");
	}
}

void worker_run(const struct worker_order *order, struct worker_state *shared)
{
	FILE **file;

	state = shared;
	prng.state = order->seed;
	if (subject_create(&subject, order->delegated) || run_create(&run, &subject) ||
	    change_create() || splat_create() || corpus_create(&corpus))
		exit(2);
	state->covered = cover_create();
	state->ready = true;
	file = open_all(order->replay);
	subject_remember(&subject);
	for (; *file; file++)
		replay(*file);
	check_subject();
	state->replayed = true;
	if (!order->only_replay) {
		run_seeds();
		run_mutants(order);
	}
	check_subject();
	exit(0);
}
