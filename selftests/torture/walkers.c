// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Runs the threads that send requests. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "module_gate.h"
#include "counts.h"
#include "walkers.h"

#define PATIENCE	900	/* seconds for the last request, under emulation and checkers */

static const struct walker {
	const char *name;
	void (*once)(void);
} walkers[] = {
	{ "texts", texts_read }, { "texts", texts_read }, { "queries", queries_send },
	{ "calls", calls_make }, { "calls", calls_make }, { "calls", calls_make },
	{ "attach", attach_churn }, { "pgtop", pgtop_watch },
};

enum { NR = sizeof(walkers) / sizeof(walkers[0]) };

bool walkers_hold_nothing;

static pthread_t threads[NR];
static unsigned int nr_threads;

bool walkers_is_exit_error(int err)
{
	return err == -ENOENT || err == -ESRCH || err == -ENXIO || err == -EIO || err == -ENODEV;
}

static void *walk(void *arg)
{
	const struct walker *walker = arg;

	while (!atomic_load(&counts->over))
		walker->once();
	return NULL;
}

/* The last walker is pgtop */
void walkers_start(bool with_pgtop)
{
	nr_threads = with_pgtop ? NR : NR - 1;
	for (unsigned int i = 0; i < nr_threads; i++)
		pthread_create(&threads[i], NULL, walk, (void *)&walkers[i]);
}

bool walkers_end(void)
{
	struct timespec limit;
	bool ok = true;

	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += PATIENCE;
	for (unsigned int i = 0; i < nr_threads; i++)
		if (pthread_timedjoin_np(threads[i], NULL, &limit)) {
			counts_fail("a walker of %s does not end", walkers[i].name);
			ok = false;
		}
	return ok;
}
