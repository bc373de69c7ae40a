// SPDX-License-Identifier: GPL-2.0
/*
 * Faults counted by thread, and by process where all are watched: each row is what the
 * kernel has counted for that thread or process, to the unit.
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

#include "fault_crew.h"

/* Numbers of tasks this far apart fall into one slot of the probes: SLOTS_ONE, SLOTS_MANY */
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

/* Room for numbers that are far apart */
static void numbers_raise(void)
{
	FILE *f = fopen("/proc/sys/kernel/pid_max", "w");

	tap(f && fputs("4194304", f) >= 0 && !fclose(f), "numbers of tasks go up to 4194304");
}

static bool is_apart(const struct crew *c, int apart)
{
	int i;

	for (i = 0; i < CREW; i++)
		if (apart && (c->tid[i] - c->pid) % apart)
			return false;
	return true;
}

static void threads_check(int apart)
{
	struct truth before[CREW], after;
	struct haul h = {}, quiet = {};
	struct probes *p = scope_open(PROBES_PROCESS, -1, 0);
	struct probes_counts counts;
	struct crew c;
	int i;

	crew__start_apart(&c, apart);
	tap(is_apart(&c, apart), "threads: %d apart", apart);
	tap(!probes__watch(p, c.pid), "threads: watched");
	probes__count_threads(p, true);
	for (i = 0; i < CREW; i++)
		truth__read_thread(&before[i], c.pid, c.tid[i]);
	crew__touch(&c);
	haul_in(p, &h);
	for (i = 0; i < CREW; i++) {
		struct found *f = found_at(&h, PGWALK_SCOPE_THREAD, c.tid[i]);

		truth__read_thread(&after, c.pid, c.tid[i]);
		tap(f->count - f->major == after.minor - before[i].minor &&
		    f->major == after.major - before[i].major && is_all(f->anon_new, TIMES),
		    "thread %d: %llu+%llu faults, %llu anon-new, as the kernel has it (%llu+%llu)",
		    i, f->count - f->major, f->major, f->anon_new,
		    after.minor - before[i].minor, after.major - before[i].major);
		tap(!strncmp(f->name, "hand-", 5), "thread %d: its name is %s", i, f->name);
	}
	tap(h.nr == CREW && h.threads.total == h.all.total && !h.threads.bad_rows,
	    "threads: %d have rows, which tell of the same %llu faults as those of mappings (%llu)",
	    h.nr, h.threads.total, h.all.total);
	probes__count_threads(p, false);
	crew__touch(&c);
	haul_in(p, &quiet);
	tap(!quiet.nr && quiet.all.total >= CREW * TIMES,
	    "threads: none are told when they are not wanted (%d), mappings are (%llu)", quiet.nr,
	    quiet.all.total);
	crew__end(&c);
	probes__counts(p, &counts);
	tap(!counts.lost && !counts.folded, "threads: nothing lost, no mapping folded");
	probes__destroy(p);
	crew__bury(&c);
}

static int nr_ended(struct haul *h, const struct crew *c)
{
	int i, n = 0;

	for (i = 0; i < CREW; i++)
		n += found_at(h, PGWALK_SCOPE_THREAD, c->tid[i])->ended;
	return n;
}

/* The leader, which nobody has waited for, is there yet */
static void threads_end_check(void)
{
	struct probes *p = scope_open(PROBES_PROCESS, -1, 0);
	struct haul h = {}, last = {};
	struct probes_counts counts;
	struct crew c;
	int i;

	crew__start(&c);
	probes__watch(p, c.pid);
	probes__count_threads(p, true);
	crew__touch(&c);
	haul_in(p, &h);
	tap(h.nr == CREW && !nr_ended(&h, &c), "end: none of %d threads has ended", h.nr);
	crew__touch(&c);
	crew__end(&c);
	for (i = 0; i < 6000; i++) {
		probes__counts(p, &counts);
		if (counts.freed_tasks >= CREW - 1)
			break;
		usleep(10000);
	}
	usleep(100000);
	haul_in(p, &last);
	tap(nr_ended(&last, &c) == CREW - 1 &&
	    !found_at(&last, PGWALK_SCOPE_THREAD, c.pid)->ended && last.nr == CREW,
	    "end: %d of %d threads have, and not the leader", nr_ended(&last, &c), last.nr);
	probes__destroy(p);
	crew__bury(&c);
}

