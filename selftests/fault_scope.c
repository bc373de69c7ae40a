// SPDX-License-Identifier: GPL-2.0
/*
 * Faults counted by thread, by process where all are watched, and by process where a
 * cgroup is: each row is what the kernel has counted for that thread or process, to
 * the unit, and of a cgroup only what was done inside.
 *
 *	fault_scope [-u]	-u: where the kernel skips probes that were preempted, the
 *				class of some faults may be unknown
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_tally.h"

#define TIMES	23
#define PAGE	4096UL
#define CREW	3		/* threads, the leader among them */
#define ROUNDS	64
#define ROWS	8192
#define CGROUPS	"/tmp/pgwalk-scope"
#define INSIDE	CGROUPS "/pgwalk-fault-scope"
#define BELOW	INSIDE "/below"

static bool some_unknown;

/* Are @n faults of a class all there are? */
static bool is_all(__u64 n, __u64 all)
{
	return some_unknown ? n <= all : n == all;
}

/* What the rows of one thread or process add up to; of [0], those of all others */
struct found {
	__u32 scope;
	__s32 id;
	__u64 count, major, anon_new;
	char name[PGWALK_NAME_MAX];
};

struct haul {
	struct tally all;	/* of mappings or processes */
	struct tally threads;
	struct found found[1024];
	int nr;
};

static struct found *found_at(struct haul *h, __u32 scope, __s32 id)
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

static int haul_take(void *ctx, const struct pgwalk_fault_key *key,
		     const struct pgwalk_fault_row *row)
{
	struct haul *h = ctx;
	struct found *f;

	if (key->class >= PGWALK_FAULT_SIGNAL_FIRST)
		return 0;		/* the kernel does not count them */
	tally__take(key->scope == PGWALK_SCOPE_THREAD ? &h->threads : &h->all, key, row);
	if (key->scope == PGWALK_SCOPE_MAPPING)
		return 0;
	f = found_at(h, key->scope, key->id);
	f->count += row->count;
	f->major += row->major;
	f->anon_new += key->class == PGWALK_FAULT_ANON_NEW ? row->count : 0;
	if (row->name[0])
		memcpy(f->name, row->name, sizeof(f->name));
	return 0;
}

static void haul_in(struct probes *p, struct haul *h)
{
	if (probes__settle(p) || probes__drain(p, haul_take, h))
		tap(false, "settled and drained");
}

/* A process whose threads touch TIMES fresh pages each when they are told to */
struct crew {
	pid_t pid;
	pid_t tid[CREW];
	int go[CREW];
	int done;
};

struct hand {
	int number, go, done;
	char *area;
};

