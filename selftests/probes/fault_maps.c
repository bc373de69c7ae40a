// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The memory of the BPF maps for one process: small at start, growing with the rows of an interval,
 * and freed when they are drained. A burst of faults in more mappings than rows were reserved for
 * gets a row for each, up to the limit.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_counts.h"
#include "../lib/sizes.h"

#define MAPS_LIMIT	(4UL << 20)
#define MANY		3001		/* mappings, more than rows are reserved for at start */
#define MOST		7001		/* close to the limit of 8192 rows */
#define LIMIT		2003		/* rows, below MANY */
#define ROUNDS		5

/* Settings of the child: mappings, and rounds of faults in them */
static int mappings, rounds;

/* Sums of the rows of mappings with the size of the child's */
struct sums {
	struct fault_counts all;
	__u64 single, in_single;
};

static int add_row(void *ctx, const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row)
{
	struct sums *s = ctx;

	if (key->mm && key->class == PGWALK_FAULT_ANON_NEW && key->end - key->start == PAGE) {
		s->single++;
		s->in_single += row->count;
	}
	return fault_counts__add_row(&s->all, key, row);
}

/* Every second page is a mapping, so that no two of them are merged */
static int touch_run(void *arg)
{
	size_t size = 2UL * mappings * PAGE;
	char *p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i, round;

	for (i = 0; i < mappings; i++)
		if (mprotect(p + 2 * i * PAGE, PAGE, PROT_READ | PROT_WRITE))
			return 1;
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < mappings; i++)
			p[2 * i * PAGE] = 1;
		madvise(p, size, MADV_DONTNEED);
	}
	return 0;
}

static unsigned long field_of(const char *path, const char *key)
{
	FILE *f = fopen(path, "r");
	unsigned long value = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			value = strtoul(line + strlen(key), NULL, 10);
	if (f)
		fclose(f);
	return value;
}

/* Memory of the BPF maps that this process has open, as the kernel accounts it */
static unsigned long maps_bytes(void)
{
	DIR *dir = opendir("/proc/self/fdinfo");
	unsigned long sum = 0;
	struct dirent *one;
	char path[300];

	while (dir && (one = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%s", one->d_name);
		if (field_of(path, "map_id:"))
			sum += field_of(path, "memlock:");
	}
	if (dir)
		closedir(dir);
	return sum;
}

/* Before 6.4 the kernel shows the memory that a full map would take */
static bool bytes_are_known(void)
{
	struct utsname name;
	int major, minor;

	if (uname(&name) || sscanf(name.release, "%d.%d", &major, &minor) != 2)
		return false;
	return major > 6 || (major == 6 && minor >= 4);
}

static void tap_bytes(bool ok, const char *claim, unsigned long bytes)
{
	if (bytes_are_known())
		tap(ok, "%s: %lu bytes", claim, bytes);
	else
		tap(true, "%s # SKIP the kernel does not account single rows", claim);
}

static struct probes *probes_of(const struct probes_cfg *cfg)
{
	struct probes *p = NULL;
	char why[256];

	if (probes__create(&p, cfg, why, sizeof(why)))
		bail_out("the probes", why);
	return p;
}

/* Let the child run to its end, without a drain meanwhile if @interval_ms is 0 */
static void watched_run(struct probes *p, int interval_ms, struct sums *s, unsigned long *full)
{
	struct held_child held;
	siginfo_t info;
	int err;

	memset(s, 0, sizeof(*s));
	held_child__start(&held, touch_run, NULL);
	err = probes__watch(p, held.pid);
	if (err)
		bail_out("watch", strerror(-err));
	held_child__release(&held);
	if (!interval_ms)
		waitid(P_PID, held.pid, &info, WEXITED | WNOWAIT);
	*full = maps_bytes();
	take_to_end(p, held.pid, interval_ms, add_row, s);
}

static void end_run(const char *what, struct probes *p, const struct sums *s)
{
	struct truth truth;
	siginfo_t info = {};

	waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
	truth__read(&truth, info.si_pid);
	fault_counts__check(what, p, &s->all, &truth);
	waitpid(info.si_pid, NULL, 0);
	tap(!info.si_status, "%s: the child has made its mappings", what);
}

/* All faults in one interval: a burst, as at the start of a program */
static void burst_check(const char *what, struct probes_cfg cfg, int nr)
{
	struct probes *p = probes_of(&cfg);
	unsigned long start = maps_bytes(), full, end;
	__u64 rows = cfg.max_rows ? cfg.max_rows : nr;
	struct probes_counts counts;
	struct sums s;

	mappings = nr;
	rounds = 1;
	watched_run(p, 0, &s, &full);
	end = maps_bytes();
	probes__counts(p, &counts);
	printf("# %s: %lu bytes of maps at start, %lu with all rows, %lu after the drain\n", what, start,
	       full, end);
	tap(cfg.max_rows ? s.single <= rows && s.single > rows / 2 && counts.folded :
			   s.single == rows && s.in_single == rows && !counts.folded,
	    "%s: %d mappings have %llu rows of their own, %llu faults are in rows of several", what, nr,
	    s.single, counts.folded);
	end_run(what, p, &s);
	tap_bytes(full > start + (rows - 1024) * sizeof(struct pgwalk_fault_row),
		  "the maps grow with the rows", full);
	tap_bytes(end <= start, "the maps are as small as at start after the drain", end);
	probes__destroy(p);
}

/* Rows of two generations at once */
static void rounds_check(void)
{
	struct probes_cfg cfg = { .use_module = true };
	struct probes *p = probes_of(&cfg);
	struct probes_counts counts;
	unsigned long full;
	struct sums s;

	mappings = MANY;
	rounds = ROUNDS;
	watched_run(p, 5, &s, &full);
	probes__counts(p, &counts);
	tap(s.in_single + s.all.missed_entry + s.all.count[0] >= ROUNDS * MANY && !counts.folded,
	    "rounds: %llu faults are in %llu rows of single mappings", s.in_single, s.single);
	end_run("rounds", p, &s);
	probes__destroy(p);
}

static void start_check(void)
{
	struct probes_cfg cfg = { .use_module = true };
	struct probes *p = probes_of(&cfg);
	unsigned long bytes = maps_bytes();

	tap_bytes(bytes && bytes <= MAPS_LIMIT, "at start the maps take 4 MiB at most", bytes);
	probes__destroy(p);
}

int main(void)
{
	struct probes_cfg usual = { .use_module = true }, limited = usual;

	limited.max_rows = LIMIT;
	setlinebuf(stdout);
	tap_begin();
	start_check();
	burst_check("burst", usual, MANY);
	burst_check("largest burst", usual, MOST);
	burst_check("limit", limited, MANY);
	rounds_check();
	return tap_end();
}
