// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A process with threads that fault on request, and sums of the rows of threads and processes.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_threads.h"
#include "../lib/sizes.h"

#define ROUNDS	64


bool is_all(__u64 n, __u64 all)
{
	return kernel_preempts() ? n <= all : n == all;
}

struct found *found_at(struct scope_rows *h, __u32 scope, __s32 id)
{
	int i;

	for (i = 0; i < h->nr; i++)
		if (h->found[i].scope == scope && h->found[i].id == id)
			return &h->found[i];
	if (h->nr == 1024)
		return &h->found[0];
	h->found[h->nr].scope = scope;
	h->found[h->nr].id = id;
	return &h->found[h->nr++];
}

static int row_take(void *ctx, const struct pgwalk_fault_key *key,
		     const struct pgwalk_fault_row *row)
{
	struct scope_rows *h = ctx;
	struct found *f;

	if (key->class >= PGWALK_FAULT_SIGNAL_FIRST)
		return 0;		/* the kernel does not count failed faults */
	fault_counts__add_row(key->scope == PGWALK_SCOPE_THREAD ? &h->threads : &h->all, key, row);
	if (key->scope == PGWALK_SCOPE_MAPPING)
		return 0;
	f = found_at(h, key->scope, key->id);
	f->count += row->count;
	f->major += row->major;
	f->anon_new += key->class == PGWALK_FAULT_ANON_NEW ? row->count : 0;
	f->ended |= !!(row->kind & PGWALK_TASK_ENDED);
	if (row->name[0])
		memcpy(f->name, row->name, sizeof(f->name));
	return 0;
}

void scope_rows__drain(struct probes *p, struct scope_rows *h)
{
	if (probes__settle(p) || probes__drain(p, row_take, h))
		tap(false, "settled and drained");
}

struct worker {
	int number, go, done;
	char *area;
};

static void *worker_run(void *arg)
{
	struct worker *h = arg;
	pid_t tid = syscall(SYS_gettid);
	char name[16], c;
	long at = 0;

	snprintf(name, sizeof(name), "work-%d", h->number);
	prctl(PR_SET_NAME, name);
	if (write(h->done, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	while (read(h->go, &c, 1) == 1 && c == 't') {
		for (int i = 0; i < TIMES; i++)
			h->area[at++ * PAGE] = 1;
		if (write(h->done, &tid, sizeof(tid)) != sizeof(tid))
			_exit(1);
	}
	_exit(0);
}

/* Make the kernel give this id to the next thread, if it is free */
static void number_next(pid_t tid)
{
	FILE *f = fopen("/proc/sys/kernel/ns_last_pid", "w");

	if (!f || fprintf(f, "%d", tid - 1) < 0 || fclose(f))
		_exit(1);
}

static void crew_run(int (*go)[2], int done, int apart)
{
	static struct worker hands[NR_THREADS];
	pthread_t thread;
	int i;

	for (i = NR_THREADS - 1; i >= 0; i--) {
		hands[i] = (struct worker){ .number = i, .go = go[i][0], .done = done };
		hands[i].area = mmap(NULL, TIMES * ROUNDS * PAGE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		madvise(hands[i].area, TIMES * ROUNDS * PAGE, MADV_NOHUGEPAGE);
		if (!i)
			worker_run(&hands[0]);
		if (apart)
			number_next(getpid() + i * apart);
		if (pthread_create(&thread, NULL, worker_run, &hands[i]))
			_exit(1);
	}
}

static void crew_rest(const struct fault_threads *c)
{
	while (!threads_at_rest(c->pid))
		usleep(1000);
}

void fault_threads__start(struct fault_threads *c)
{
	fault_threads__start_apart(c, 0);
}

void fault_threads__start_apart(struct fault_threads *c, int apart)
{
	int go[NR_THREADS][2], done[2], i;
	pid_t tid;

	for (i = 0; i < NR_THREADS; i++)
		if (pipe2(go[i], O_CLOEXEC))
			exit(1);
	if (pipe2(done, O_CLOEXEC))
		exit(1);
	fflush(stdout);
	c->pid = fork();
	if (!c->pid) {
		for (i = 0; i < NR_THREADS; i++)
			close(go[i][1]);
		crew_run(go, done[1], apart);
	}
	close(done[1]);
	c->done = done[0];
	for (i = 0; i < NR_THREADS; i++) {
		close(go[i][0]);
		c->go[i] = go[i][1];
	}
	for (i = 0; i < NR_THREADS; i++)
		if (read(c->done, &tid, sizeof(tid)) == sizeof(tid))
			c->tid[i] = tid;
	crew_rest(c);
}

void fault_threads__touch(struct fault_threads *c)
{
	pid_t tid;
	int i;

	for (i = 0; i < NR_THREADS; i++)
		if (write(c->go[i], "t", 1) != 1)
			tap(false, "a thread is woken to touch");
	for (i = 0; i < NR_THREADS; i++)
		if (read(c->done, &tid, sizeof(tid)) != sizeof(tid))
			tap(false, "touched");
	crew_rest(c);
}

void fault_threads__end(struct fault_threads *c)
{
	siginfo_t info;
	int i;

	/* Closing the pipe is not enough, because later threads inherit it */
	if (write(c->go[0], "q", 1) != 1)
		tap(false, "the leader is woken to end");
	for (i = 0; i < NR_THREADS; i++)
		close(c->go[i]);
	close(c->done);
	waitid(P_PID, c->pid, &info, WEXITED | WNOWAIT);
}

void fault_threads__reap(struct fault_threads *c)
{
	waitpid(c->pid, NULL, 0);
}

struct probes *scope_open(enum probes_scope scope, int cgroup, __u32 rows)
{
	struct probes_cfg cfg = {
		.use_module = true, .scope = scope, .cgroup = cgroup, .max_rows = rows,
	};
	struct probes *p = NULL;
	char why[256];

	if (probes__create(&p, &cfg, why, sizeof(why)))
		bail_out("the probes", why);
	return p;
}

void process_check(struct probes *p, struct scope_rows *h, pid_t pid, const struct truth *base,
			  const char *what)
{
	struct truth now;
	struct found *f;
	int i;

	truth__read(&now, pid);
	/* The threads are freed a grace period after their exit */
	for (i = 0; i < 200; i++) {
		scope_rows__drain(p, h);
		f = found_at(h, PGWALK_SCOPE_PROCESS, pid);
		if (f->count >= now.minor + now.major - base->minor - base->major)
			break;
		usleep(20000);
	}
	tap(f->count - f->major == now.minor - base->minor && f->major == now.major - base->major,
	    "%s: %llu+%llu faults, the kernel counted %llu+%llu", what, f->count - f->major,
	    f->major, now.minor - base->minor, now.major - base->major);
}