static void *hand_run(void *arg)
{
	struct hand *h = arg;
	pid_t tid = syscall(SYS_gettid);
	char name[16], c;
	long at = 0;

	snprintf(name, sizeof(name), "hand-%d", h->number);
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

static void crew_run(int (*go)[2], int done)
{
	static struct hand hands[CREW];
	pthread_t thread;
	int i;

	for (i = CREW - 1; i >= 0; i--) {
		hands[i] = (struct hand){ .number = i, .go = go[i][0], .done = done };
		hands[i].area = mmap(NULL, TIMES * ROUNDS * PAGE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		madvise(hands[i].area, TIMES * ROUNDS * PAGE, MADV_NOHUGEPAGE);
		if (!i)
			hand_run(&hands[0]);
		if (pthread_create(&thread, NULL, hand_run, &hands[i]))
			_exit(1);
	}
}

static void crew_rest(const struct crew *c)
{
	while (!threads_at_rest(c->pid))
		usleep(1000);
}

/* With whatever it needs until its threads wait for the first time */
static void crew_start(struct crew *c)
{
	int go[CREW][2], done[2], i;
	pid_t tid;

	for (i = 0; i < CREW; i++)
		if (pipe2(go[i], O_CLOEXEC))
			exit(1);
	if (pipe2(done, O_CLOEXEC))
		exit(1);
	fflush(stdout);
	c->pid = fork();
	if (!c->pid) {
		for (i = 0; i < CREW; i++)
			close(go[i][1]);
		crew_run(go, done[1]);
	}
	close(done[1]);
	c->done = done[0];
	for (i = 0; i < CREW; i++) {
		close(go[i][0]);
		c->go[i] = go[i][1];
	}
	for (i = 0; i < CREW; i++)
		if (read(c->done, &tid, sizeof(tid)) == sizeof(tid))
			c->tid[i] = tid;
	crew_rest(c);
}

static void crew_touch(struct crew *c)
{
	pid_t tid;
	int i;

	for (i = 0; i < CREW; i++)
		if (write(c->go[i], "t", 1) != 1)
			tap(false, "told to touch");
	for (i = 0; i < CREW; i++)
		if (read(c->done, &tid, sizeof(tid)) != sizeof(tid))
			tap(false, "touched");
	crew_rest(c);
}

/* Ends it, but for its zombie, which still has its counts */
static void crew_end(struct crew *c)
{
	siginfo_t info;
	int i;

	/* closing would do, if no later crew had the same pipes */
	if (write(c->go[0], "q", 1) != 1)
		tap(false, "told to end");
	for (i = 0; i < CREW; i++)
		close(c->go[i]);
	close(c->done);
	waitid(P_PID, c->pid, &info, WEXITED | WNOWAIT);
}

static void crew_bury(struct crew *c)
{
	waitpid(c->pid, NULL, 0);
}

static struct probes *scope_open(enum probes_scope scope, int cgroup, __u32 rows)
{
	struct probes_cfg cfg = {
		.ask_module = true, .scope = scope, .cgroup = cgroup, .max_rows = rows,
	};
	struct probes *p = NULL;
	char why[256];

	if (probes__create(&p, &cfg, why, sizeof(why))) {
		printf("Bail out! %s\n", why);
		exit(1);
	}
	return p;
}

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

static void threads_check(void)
{
	struct truth before[CREW], after;
	struct haul h = {}, quiet = {};
	struct probes *p = scope_open(PROBES_PROCESS, -1, 0);
	struct probes_counts counts;
	struct crew c;
	int i;

	crew_start(&c);
	tap(!probes__watch(p, c.pid), "threads: watched");
	probes__count_threads(p, true);
	for (i = 0; i < CREW; i++)
		truth__read_thread(&before[i], c.pid, c.tid[i]);
	crew_touch(&c);
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
	crew_touch(&c);
	haul_in(p, &quiet);
	tap(!quiet.nr && quiet.all.total >= CREW * TIMES,
	    "threads: none are told when they are not wanted (%d), mappings are (%llu)", quiet.nr,
	    quiet.all.total);
	crew_end(&c);
	probes__counts(p, &counts);
	tap(!counts.lost && !counts.folded, "threads: nothing lost, no mapping folded");
	probes__destroy(p);
	crew_bury(&c);
}

/* No room for all: what is of mappings and what is of threads stays apart */
static void threads_fold_check(void)
{
	struct probes *p = scope_open(PROBES_PROCESS, -1, 1);
	struct probes_counts counts;
	struct haul h = {};
	struct found *rest;
	struct crew c;

	crew_start(&c);
	probes__watch(p, c.pid);
	probes__count_threads(p, true);
	crew_touch(&c);
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
	crew_end(&c);
	crew_bury(&c);
}

/* The rows of a process are what the kernel has counted since @base, now or soon */
static void process_check(struct probes *p, struct haul *h, pid_t pid, const struct truth *base,
			  const char *what)
{
	struct truth now;
	struct found *f;
	int i;

	truth__read(&now, pid);
	/* its threads are freed a grace period after their end */
	for (i = 0; i < 200; i++) {
		haul_in(p, h);
		f = found_at(h, PGWALK_SCOPE_PROCESS, pid);
		if (f->count >= now.minor + now.major - base->minor - base->major)
			break;
		usleep(20000);
	}
	tap(f->count - f->major == now.minor - base->minor && f->major == now.major - base->major,
	    "%s: %llu+%llu faults, as the kernel has it (%llu+%llu)", what, f->count - f->major,
	    f->major, now.minor - base->minor, now.major - base->major);
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

	crew_start(&there);
	held__start(&ls, ls_run, NULL);
	truth__read(&base, there.pid);
	truth__read(&ls_base, ls.pid);
	tap(probes__watch(p, getpid()) == -EINVAL, "all: a process is refused");
	tap(!probes__watch(p, 0), "all: watched");
	tap(probes__watch(p, 0) == -EBUSY, "all: once");
	crew_touch(&there);
	haul_in(p, h);
	process_check(p, h, there.pid, &base, "all: a process that was there");
	tap(is_all(found_at(h, PGWALK_SCOPE_PROCESS, there.pid)->anon_new, CREW * TIMES),
	    "all: %d pages touched by it are anon-new", CREW * TIMES);
	name_is(found_at(h, PGWALK_SCOPE_PROCESS, there.pid), there.pid, "all: a process");
	crew_start(&born);
	crew_touch(&born);
	held__release(&ls);
	process_check(p, h, born.pid, &none, "all: a process born meanwhile");
	waitid(P_PID, ls.pid, &(siginfo_t){}, WEXITED | WNOWAIT);
	process_check(p, h, ls.pid, &ls_base, "all: one that called execve and ended");
	crew_end(&born);
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
	crew_end(&there);
	crew_bury(&there);
	crew_bury(&born);
	waitpid(ls.pid, NULL, 0);
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
		crew_start(&c[i]);
	probes__watch(p, 0);
	for (i = 0; i < 3; i++)
		crew_touch(&c[i]);
	haul_in(p, h);
	probes__counts(p, &counts);
	tap(h->nr == 2 && found_at(h, PGWALK_SCOPE_PROCESS, 0)->count == counts.folded,
	    "all, one row: the rest is in the row of id 0 (%llu)", counts.folded);
	tap(h->all.total >= 3 * CREW * TIMES && !counts.lost, "all, one row: %llu faults, none lost",
	    h->all.total);
	probes__destroy(p);
	for (i = 0; i < 3; i++) {
		crew_end(&c[i]);
		crew_bury(&c[i]);
	}
	free(h);
}

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
	crew_touch(c);
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

	crew_start(&inside);
	crew_start(&roams);
	crew_start(&outside);
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
	crew_start(&born);
	put_into(CGROUPS, getpid());
	truth__read(&base, born.pid);
	crew_touch(&born);
	process_check(p, h, born.pid, &none, "cgroup: one that was born inside");
	crew_end(&born);
	process_check(p, h, born.pid, &none, "cgroup: one that has ended inside");
	crew_end(&roams);
	crew_bury(&roams);
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
	crew_end(&inside);
	crew_end(&outside);
	crew_bury(&inside);
	crew_bury(&outside);
	crew_bury(&born);
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

int main(int argc, char **argv)
{
	some_unknown = argc > 1 && !strcmp(argv[1], "-u");
	setlinebuf(stdout);
	printf("TAP version 13\n");
	threads_check();
	threads_fold_check();
	all_check();
	all_fold_check();
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
