// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Faults counted by thread, and by process when all processes are watched: each row equals
 * the kernel's count of that thread or process exactly.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_threads.h"

/* Tasks with ids this far apart share a slot in the maps of the probes: SLOTS_ONE, SLOTS_MANY */
#define APART_ONE	4096
#define APART_MANY	16384

static void name_is(const struct found *f, pid_t pid, const char *what)
{
	char path[64], comm[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "r");
	if (file && fgets(comm, sizeof(comm), file))
		comm[strcspn(comm, "\n")] = 0;
	if (file)
		fclose(file);
	tap(comm[0] && !strcmp(comm, f->name), "%s: its name is \"%s\" (%s)", what, comm, f->name);
}

/* Allow task ids that are far apart */
static void numbers_raise(void)
{
	FILE *f = fopen("/proc/sys/kernel/pid_max", "w");

	tap(f && fputs("4194304", f) >= 0 && !fclose(f), "task ids can go up to 4194304");
}

static bool is_apart(const struct fault_threads *c, int apart)
{
	int i;

	for (i = 0; i < NR_THREADS; i++)
		if (apart && (c->tid[i] - c->pid) % apart)
			return false;
	return true;
}

static void threads_check(int apart)
{
	struct truth before[NR_THREADS], after;
	struct scope_rows h = {}, quiet = {};
	struct probes *p = scope_open(PROBES_PROCESS, -1, 0);
	struct probes_counts counts;
	struct fault_threads c;
	int i;

	fault_threads__start_apart(&c, apart);
	tap(is_apart(&c, apart), "threads: their ids are %d apart", apart);
	tap(!probes__watch(p, c.pid), "threads: watched");
	probes__count_threads(p, true);
	for (i = 0; i < NR_THREADS; i++)
		truth__read_thread(&before[i], c.pid, c.tid[i]);
	fault_threads__touch(&c);
	scope_rows__drain(p, &h);
	for (i = 0; i < NR_THREADS; i++) {
		struct found *f = found_at(&h, PGWALK_SCOPE_THREAD, c.tid[i]);

		truth__read_thread(&after, c.pid, c.tid[i]);
		tap(f->count - f->major == after.minor - before[i].minor &&
		    f->major == after.major - before[i].major && is_all(f->anon_new, TIMES),
		    "thread %d: %llu+%llu faults, %llu anon-new, the kernel counted %llu+%llu",
		    i, f->count - f->major, f->major, f->anon_new,
		    after.minor - before[i].minor, after.major - before[i].major);
		tap(!strncmp(f->name, "work-", 5), "thread %d: its name is %s", i, f->name);
	}
	tap(h.nr == NR_THREADS && h.threads.total == h.all.total && !h.threads.bad_rows,
	    "threads: %d have rows with %llu faults in all, as many as the rows of mappings (%llu)",
	    h.nr, h.threads.total, h.all.total);
	probes__count_threads(p, false);
	fault_threads__touch(&c);
	scope_rows__drain(p, &quiet);
	tap(!quiet.nr && quiet.all.total >= NR_THREADS * TIMES,
	    "threads: no rows when they are not requested (%d), mappings have rows (%llu)", quiet.nr,
	    quiet.all.total);
	fault_threads__end(&c);
	probes__counts(p, &counts);
	tap(!counts.lost && !counts.folded, "threads: nothing lost, no mapping folded");
	probes__destroy(p);
	fault_threads__reap(&c);
}

static int nr_ended(struct scope_rows *h, const struct fault_threads *c)
{
	int i, n = 0;

	for (i = 0; i < NR_THREADS; i++)
		n += found_at(h, PGWALK_SCOPE_THREAD, c->tid[i])->ended;
	return n;
}

