// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Common code of the fault tests.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kselftest.h>

#include "fault_counts.h"

void bail_out(const char *what, const char *why)
{
	ksft_exit_fail_msg("%s: %s\n", what, why);
}

static void die(const char *what)
{
	bail_out(what, strerror(errno));
}

void tap_begin(void)
{
	ksft_print_header();
}

void tap(bool ok, const char *claim, ...)
{
	char text[1024];
	va_list args;

	va_start(args, claim);
	vsnprintf(text, sizeof(text), claim, args);
	va_end(args);
	ksft_test_result(ok, "%s\n", text);
	fflush(stdout);
}

int tap_end(void)
{
	ksft_set_plan(ksft_test_num());
	ksft_print_cnts();
	return ksft_get_fail_cnt() ? KSFT_FAIL : KSFT_PASS;
}

static __u64 hist_total(const struct pgwalk_fault_row *row)
{
	__u64 n = 0;
	int i;

	for (i = 0; i < PGWALK_HIST_BUCKETS; i++)
		n += row->hist[i];
	return n;
}

/* The last bucket that is not empty must be the bucket of max_ns */
static bool max_fits(const struct pgwalk_fault_row *row)
{
	__u64 lower, upper;
	int b = PGWALK_HIST_BUCKETS - 1;

	while (b >= 0 && !row->hist[b])
		b--;
	if (b < 0)
		return !row->max_ns;
	if (b < 4)
		return row->max_ns == (__u64)b;
	lower = (4ULL + (b & 3)) << (b / 4 - 1);
	upper = (5ULL + (b & 3)) << (b / 4 - 1);
	return row->max_ns >= lower && (row->max_ns < upper || b == PGWALK_HIST_BUCKETS - 1);
}

int fault_counts__add_row(void *ctx, const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row)
{
	struct fault_counts *t = ctx;
	__u64 timed = hist_total(row);
	bool good = row->major <= row->count && max_fits(row) && row->max_ns <= row->latency_ns;

	if (key->class)
		good = good && timed == row->count - row->missed_exit - row->missed_entry &&
		       row->read + row->write + row->exec == row->count;
	t->rows++;
	t->bad_rows += !good;
	t->total += row->count;
	t->major += row->major;
	t->missed_exit += row->missed_exit;
	t->missed_entry += row->missed_entry;
	t->retries += row->retries;
	t->latencies += timed;
	t->folded += key->class && !key->mm && !key->id ? row->count : 0;
	t->count[key->class < PGWALK_FAULT_CLASS_NR ? key->class : 0] += row->count;
	return 0;
}

void held_child__start(struct held_child *h, int (*run)(void *arg), void *arg)
{
	int go[2];
	char c;

	if (pipe(go))
		die("pipe");
	fflush(stdout);
	h->pid = fork();
	if (h->pid < 0)
		die("fork");
	if (!h->pid) {
		close(go[1]);
		if (read(go[0], &c, 1) != 1)
			_exit(125);
		_exit(run(arg));
	}
	close(go[0]);
	h->go = go[1];
	while (!threads_at_rest(h->pid))
		usleep(1000);
}

void held_child__release(struct held_child *h)
{
	if (write(h->go, "x", 1) != 1)
		die("release");
	close(h->go);
}

