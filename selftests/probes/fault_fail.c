// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Faults that end in a signal, or in an error for lack of memory, TIMES each. They are
 * counted by class in their mapping, and do not change the number of faults that the
 * kernel counts. Similar events that are not faults are not counted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_counts.h"
#include "../lib/sizes.h"

#define CGROUPS		"/tmp/pgwalk-cgroups"
#define CGROUP		CGROUPS "/fault_fail"
#define GUARD_INSTALL	102	/* MADV_GUARD_INSTALL, 6.13 */

/* The child's mapping and results, for the parent */
struct made {
	unsigned long start, end;
	int skipped, wrong;
};

static struct made *all_made;
static sigjmp_buf after;
static volatile sig_atomic_t signals;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	signals++;
	siglongjmp(after, 1);
}

static void catch(int sig)
{
	struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	sigaction(sig, &act, NULL);
}

static char *map(struct made *made, int prot, int flags, int fd)
{
	char *p = mmap(NULL, (TIMES + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	/* with a hole on both sides, so that it does not merge */
	munmap(p, PAGE);
	munmap(p + (TIMES + 1) * PAGE, PAGE);
	p = mmap(p + PAGE, TIMES * PAGE, prot, flags | MAP_FIXED, fd, 0);
	made->start = (unsigned long)p;
	made->end = (unsigned long)p + TIMES * PAGE;
	return p;
}

static void touch(char *p, bool write)
{
	if (sigsetjmp(after, 1))
		return;
	if (write)
		*(volatile char *)p = 1;
	else
		(void)*(volatile char *)p;
}

/* Write to the first pages and read the others */
static int touch_all(char *p, int sig, int writes)
{
	int i;

	catch(sig);
	for (i = 0; i < TIMES; i++)
		touch(p + i * PAGE, i < writes);
	return signals == TIMES ? 0 : 1;
}

static int no_mapping(struct made *made)
{
	char *p = map(made, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	munmap(p, TIMES * PAGE);
	return touch_all(p, SIGSEGV, 11);
}

static int no_access(struct made *made)
{
	return touch_all(map(made, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1), SIGSEGV, 11);
}

static int read_only(struct made *made)
{
	char *p = map(made, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	int i;

	for (i = 0; i < TIMES; i++)
		touch(p + i * PAGE, false);
	return touch_all(p, SIGSEGV, TIMES);
}

static int no_exec(struct made *made)
{
	char *p = map(made, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	int i;

	catch(SIGSEGV);
	for (i = 0; i < TIMES; i++)
		if (!sigsetjmp(after, 1))
			((void (*)(void))(p + i * PAGE))();
	return signals == TIMES ? 0 : 1;
}

static int guarded(struct made *made)
{
	char *p = map(made, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	if (madvise(p, TIMES * PAGE, GUARD_INSTALL)) {
		made->skipped = errno == EINVAL;
		return !made->skipped;
	}
	return touch_all(p, SIGSEGV, 11);
}

static int past_end(struct made *made)
{
	int fd = memfd_create("fault_fail", MFD_CLOEXEC);

	return touch_all(map(made, PROT_READ | PROT_WRITE, MAP_SHARED, fd), SIGBUS, 11);
}

static int killed(struct made *made)
{
	struct rlimit no_core = {};
	char *p = map(made, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	setrlimit(RLIMIT_CORE, &no_core);
	made->wrong = 0;
	*(volatile char *)p = 1;
	return 0;
}

static int setting_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), failed;

	failed = fd < 0 || write(fd, value, strlen(value)) < 0;
	if (fd >= 0)
		close(fd);
	return failed;
}

/* A cgroup without memory; the OOM killer may not kill its only process */
static int no_memory(struct made *made)
{
	int limit, pipes[2], left = 0, i;
	char *p;

	mkdir(CGROUPS, 0700);
	mount("none", CGROUPS, "cgroup2", 0, NULL);
	setting_write(CGROUPS "/cgroup.subtree_control", "+memory");
	mkdir(CGROUP, 0700);
	limit = open(CGROUP "/memory.max", O_WRONLY | O_CLOEXEC);
	if (limit < 0 || pipe(pipes) || setting_write("/proc/self/oom_score_adj", "-1000") ||
	    setting_write(CGROUP "/cgroup.procs", "0")) {
		made->skipped = 1;
		return 0;
	}
	/* locks all present pages; later pages can fail */
	if (mlockall(MCL_CURRENT))
		return 1;
	p = map(made, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	if (write(limit, "0", 1) != 1)
		return 1;
	for (i = 0; i < TIMES; i++)
		left += !ioctl(pipes[0], FIONREAD, p + i * PAGE) || errno != EFAULT;
	left += write(limit, "max", 3) != 3;
	return left;
}

/* Raise an exception that is no page fault, and ends in a signal */
static void raise_exception(void)
{
#if defined(__x86_64__)
	/* A non-canonical address raises a general protection fault */
	(void)*(volatile char *)0xdead000000000000UL;
#else
	/* A misaligned instruction. On arm64 any address without a page is a page fault */
	((void (*)(void))((unsigned long)touch_all + 2))();
#endif
}

/* A thread that has faulted once receives signals that are not from faults */
static int no_faults(struct made *made)
{
	char *p = map(made, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	siginfo_t forged = { .si_signo = SIGSEGV, .si_code = SEGV_ACCERR, .si_addr = p };
	int pipes[2], wrong = 0, i;

	catch(SIGSEGV);
	catch(SIGBUS);
	touch(p, false);
	if (pipe(pipes))
		return 1;
	for (i = 0; i < TIMES; i++) {
		if (!sigsetjmp(after, 1))
			raise(SIGSEGV);
		if (!sigsetjmp(after, 1))
			kill(getpid(), SIGBUS);
		if (!sigsetjmp(after, 1))
			syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGSEGV, &forged);
		if (!sigsetjmp(after, 1))
			raise_exception();
		wrong += write(pipes[1], p, 1) != -1 || errno != EFAULT;
	}
	return wrong || signals != 1 + 4 * TIMES;
}

struct trial {
	const char *name;
	int (*run)(struct made *made);
	enum pgwalk_fault_class class;
	unsigned int times, writes, execs, kernel;
		bool mapped;		/* in the mapping made, else in no mapping */
};

/* One process makes all of these; the last case leaves it without memory */
static const struct trial trials[] = {
	{ "no mapping", no_mapping, PGWALK_FAULT_SEGV_MAP, TIMES, 11, .mapped = false },
	{ "no access", no_access, PGWALK_FAULT_SEGV_ACCESS, TIMES, 11, .mapped = true },
	{ "read-only", read_only, PGWALK_FAULT_SEGV_ACCESS, TIMES, TIMES, .mapped = true },
	{ "no exec", no_exec, PGWALK_FAULT_SEGV_ACCESS, TIMES, 0, TIMES, .mapped = true },
	{ "guard region", guarded, PGWALK_FAULT_SEGV_ACCESS, TIMES, 11, .mapped = true },
	{ "past the end of the file", past_end, PGWALK_FAULT_SIGBUS, TIMES, 11, .mapped = true },
	{ "signals that are no faults", no_faults, PGWALK_FAULT_SEGV_ACCESS, 1, .mapped = true },
	{ "no memory", no_memory, PGWALK_FAULT_OOM, TIMES, TIMES, 0, TIMES, .mapped = true },
};

static const struct trial last_trial = {
	"killed by the signal", killed, PGWALK_FAULT_SEGV_ACCESS, 1, 1, .mapped = true,
};

#define TRIALS	(sizeof(trials) / sizeof(*trials))

/* The drained rows of failed faults */
struct failed {
	__u64 count, write, exec, kernel, more;
};

struct seen {
	struct fault_counts all;
	const struct trial *trials;
	unsigned int nr_trials;
	struct failed of[TRIALS], elsewhere;
};

static bool is_of(const struct trial *trial, const struct made *made,
		  const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row)
{
	if (key->class != trial->class || !key->mm)
		return false;
	if (trial->mapped)
		return key->start <= made->start && key->end >= made->end;
	return !key->start && !key->end && !strcmp(row->name, "(no mapping)");
}

static int seen_take(void *ctx, const struct pgwalk_fault_key *key,
		     const struct pgwalk_fault_row *row)
{
	struct seen *s = ctx;
	struct failed *f = &s->elsewhere;
	unsigned int i;

	if (key->class < PGWALK_FAULT_SIGNAL_FIRST)
		return fault_counts__add_row(&s->all, key, row);
	for (i = 0; i < s->nr_trials && f == &s->elsewhere; i++)
		if (is_of(&s->trials[i], &all_made[i], key, row))
			f = &s->of[i];
	f->count += row->count;
	f->write += row->write;
	f->exec += row->exec;
	f->kernel += row->kernel;
	f->more += row->latency_ns + row->major + row->gup;
	return 0;
}

static void trial_check(const struct trial *trial, const struct made *made, const struct failed *f)
{
	if (made->skipped) {
		tap(true, "%s # SKIP not possible on this machine", trial->name);
		return;
	}
	tap(!made->wrong, "%s: the program made the faults (%d)", trial->name, made->wrong);
	tap(f->count == trial->times && f->write == trial->writes && f->exec == trial->execs &&
	    f->kernel == trial->kernel && !f->more,
	    "%s: %llu of %u counted in the mapping: %llu writes, %llu exec, %llu kernel", trial->name,
	    f->count, trial->times, f->write, f->exec, f->kernel);
}

/* In the child */
static int make_all(void *arg)
{
	struct seen *s = arg;
	unsigned int i;

	for (i = 0; i < s->nr_trials; i++) {
		signals = 0;
		all_made[i].wrong = 1;
		all_made[i].wrong = s->trials[i].run(&all_made[i]);
	}
	return 0;
}

static void trials_check(const char *what, const struct trial *these, unsigned int nr, int want)
{
	struct seen s = { .trials = these, .nr_trials = nr };
	struct probes *p = probes_open(true, 256);
	struct truth end = {};
	struct held_child child;
	int status, err;
	unsigned int i;

	memset(all_made, 0, TRIALS * sizeof(*all_made));
	held_child__start(&child, make_all, &s);
	err = probes__watch(p, child.pid);
	held_child__release(&child);
	take_to_end(p, child.pid, 20, seen_take, &s);
	truth__read(&end, child.pid);
	waitpid(child.pid, &status, 0);
	tap(!err && status == want, "%s: watched to the end (%d, status %#x)", what, err, status);
	for (i = 0; i < nr; i++)
		trial_check(&these[i], &all_made[i], &s.of[i]);
	tap(!s.elsewhere.count, "%s: %llu counted elsewhere", what, s.elsewhere.count);
	fault_counts__check(what, p, &s.all, &end);
	probes__destroy(p);
}

int main(void)
{
	all_made = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	trials_check("caught", trials, TRIALS, 0);
	trials_check("killed", &last_trial, 1, SIGSEGV);
	rmdir(CGROUP);
	umount(CGROUPS);
	rmdir(CGROUPS);
	return tap_end();
}
