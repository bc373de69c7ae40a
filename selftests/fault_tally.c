// SPDX-License-Identifier: GPL-2.0
/*
 * What the fault tests share; see fault_tally.h.
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

#include "fault_tally.h"

static int nr_taps, nr_failed;

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

void tap(bool ok, const char *claim, ...)
{
	va_list args;

	printf("%sok %d - ", ok ? "" : "not ", ++nr_taps);
	va_start(args, claim);
	vprintf(claim, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	nr_failed += !ok;
}

int tap_end(void)
{
	printf("1..%d\n", nr_taps);
	return nr_failed ? 1 : 0;
}

static __u64 hist_total(const struct pgwalk_fault_row *row)
{
	__u64 n = 0;
	int i;

	for (i = 0; i < PGWALK_HIST_BUCKETS; i++)
		n += row->hist[i];
	return n;
}

/* The last bucket with something in it must be the one max_ns belongs to */
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

int tally__take(void *ctx, const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row)
{
	struct tally *t = ctx;
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

void held__start(struct held *h, int (*run)(void *arg), void *arg)
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

void held__release(struct held *h)
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
		return true;		/* gone meanwhile */
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

void watch_to_end(struct probes *p, pid_t pid, int interval_ms, struct tally *t)
{
	take_to_end(p, pid, interval_ms, tally__take, t);
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

struct probes *probes_open(bool ask_module, unsigned int max_rows)
{
	struct probes_cfg cfg = { .ask_module = ask_module, .max_rows = max_rows };
	struct probes *p = NULL;
	char why[256];

	if (probes__create(&p, &cfg, why, sizeof(why))) {
		printf("Bail out! %s\n", why);
		exit(1);
	}
	return p;
}

/*
 * The model in use stands in parentheses where it can be chosen; if that cannot be read, the kernel
 * may preempt. Else the build has one.
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

void tally_check(const char *what, const struct probes *p, const struct tally *t,
		 const struct truth *end)
{
	__u64 attributed = 0, minor = t->total - t->major;
	struct probes_counts c;
	int i;

	probes__counts(p, &c);
	for (i = 1; i < PGWALK_FAULT_CLASS_NR; i++)
		attributed += t->count[i];
	printf("# %s: kernel %llu+%llu, base %llu+%llu, told %llu+%llu in %llu rows; unattributed %llu, missed exit %llu, entry %llu; retries %llu, folded %llu, refused %llu, live %llu, freed %llu, missed runs %llu+%llu\n",
	       what, end->minor, end->major, c.base_minor, c.base_major, minor, t->major, t->rows,
	       t->count[0], t->missed_exit, t->missed_entry, t->retries, c.folded, c.refused,
	       c.live_tasks, c.freed_tasks, c.missed_entry_runs, c.missed_exit_runs);
	tap(t->total > 0, "%s: faults were seen", what);
	tap(c.base_minor + minor == end->minor, "%s: minor faults equal the kernel's count", what);
	tap(c.base_major + t->major == end->major, "%s: major faults equal the kernel's count", what);
	tap(attributed + t->count[0] == t->total, "%s: attributed and unattributed make the total", what);
	for (i = 0; i < (int)c.instances; i++)
		printf("# %s: instance %d: %llu entry and %llu exit runs were skipped\n", what, i,
		       c.skipped_entry_runs[i], c.skipped_exit_runs[i]);
	tap(t->count[0] <= c.missed_entry_runs,
	    "%s: %llu of %llu unattributed, at most the %llu entries that were skipped", what,
	    t->count[0], t->total, c.missed_entry_runs);
	tap(!t->bad_rows, "%s: every row adds up in itself", what);
	tap(!c.lost, "%s: nothing lost", what);
}