/* No room for all: what is of mappings and what is of threads stays apart */
static void threads_fold_check(void)
{
	struct probes *p = scope_open(PROBES_PROCESS, -1, 1);
	struct probes_counts counts;
	struct haul h = {};
	struct found *rest;
	struct crew c;

	crew__start(&c);
	probes__watch(p, c.pid);
	probes__count_threads(p, true);
	crew__touch(&c);
	haul_in(p, &h);
	probes__counts(p, &counts);
	rest = found_at(&h, PGWALK_SCOPE_THREAD, 0);
	tap(h.all.total == h.threads.total && h.all.total == CREW * TIMES,
	    "one row: %llu faults by mapping, %llu by thread, all of them", h.all.total,
	    h.threads.total);
	tap(rest->count && h.all.folded && counts.folded == h.all.folded,
	    "one row: %llu of other threads, %llu of other mappings, folded %llu", rest->count,
	    h.all.folded, counts.folded);
	probes__destroy(p);
	crew__end(&c);
	crew__bury(&c);
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
	struct crew there, born;
	struct haul *h = calloc(1, sizeof(*h));
	int i, kernel = 0, mappings = 0;
	struct held ls;

	crew__start(&there);
	held__start(&ls, ls_run, NULL);
	truth__read(&base, there.pid);
	truth__read(&ls_base, ls.pid);
	tap(probes__watch(p, getpid()) == -EINVAL, "all: a process is refused");
	tap(!probes__watch(p, 0), "all: watched");
	tap(probes__watch(p, 0) == -EBUSY, "all: once");
	crew__touch(&there);
	haul_in(p, h);
	process_check(p, h, there.pid, &base, "all: a process that was there");
	tap(is_all(found_at(h, PGWALK_SCOPE_PROCESS, there.pid)->anon_new, CREW * TIMES),
	    "all: %d pages touched by it are anon-new", CREW * TIMES);
	name_is(found_at(h, PGWALK_SCOPE_PROCESS, there.pid), there.pid, "all: a process");
	crew__start(&born);
	crew__touch(&born);
	held__release(&ls);
	process_check(p, h, born.pid, &none, "all: a process born meanwhile");
	waitid(P_PID, ls.pid, &(siginfo_t){}, WEXITED | WNOWAIT);
	process_check(p, h, ls.pid, &ls_base, "all: one that called execve and ended");
	crew__end(&born);
	process_check(p, h, born.pid, &none, "all: one whose threads have ended");
	for (i = 0; i < h->nr; i++) {
		kernel += is_kernel_thread(h->found[i].id);
		mappings += h->found[i].scope != PGWALK_SCOPE_PROCESS;
	}
	tap(!kernel && !mappings && h->nr > 3 && !h->all.bad_rows,
	    "all: %d processes have rows, kernel threads and mappings have none", h->nr);
	tap(!probes__ended(p), "all: it never ends");
	probes__counts(p, &counts);
	tap(!counts.lost && !counts.folded, "all: nothing lost or folded");
	probes__destroy(p);
	crew__end(&there);
	crew__bury(&there);
	crew__bury(&born);
	waitpid(ls.pid, NULL, 0);
	free(h);
}

static void all_end_check(void)
{
	struct probes *p = scope_open(PROBES_ALL, -1, 0);
	struct haul *h = calloc(1, sizeof(*h));
	struct crew stays, zombie, goes;

	crew__start(&stays);
	crew__start(&zombie);
	crew__start(&goes);
	probes__watch(p, 0);
	crew__touch(&stays);
	crew__touch(&zombie);
	crew__touch(&goes);
	crew__end(&zombie);
	crew__end(&goes);
	crew__bury(&goes);
	/* The kernel frees the task after a grace period; the call waits for one */
	for (int i = 0; i < 3; i++)
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	sleep(1);
	haul_in(p, h);
	tap(found_at(h, PGWALK_SCOPE_PROCESS, goes.pid)->ended &&
	    !found_at(h, PGWALK_SCOPE_PROCESS, zombie.pid)->ended &&
	    !found_at(h, PGWALK_SCOPE_PROCESS, stays.pid)->ended,
	    "all: one that is gone has ended, a zombie and one that stays have not");
	probes__destroy(p);
	crew__end(&stays);
	crew__bury(&stays);
	crew__bury(&zombie);
	free(h);
}

/* There is room for four tasks whose slot is the same: those beyond are found elsewhere */
static void all_apart_check(void)
{
	struct probes *p = scope_open(PROBES_ALL, -1, 0);
	struct haul *h = calloc(1, sizeof(*h));
	struct truth base;
	struct crew c;

	crew__start_apart(&c, APART_MANY);
	tap(is_apart(&c, APART_MANY), "apart: threads of one slot");
	truth__read(&base, c.pid);
	probes__watch(p, 0);
	crew__touch(&c);
	process_check(p, h, c.pid, &base, "apart: their process");
	tap(is_all(found_at(h, PGWALK_SCOPE_PROCESS, c.pid)->anon_new, CREW * TIMES),
	    "apart: %d pages touched by it are anon-new", CREW * TIMES);
	crew__end(&c);
	process_check(p, h, c.pid, &base, "apart: when its threads have ended");
	probes__destroy(p);
	crew__bury(&c);
	free(h);
}

/* Many more than rows: what does not fit is told for all others, and none is lost */
static void all_fold_check(void)
{
	struct probes *p = scope_open(PROBES_ALL, -1, 1);
	struct haul *h = calloc(1, sizeof(*h));
	struct probes_counts counts;
	struct crew c[3];
	int i;

	for (i = 0; i < 3; i++)
		crew__start(&c[i]);
	probes__watch(p, 0);
	for (i = 0; i < 3; i++)
		crew__touch(&c[i]);
	haul_in(p, h);
	probes__counts(p, &counts);
	tap(h->nr == 2 && found_at(h, PGWALK_SCOPE_PROCESS, 0)->count == counts.folded,
	    "all, one row: the rest is in the row of id 0 (%llu)", counts.folded);
	tap(h->all.total >= 3 * CREW * TIMES && !counts.lost, "all, one row: %llu faults, none lost",
	    h->all.total);
	probes__destroy(p);
	for (i = 0; i < 3; i++) {
		crew__end(&c[i]);
		crew__bury(&c[i]);
	}
	free(h);
}

int main(void)
{
	setlinebuf(stdout);
	printf("TAP version 13\n");
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
