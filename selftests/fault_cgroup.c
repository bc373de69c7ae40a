// SPDX-License-Identifier: GPL-2.0
/*
 * Faults of the processes of a cgroup, counted by process: what each did inside, to the
 * unit, and nothing of what it did before it came or after it left.
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

#include "fault_crew.h"

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

/* Touch, and add what the kernel counted meanwhile to @sum if that is wanted */
static void touch_counted(struct crew *c, struct truth *sum)
{
	struct truth before, after;

	truth__read(&before, c->pid);
	crew__touch(c);
	truth__read(&after, c->pid);
	if (sum) {
		sum->minor += after.minor - before.minor;
		sum->major += after.major - before.major;
	}
}

static void cgroup_check(void)
{
	struct crew inside, roams, outside, born;
	struct truth base, inside_base, none = {}, sum = {};
	struct haul *h = calloc(1, sizeof(*h));
	struct probes_counts counts;
	struct found *f;
	struct probes *p;
	bool moved;
	int fd;

	crew__start(&inside);
	crew__start(&roams);
	crew__start(&outside);
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
	haul_in(p, h);
	moved = moved && put_into(CGROUPS, roams.pid);
	touch_counted(&roams, NULL);
	haul_in(p, h);
	tap(moved, "cgroup: processes are moved");
	f = found_at(h, PGWALK_SCOPE_PROCESS, roams.pid);
	tap(f->count - f->major == sum.minor && f->major == sum.major &&
	    is_all(f->anon_new, 4 * CREW * TIMES),
	    "cgroup: of one that moves in and out %llu+%llu faults, as the kernel counted inside (%llu+%llu)",
	    f->count - f->major, f->major, sum.minor, sum.major);
	process_check(p, h, inside.pid, &inside_base, "cgroup: one that is inside, below");
	put_into(INSIDE, getpid());
	crew__start(&born);
	put_into(CGROUPS, getpid());
	truth__read(&base, born.pid);
	crew__touch(&born);
	process_check(p, h, born.pid, &none, "cgroup: one that was born inside");
	crew__end(&born);
	process_check(p, h, born.pid, &none, "cgroup: one that has ended inside");
	crew__end(&roams);
	crew__bury(&roams);
	usleep(200000);
	haul_in(p, h);
	f = found_at(h, PGWALK_SCOPE_PROCESS, roams.pid);
	tap(f->count == sum.minor + sum.major,
	    "cgroup: one that ended outside is told no more of (%llu)", f->count);
	f = found_at(h, PGWALK_SCOPE_PROCESS, outside.pid);
	tap(!f->count, "cgroup: one that is outside is not told of (%llu)", f->count);
	probes__counts(p, &counts);
	tap(!counts.lost && !counts.folded && !h->all.bad_rows, "cgroup: nothing lost or folded");
	probes__destroy(p);
	crew__end(&inside);
	crew__end(&outside);
	crew__bury(&inside);
	crew__bury(&outside);
	crew__bury(&born);
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
	printf("TAP version 13\n");
	mkdir(CGROUPS, 0755);
	if (mount("none", CGROUPS, "cgroup2", 0, NULL) || mkdir(INSIDE, 0755) || mkdir(BELOW, 0755)) {
		tap(false, "cgroup: a tree to work in: %s", strerror(errno));
		return tap_end();
	}
	cgroup_check();
	cgroup_refusal_check();
	rmdir(BELOW);
	rmdir(INSIDE);
	umount(CGROUPS);
	return tap_end();
}