/* The leader remains as a zombie until it is waited for */
static void threads_end_check(void)
{
	struct probes *p = scope_open(PROBES_PROCESS, -1, 0);
	struct scope_rows h = {}, last = {};
	struct probes_counts counts;
	struct fault_threads c;
	int i;

	fault_threads__start(&c);
	probes__watch(p, c.pid);
	probes__count_threads(p, true);
	fault_threads__touch(&c);
	scope_rows__drain(p, &h);
	tap(h.nr == NR_THREADS && !nr_ended(&h, &c), "end: no row of %d threads is marked as ended", h.nr);
	fault_threads__touch(&c);
	fault_threads__end(&c);
	for (i = 0; i < 6000; i++) {
		probes__counts(p, &counts);
		if (counts.freed_tasks >= NR_THREADS - 1)
			break;
		usleep(10000);
	}
	usleep(100000);
	scope_rows__drain(p, &last);
	tap(nr_ended(&last, &c) == NR_THREADS - 1 &&
	    !found_at(&last, PGWALK_SCOPE_THREAD, c.pid)->ended && last.nr == NR_THREADS,
	    "end: the rows of %d of %d threads are marked, but not the leader's", nr_ended(&last, &c), last.nr);
	probes__destroy(p);
	fault_threads__reap(&c);
}

/* Fewer rows than needed: the sums of mappings and of threads stay separate */
static void threads_fold_check(void)
{
	struct probes *p = scope_open(PROBES_PROCESS, -1, 1);
	struct probes_counts counts;
	struct scope_rows h = {};
	struct found *rest;
	struct fault_threads c;

	fault_threads__start(&c);
	probes__watch(p, c.pid);
	probes__count_threads(p, true);
	fault_threads__touch(&c);
	scope_rows__drain(p, &h);
	probes__counts(p, &counts);
	rest = found_at(&h, PGWALK_SCOPE_THREAD, 0);
	tap(h.all.total == h.threads.total && h.all.total == NR_THREADS * TIMES,
	    "one row: %llu faults by mapping, %llu by thread, all of them", h.all.total,
	    h.threads.total);
	tap(rest->count && h.all.folded && counts.folded == h.all.folded,
	    "one row: %llu of other threads, %llu of other mappings, folded %llu", rest->count,
	    h.all.folded, counts.folded);
	probes__destroy(p);
	fault_threads__end(&c);
	fault_threads__reap(&c);
}

static int ls_run(void *arg)
{
	if (!freopen("/dev/null", "w", stdout))
		return 126;
	execlp("ls", "ls", "-l", "/usr/bin", NULL);
	return 127;
}

static bool is_kernel_thread(pid_t pid)
{
	char path[64], line[1024];
	unsigned int flags = 0;
	char *rest;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	rest = f && fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	if (rest)
		sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %u", &flags);
	if (f)
		fclose(f);
	return flags & 0x00200000;
}

static void all_check(void)
{
	struct truth none = {}, base, ls_base;
	struct probes *p = scope_open(PROBES_ALL, -1, 0);
	struct probes_counts counts;
	struct fault_threads there, born;
	struct scope_rows *h = calloc(1, sizeof(*h));
	int i, kernel = 0, mappings = 0;
	struct held_child ls;

	fault_threads__start(&there);
	held_child__start(&ls, ls_run, NULL);
	truth__read(&base, there.pid);
	truth__read(&ls_base, ls.pid);
	tap(probes__watch(p, getpid()) == -EINVAL, "all: a process is refused");
	tap(!probes__watch(p, 0), "all: watched");
	tap(probes__watch(p, 0) == -EBUSY, "all: a second watch is refused");
	fault_threads__touch(&there);
	scope_rows__drain(p, h);
	process_check(p, h, there.pid, &base, "all: a process that existed before");
	tap(is_all(found_at(h, PGWALK_SCOPE_PROCESS, there.pid)->anon_new, NR_THREADS * TIMES),
	    "all: %d pages touched by it are anon-new", NR_THREADS * TIMES);
	name_is(found_at(h, PGWALK_SCOPE_PROCESS, there.pid), there.pid, "all: a process");
	fault_threads__start(&born);
	fault_threads__touch(&born);
	held_child__release(&ls);
	process_check(p, h, born.pid, &none, "all: a process that was forked later");
	waitid(P_PID, ls.pid, &(siginfo_t){}, WEXITED | WNOWAIT);
	process_check(p, h, ls.pid, &ls_base, "all: a process that called execve and ended");
	fault_threads__end(&born);
	process_check(p, h, born.pid, &none, "all: a process after its threads have ended");
	for (i = 0; i < h->nr; i++) {
		kernel += is_kernel_thread(h->found[i].id);
		mappings += h->found[i].scope != PGWALK_SCOPE_PROCESS;
	}
	tap(!kernel && !mappings && h->nr > 3 && !h->all.bad_rows,
	    "all: %d processes have rows, kernel threads and mappings have none", h->nr);
	tap(!probes__ended(p), "all: watching does not end");
	probes__counts(p, &counts);
	tap(!counts.lost && !counts.folded, "all: nothing lost or folded");
	probes__destroy(p);
	fault_threads__end(&there);
	fault_threads__reap(&there);
	fault_threads__reap(&born);
	waitpid(ls.pid, NULL, 0);
	free(h);
}

