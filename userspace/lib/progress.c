// SPDX-License-Identifier: GPL-2.0
/*
 * Writes how far something is to stderr, if that is a terminal and nothing came
 * for a second. A thread of its own, for one call may take long. It never
 * touches stdout.
 */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

/**
 * struct progress - what is waited for
 * @lock: of all of it
 * @wake: @ended was set
 * @what: in words, not owned
 * @done: so much
 * @total: of so much; 0: not known
 * @quiet: output came meanwhile, and shows by itself how far it is
 * @shown: a line stands on the terminal
 * @ended: the thread is to end
 */
struct progress {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	const char *what;
	uint64_t done;
	uint64_t total;
	bool quiet;
	bool shown;
	bool ended;
};

static void erase(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}

static void show(struct progress *p)
{
	if (p->total)
		fprintf(stderr, "\r\033[K%s: %u %%", p->what,
			(unsigned int)(100.0 * ((double)p->done /
						(double)p->total)));
	else
		fprintf(stderr, "\r\033[K%s ...", p->what);
	p->shown = true;
}

static void *watch(void *ctx)
{
	struct progress *p = ctx;
	struct timespec at;

	clock_gettime(CLOCK_REALTIME, &at);
	pthread_mutex_lock(&p->lock);
	while (!p->ended) {
		at.tv_sec++;
		while (!p->ended &&
		       !pthread_cond_timedwait(&p->wake, &p->lock, &at))
			;
		if (!p->ended && !p->quiet)
			show(p);
		p->quiet = false;
	}
	erase(p);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/**
 * progress__create - begin to wait
 * @what: for what, to outlive this
 *
 * Return: NULL if nobody would see it, or there is no memory: fine everywhere.
 */
struct progress *progress__create(const char *what)
{
	sigset_t all, before;
	struct progress *p;
	int err;

	if (!isatty(STDERR_FILENO))
		return NULL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->what = what;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	/* signals are the main thread's */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&p->thread, NULL, watch, p);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err) {
		free(p);
		return NULL;
	}
	return p;
}

/** progress__destroy - end of the wait: the terminal is as before */
void progress__destroy(struct progress *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->ended = true;
	pthread_cond_signal(&p->wake);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/**
 * progress__set - tell how far it is
 * @p: may be NULL
 * @done: so much
 * @total: of so much; 0: not known
 */
void progress__set(struct progress *p, uint64_t done, uint64_t total)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->done = done;
	p->total = total;
	pthread_mutex_unlock(&p->lock);
}

/** progress__output - output is about to come: make room for it */
void progress__output(struct progress *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	erase(p);
	p->quiet = isatty(STDOUT_FILENO);
	pthread_mutex_unlock(&p->lock);
}
