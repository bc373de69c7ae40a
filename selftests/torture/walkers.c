// SPDX-License-Identifier: GPL-2.0
/* The threads that ask, and what becomes of them. It must not know what they ask. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "gate.h"
#include "tally.h"
#include "walkers.h"

#define PATIENCE	900	/* seconds for the last answer, under emulation and checkers */

static const struct walker {
	const char *name;
	void (*once)(void);
} walkers[] = {
	{ "texts", texts_read }, { "texts", texts_read }, { "queries", queries_ask },
	{ "calls", calls_ask }, { "calls", calls_ask }, { "calls", calls_ask },
	{ "attach", attach_churn }, { "pgtop", pgtop_watch },
};

enum { NR = sizeof(walkers) / sizeof(walkers[0]) };

bool walkers_hold_nothing;

static pthread_t threads[NR];
static unsigned int nr_threads;

bool walkers_may_be_gone(int err)
{
	return err == -ENOENT || err == -ESRCH || err == -ENXIO || err == -EIO || err == -ENODEV;
}

static void *walk(void *arg)
{
	const struct walker *walker = arg;

	while (!atomic_load(&tally->over))
		walker->once();
	return NULL;
}

/* The last one is pgtop */
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
			tally_fail("a walker of %s does not end", walkers[i].name);
			ok = false;
		}
	return ok;
}