static void all_end_check(void)
{
	struct probes *p = scope_open(PROBES_ALL, -1, 0);
	struct scope_rows *h = calloc(1, sizeof(*h));
	struct fault_threads stays, zombie, goes;

	fault_threads__start(&stays);
	fault_threads__start(&zombie);
	fault_threads__start(&goes);
	probes__watch(p, 0);
	fault_threads__touch(&stays);
	fault_threads__touch(&zombie);
	fault_threads__touch(&goes);
	fault_threads__end(&zombie);
	fault_threads__end(&goes);
	fault_threads__reap(&goes);
	/* The kernel frees the task after a grace period; the call waits for one */
	for (int i = 0; i < 3; i++)
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	sleep(1);
	scope_rows__drain(p, h);
	tap(found_at(h, PGWALK_SCOPE_PROCESS, goes.pid)->ended &&
	    !found_at(h, PGWALK_SCOPE_PROCESS, zombie.pid)->ended &&
	    !found_at(h, PGWALK_SCOPE_PROCESS, stays.pid)->ended,
	    "all: the row of a freed process is marked as ended, those of a zombie and a running process are not");
	probes__destroy(p);
	fault_threads__end(&stays);
	fault_threads__reap(&stays);
	fault_threads__reap(&zombie);
	free(h);
}

/* A slot has room for four tasks: the others use the fallback map */
static void all_apart_check(void)
{
	struct probes *p = scope_open(PROBES_ALL, -1, 0);
	struct scope_rows *h = calloc(1, sizeof(*h));
	struct truth base;
	struct fault_threads c;

	fault_threads__start_apart(&c, APART_MANY);
	tap(is_apart(&c, APART_MANY), "apart: all threads share a slot");
	truth__read(&base, c.pid);
	probes__watch(p, 0);
	fault_threads__touch(&c);
	process_check(p, h, c.pid, &base, "apart: the process");
	tap(is_all(found_at(h, PGWALK_SCOPE_PROCESS, c.pid)->anon_new, NR_THREADS * TIMES),
	    "apart: %d pages touched by it are anon-new", NR_THREADS * TIMES);
	fault_threads__end(&c);
	process_check(p, h, c.pid, &base, "apart: the process after its threads have ended");
	probes__destroy(p);
	fault_threads__reap(&c);
	free(h);
}

/* Many more tasks than rows: the remaining faults are in the row of all others, none is lost */
static void all_fold_check(void)
{
	struct probes *p = scope_open(PROBES_ALL, -1, 1);
	struct scope_rows *h = calloc(1, sizeof(*h));
	struct probes_counts counts;
	struct fault_threads c[3];
	int i;

	for (i = 0; i < 3; i++)
		fault_threads__start(&c[i]);
	probes__watch(p, 0);
	for (i = 0; i < 3; i++)
		fault_threads__touch(&c[i]);
	scope_rows__drain(p, h);
	probes__counts(p, &counts);
	tap(h->nr == 2 && found_at(h, PGWALK_SCOPE_PROCESS, 0)->count == counts.folded,
	    "all, one row: the rest is in the row of id 0 (%llu)", counts.folded);
	tap(h->all.total >= 3 * NR_THREADS * TIMES && !counts.lost, "all, one row: %llu faults, none lost",
	    h->all.total);
	probes__destroy(p);
	for (i = 0; i < 3; i++) {
		fault_threads__end(&c[i]);
		fault_threads__reap(&c[i]);
	}
	free(h);
}

int main(void)
{
	setlinebuf(stdout);
	tap_begin();
	numbers_raise();
	threads_check(0);
	threads_check(APART_ONE);
	threads_end_check();
	threads_fold_check();
	all_check();
	all_end_check();
	all_apart_check();
	all_fold_check();
	return tap_end();
}
