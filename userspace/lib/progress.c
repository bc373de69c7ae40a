// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Shows the progress of a slow command on stderr, if stderr is a terminal and no output came for a
 * second. Uses a thread, because a single ioctl can take long.
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
 * struct progress - progress of a command
 * @thread: writes to the terminal
 * @lock: protects all members
 * @wake: signalled when @ended is set
 * @what: name of the activity, not owned
 * @done: completed amount
 * @total: whole amount; 0: not known
 * @quiet: output came in this second, which shows the progress by itself
 * @shown: a line is on the terminal
 * @ended: the thread must exit
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
 * progress__create - begin to show progress
 * @what: name of the activity; must outlive the object
 *
 * Return: the progress; NULL: stderr is not a terminal, or no memory. All functions accept NULL.
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
	/* signals are handled by the main thread */
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

/** progress__destroy - erase the line and end the thread */
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
 * progress__set - update the progress
 * @p: may be NULL
 * @done: completed amount
 * @total: whole amount; 0: not known
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

/** progress__output - erase the line before output */
void progress__output(struct progress *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	erase(p);
	p->quiet = isatty(STDOUT_FILENO);
	pthread_mutex_unlock(&p->lock);
}
