// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts the faults of a cgroup by process. The counts equal the kernel's for the time that
 * each process was in the cgroup, exactly.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_threads.h"

#define CGROUPS	"/tmp/pgwalk-scope"
#define INSIDE	CGROUPS "/pgwalk-fault-scope"
#define BELOW	INSIDE "/below"

static bool put_into(const char *cgroup, pid_t pid)
{
	char path[128];
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	f = fopen(path, "w");
	if (!f)
		return false;
	fprintf(f, "%d\n", pid);
	ok = !fclose(f);
	if (!ok)
		printf("# %s: %s\n", path, strerror(errno));
	return ok;
}

/* Touch the pages; add the kernel's count of the faults to @sum if it is not NULL */
static void touch_counted(struct fault_threads *c, struct truth *sum)
{
	struct truth before, after;

	truth__read(&before, c->pid);
	fault_threads__touch(c);
	truth__read(&after, c->pid);
	if (sum) {
		sum->minor += after.minor - before.minor;
		sum->major += after.major - before.major;
	}
}

static void cgroup_check(void)
{
	struct fault_threads inside, roams, outside, born;
	struct truth base, inside_base, none = {}, sum = {};
	struct scope_rows *h = calloc(1, sizeof(*h));
	struct probes_counts counts;
	struct found *f;
	struct probes *p;
	bool moved;
	int fd;

	fault_threads__start(&inside);
	fault_threads__start(&roams);
	fault_threads__start(&outside);
	moved = put_into(BELOW, inside.pid);
	fd = open(INSIDE, O_RDONLY | O_DIRECTORY);
	p = scope_open(PROBES_CGROUP, fd, 0);
	close(fd);
	truth__read(&inside_base, inside.pid);
	tap(!probes__watch(p, 0), "cgroup: watched");
	touch_counted(&inside, NULL);
	touch_counted(&outside, NULL);
	touch_counted(&roams, NULL);
	moved = moved && put_into(INSIDE, roams.pid);
	touch_counted(&roams, &sum);
	touch_counted(&roams, &sum);
	moved = moved && put_into(CGROUPS, roams.pid);
	touch_counted(&roams, NULL);
	moved = moved && put_into(BELOW, roams.pid);
	touch_counted(&roams, &sum);
	moved = moved && put_into(INSIDE, roams.pid);
	touch_counted(&roams, &sum);
	scope_rows__drain(p, h);
	moved = moved && put_into(CGROUPS, roams.pid);
	touch_counted(&roams, NULL);
	scope_rows__drain(p, h);
	tap(moved, "cgroup: processes can be moved");
	f = found_at(h, PGWALK_SCOPE_PROCESS, roams.pid);
	tap(f->count - f->major == sum.minor && f->major == sum.major &&
	    is_all(f->anon_new, 4 * NR_THREADS * TIMES),
	    "cgroup: a process that enters and leaves has %llu+%llu faults, the kernel counted %llu+%llu inside",
	    f->count - f->major, f->major, sum.minor, sum.major);
	process_check(p, h, inside.pid, &inside_base, "cgroup: process in a child cgroup");
	put_into(INSIDE, getpid());
	fault_threads__start(&born);
	put_into(CGROUPS, getpid());
	truth__read(&base, born.pid);
	fault_threads__touch(&born);
	process_check(p, h, born.pid, &none, "cgroup: process that was forked inside");
	fault_threads__end(&born);
	process_check(p, h, born.pid, &none, "cgroup: process that ended inside");
	fault_threads__end(&roams);
	fault_threads__reap(&roams);
	usleep(200000);
	scope_rows__drain(p, h);
	f = found_at(h, PGWALK_SCOPE_PROCESS, roams.pid);
	tap(f->count == sum.minor + sum.major,
	    "cgroup: faults of a process that ended outside stay (%llu)", f->count);
	f = found_at(h, PGWALK_SCOPE_PROCESS, outside.pid);
	tap(!f->count, "cgroup: a process outside has no faults (%llu)", f->count);
	probes__counts(p, &counts);
	tap(!counts.lost && !counts.folded && !h->all.bad_rows, "cgroup: nothing lost or folded");
	probes__destroy(p);
	fault_threads__end(&inside);
	fault_threads__end(&outside);
	fault_threads__reap(&inside);
	fault_threads__reap(&outside);
	fault_threads__reap(&born);
	free(h);
}

static void cgroup_refusal_check(void)
{
	struct probes_cfg cfg = { .scope = PROBES_CGROUP };
	struct probes *p = NULL;
	char why[256] = "";
	int err;

	cfg.cgroup = open("/tmp", O_RDONLY | O_DIRECTORY);
	err = probes__create(&p, &cfg, why, sizeof(why));
	tap(err == -EBADF && !p && strstr(why, "cgroup"), "cgroup: another directory is refused: %s",
	    why);
	close(cfg.cgroup);
}

int main(void)
{
	setlinebuf(stdout);
	tap_begin();
	mkdir(CGROUPS, 0755);
	if (mount("none", CGROUPS, "cgroup2", 0, NULL) || mkdir(INSIDE, 0755) || mkdir(BELOW, 0755)) {
		tap(false, "cgroup: directories can be made: %s", strerror(errno));
		return tap_end();
	}
	cgroup_check();
	cgroup_refusal_check();
	rmdir(BELOW);
	rmdir(INSIDE);
	umount(CGROUPS);
	return tap_end();
}