static void stat_read(struct truth *t, const char *path)
{
	unsigned long minor, major;
	char line[1024];
	char *rest;
	FILE *f;

	f = fopen(path, "r");
	if (!f || !fgets(line, sizeof(line), f))
		die(path);
	fclose(f);
	rest = strrchr(line, ')');
	if (!rest || sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %lu %*u %lu", &minor, &major) != 2)
		die("stat");
	t->minor = minor;
	t->major = major;
}

void truth__read(struct truth *t, pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	stat_read(t, path);
}

void truth__read_thread(struct truth *t, pid_t pid, pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	stat_read(t, path);
}

static bool thread_at_rest(pid_t pid, const char *tid)
{
	char path[64 + NAME_MAX], state = 'R', line[1024];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%s/stat", pid, tid);
	f = fopen(path, "r");
	if (!f)
		return true;		/* the thread has exited */
	if (fgets(line, sizeof(line), f))
		state = strrchr(line, ')')[2];
	fclose(f);
	return state != 'R';
}

bool threads_at_rest(pid_t pid)
{
	struct dirent *d;
	bool rest = true;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return true;
	while (rest && (d = readdir(dir)))
		rest = d->d_name[0] == '.' || thread_at_rest(pid, d->d_name);
	closedir(dir);
	return rest;
}

static void settle_and_drain(struct probes *p, probes_row_fn take, void *ctx)
{
	int err = probes__settle(p);

	if (!err)
		err = probes__drain(p, take, ctx);
	if (err) {
		errno = -err;
		die("drain");
	}
}

void watch_to_end(struct probes *p, pid_t pid, int interval_ms, struct fault_counts *t)
{
	take_to_end(p, pid, interval_ms, fault_counts__add_row, t);
}

void take_to_end(struct probes *p, pid_t pid, int interval_ms, probes_row_fn take, void *ctx)
{
	siginfo_t info = {};
	int spins = 0;

	do {
		usleep(interval_ms * 1000);
		settle_and_drain(p, take, ctx);
		if (waitid(P_PID, pid, &info, WEXITED | WNOWAIT | WNOHANG))
			die("waitid");
	} while (!info.si_pid);
	while (!probes__ended(p) && spins++ < 3000)
		usleep(10000);
	settle_and_drain(p, take, ctx);
}

struct probes *probes_open(bool with_module, unsigned int max_rows)
{
	struct probes_cfg cfg = { .use_module = with_module, .max_rows = max_rows };
	struct probes *p = NULL;
	char why[256];

	if (probes__create(&p, &cfg, why, sizeof(why)))
		bail_out("the probes", why);
	return p;
}

/*
 * Where the preemption model can be chosen, the current one is in parentheses; if it cannot be
 * read, the kernel may preempt. Otherwise the build determines the model.
 */
bool kernel_preempts(void)
{
	FILE *f = fopen("/sys/kernel/debug/sched/preempt", "r");
	char models[128] = "";
	struct utsname name;

	if (f) {
		if (!fgets(models, sizeof(models), f))
			models[0] = '\0';
		fclose(f);
		return !strstr(models, "(none)") && !strstr(models, "(voluntary)");
	}
	uname(&name);
	return strstr(name.version, "PREEMPT");
}

void fault_counts__check(const char *what, const struct probes *p, const struct fault_counts *t,
		 const struct truth *end)
{
	__u64 attributed = 0, minor = t->total - t->major;
	struct probes_counts c;
	int i;

	probes__counts(p, &c);
	for (i = 1; i < PGWALK_FAULT_CLASS_NR; i++)
		attributed += t->count[i];
	printf("# %s: kernel %llu+%llu, base %llu+%llu, probes %llu+%llu in %llu rows; unattributed %llu, missed exit %llu, entry %llu; retries %llu, folded %llu, refused %llu, live %llu, freed %llu, missed runs %llu+%llu\n",
	       what, end->minor, end->major, c.base_minor, c.base_major, minor, t->major, t->rows,
	       t->count[0], t->missed_exit, t->missed_entry, t->retries, c.folded, c.refused,
	       c.live_tasks, c.freed_tasks, c.missed_entry_runs, c.missed_exit_runs);
	tap(t->total > 0, "%s: faults were seen", what);
	tap(c.base_minor + minor == end->minor, "%s: minor faults equal the kernel's count", what);
	tap(c.base_major + t->major == end->major, "%s: major faults equal the kernel's count", what);
	tap(attributed + t->count[0] == t->total, "%s: attributed and unattributed add up to the total", what);
	printf("# %s: %u of %u instances are attached\n", what, c.attached, c.instances);
	for (i = 0; i < (int)c.instances; i++)
		printf("# %s: instance %d: %llu entry and %llu exit runs were skipped\n", what, i,
		       c.skipped_entry_runs[i], c.skipped_exit_runs[i]);
	tap(t->count[0] <= c.missed_entry_runs,
	    "%s: %llu of %llu unattributed, at most the %llu entries that were skipped", what,
	    t->count[0], t->total, c.missed_entry_runs);
	tap(!t->bad_rows, "%s: every row is consistent", what);
	tap(!c.lost, "%s: nothing lost", what);
}
