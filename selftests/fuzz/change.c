// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Changes bytes of an argument from another thread while a call reads them. */
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdatomic.h>
#include <string.h>

#include "change.h"

static struct {
	unsigned char *at;
	size_t width;
	unsigned char before[8], after[8];
} job;
static atomic_bool going;
static sem_t begin, end;

static void await(sem_t *sem)
{
	while (sem_wait(sem))
		;
}

static void *change(void *arg)
{
	for (;;) {
		await(&begin);
		while (atomic_load(&going)) {
			memcpy(job.at, job.after, job.width);
			memcpy(job.at, job.before, job.width);
		}
		sem_post(&end);
	}
	return arg;
}

int change_create(void)
{
	pthread_t thread;

	sem_init(&begin, 0, 0);
	sem_init(&end, 0, 0);
	return pthread_create(&thread, NULL, change, NULL) ? -1 : 0;
}

void change_begin(void *at, size_t width, __u64 to)
{
	job.at = at;
	job.width = width;
	memcpy(job.before, at, width);
	memcpy(job.after, &to, width);
	atomic_store(&going, true);
	sem_post(&begin);
	/* The thread may start late; then the call sees no change */
	for (int i = 0; i < 3000 && !memcmp(at, job.before, width); i++)
		atomic_signal_fence(memory_order_seq_cst);
}

void change_end(void)
{
	atomic_store(&going, false);
	await(&end);
}
