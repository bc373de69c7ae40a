// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The fields of a row beside the number of faults: pages mapped by fault-around, compared
 * with pagemap; huge pages that fell back, compared with vmstat; faults in kernel mode, and
 * by get_user_pages in memory of another process. Needs pgwalk.ko.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_counts.h"
#include "../lib/sizes.h"

#define WINDOW		16	/* pages of a fault-around window */
#define CGROUPS		"/tmp/pgwalk-row"
#define CGROUP		CGROUPS "/pgwalk-fault-row"
#define THP		"/sys/kernel/mm/transparent_hugepage/enabled"
#define DEFRAG		"/sys/kernel/mm/transparent_hugepage/defrag"

/* The child's mapping and results, for the parent */
struct made {
	unsigned long start, end;
	unsigned long present;
		pid_t other;		/* process that is read */
	int fd, advice;
	bool refuses, failed, write;
};

static struct made *made;

/* Sums of the rows of the mapping */
struct seen {
	struct fault_counts all;
	struct pgwalk_fault_row row;
	__u64 count[PGWALK_FAULT_CLASS_NR];
};

static int seen_take(void *ctx, const struct pgwalk_fault_key *key,
		     const struct pgwalk_fault_row *row)
{
	struct seen *s = ctx;

	fault_counts__add_row(&s->all, key, row);
	if (key->end <= made->start || key->start >= made->end)
		return 0;
	s->count[key->class] += row->count;
	s->row.count += row->count;
	s->row.kernel += row->kernel;
	s->row.gup += row->gup;
	s->row.write += row->write;
	s->row.around += row->around;
	s->row.thp_fallback += row->thp_fallback;
	return 0;
}

/* Run @run in a child under the probes, after moving it into a cgroup if one is given */
static void watched_run(int (*run)(void *), const char *cgroup_procs, struct seen *seen)
{
	struct probes *p = probes_open(true, 0);
	siginfo_t info = {};
	struct held_child held;
	int i, err;
	FILE *f;

	memset(seen, 0, sizeof(*seen));
	held_child__start(&held, run, NULL);
	f = cgroup_procs ? fopen(cgroup_procs, "w") : NULL;
	if (cgroup_procs && (!f || fprintf(f, "%d\n", held.pid) < 0 || fclose(f)))
		tap(false, "%s: %s", cgroup_procs, strerror(errno));
	err = probes__watch(p, held.pid);
	held_child__release(&held);
	waitid(P_PID, held.pid, &info, WEXITED | WNOWAIT);
	for (i = 0; !probes__ended(p) && i < 500; i++)
		usleep(10000);
	if (!err)
		err = probes__settle(p);
	if (!err)
		err = probes__drain(p, seen_take, seen);
	if (err || info.si_status || made->failed || seen->all.bad_rows)
		tap(false, "watched (%d), exited with %d, rows are consistent", err, info.si_status);
	probes__destroy(p);
	waitpid(held.pid, NULL, 0);
}

static unsigned long present_pages(unsigned long start, unsigned long end)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	unsigned long n = 0;
	__u64 entry;

	for (; start < end; start += PAGE)
		if (pread(fd, &entry, 8, start / PAGE * 8) == 8)
			n += entry >> 63;
	close(fd);
	return n;
}

/* One page in each of TIMES windows; the mapping begins and ends within a window */
static int around_run(void *arg)
{
	unsigned long size = (TIMES * WINDOW + 11) * PAGE, at;
	char *area = mmap(NULL, 2 * HUGE + size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile char *p;

	area = (char *)(((unsigned long)area + HUGE - 1) & -HUGE) + 5 * PAGE;
	p = mmap(area, size, PROT_READ, MAP_SHARED | MAP_FIXED, made->fd, 3 * PAGE);
	made->start = (unsigned long)p;
	made->end = made->start + size;
	for (at = 2; at < TIMES * WINDOW + 11; at += 37)
		(void)p[at * PAGE];
	made->present = present_pages(made->start, made->end);
	return p == MAP_FAILED;
}

static void around_check(const char *what, const char *path)
{
	static const char page[PAGE_MOST] = { 1 };
	struct seen s;
	int i;

	made->fd = path ? open(path, O_RDWR | O_CREAT | O_TRUNC, 0600) :
			  memfd_create("around", 0);
	if (made->fd < 0) {
		tap(true, "around: %s # SKIP not possible on this machine", what);
		return;
	}
	for (i = 0; i < TIMES * WINDOW + 32; i++)
		if (write(made->fd, page, PAGE) != PAGE)
			tap(false, "around: the file is written");
	fsync(made->fd);
	watched_run(around_run, NULL, &s);
	tap(s.row.count && s.row.around && s.row.around == made->present - s.row.count,
	    "around: %s: %llu faults mapped %llu more pages, pagemap has %lu in all", what,
	    s.row.count, s.row.around, made->present);
	close(made->fd);
	if (path)
		unlink(path);
}

#define PIECE	(1L << 20)

static void touch(volatile char *p, unsigned int page, bool write)
{
	if (write)
		p[page * PAGE] = 1;
	else
		(void)p[page * PAGE];
}

/*
 * Faults without a page table, with one, and where a part of a folio is unmapped: the mapping has
 * pages of the folio on both sides of that part
 */
static int whole_run(void *arg)
{
	bool write = made->write;
	volatile char *p;
	char *area = mmap(NULL, 2 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned long before;

	area = (char *)(((unsigned long)area + HUGE - 1) & -HUGE);
	p = mmap(area, HUGE, PROT_READ | (write ? PROT_WRITE : 0), MAP_SHARED | MAP_FIXED,
		 made->fd, 0);
	made->start = (unsigned long)p;
	made->end = made->start + HUGE;
	touch(p, 301, write);
	touch(p, 7, write);
	touch(p, 67, write);
	before = present_pages(made->start, made->end);
	madvise(area + 298 * PAGE, 29 * PAGE, MADV_DONTNEED);
	made->present = before - present_pages(made->start, made->end);
	touch(p, 311, write);
	made->present += present_pages(made->start, made->end);
	return p == MAP_FAILED;
}

/*
 * Two pieces of 1M: a file system may have each in one folio, which 7.2 and later map as a whole. A
 * folio of 2M would be mapped by one huge entry, and no page around it.
 */
static void whole_check(const char *path, bool writes, int advice)
{
	char *piece = aligned_alloc(PIECE, PIECE);
	struct seen s;

	memset(piece, 1, PIECE);
	made->write = writes;
	made->fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (write(made->fd, piece, PIECE) != PIECE || write(made->fd, piece, PIECE) != PIECE ||
	    fsync(made->fd))
		tap(false, "around: the file is written in two pieces");
	if (advice)			/* the fault reads the folios from disk */
		posix_fadvise(made->fd, 0, 0, advice);
	watched_run(whole_run, NULL, &s);
	tap(s.row.count && s.row.around == made->present - s.row.count,
	    "around: large folios, %s%s: %llu faults mapped %llu more pages, pagemap shows %lu new",
	    writes ? "written" : "read", advice ? ", not in the cache" : "", s.row.count,
	    s.row.around, made->present);
	close(made->fd);
	unlink(path);
	free(piece);
}

static unsigned long long vmstat(const char *name)
{
	unsigned long long n = 0, value;
	char line[128], key[64];
	FILE *f = fopen("/proc/vmstat", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %llu", key, &value) == 2 && !strcmp(key, name))
			n = value;
	if (f)
		fclose(f);
	return n;
}

static bool set(const char *path, const char *value)
{
	FILE *f = fopen(path, "w");

	return f && fputs(value, f) >= 0 && !fclose(f);
}

/* One page in each of TIMES ranges that could hold a huge page */
static int thp_run(void *arg)
{
	unsigned long size = TIMES * HUGE;
	char *p = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	int i;

	p = (char *)(((unsigned long)p + HUGE - 1) & -HUGE);
	if (made->refuses)
		prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (made->advice)
		madvise(p, size, made->advice);
	made->start = (unsigned long)p;
	made->end = made->start + size;
	for (i = 0; i < TIMES; i++)
		p[i * HUGE + 7 * PAGE] = 1;
	return 0;
}

static void thp_check(const char *what, const char *setting, int advice, bool refuses,
		      unsigned int expect)
{
	unsigned long long before, kernel;
	struct seen s;

	made->advice = advice;
	made->refuses = refuses;
	set(THP, setting);
	before = vmstat("thp_fault_fallback");
	watched_run(thp_run, CGROUP "/cgroup.procs", &s);
	kernel = vmstat("thp_fault_fallback") - before;
	tap(s.row.thp_fallback == expect && s.row.count == TIMES &&
	    s.count[PGWALK_FAULT_ANON_NEW] == TIMES && kernel == expect,
	    "thp: %s: %llu of %llu faults fell back, vmstat has %llu", what,
	    s.row.thp_fallback, s.row.count, kernel);
}

/* A cgroup with memory for small pages but not for a huge page */
static void thp_checks(void)
{
	if (access(THP, F_OK)) {
		tap(true, "thp # SKIP a kernel without transparent huge pages");
		return;
	}
	mkdir(CGROUPS, 0755);
	if (mount("none", CGROUPS, "cgroup2", 0, NULL) ||
	    !set(CGROUPS "/cgroup.subtree_control", "+memory") || mkdir(CGROUP, 0755) ||
	    !set(CGROUP "/memory.max", "1900544")) {
		tap(false, "thp: a cgroup with little memory can be made: %s", strerror(errno));
		return;
	}
	set(CGROUP "/memory.swap.max", "0");
	set(DEFRAG, "never");		/* no reclaim for a huge page that cannot fit */
	thp_check("always", "always", 0, false, TIMES);
	thp_check("always, not in this mapping", "always", MADV_NOHUGEPAGE, false, 0);
	thp_check("always, not this process", "always", 0, true, 0);
	thp_check("only where advised", "madvise", 0, false, 0);
	thp_check("where advised", "madvise", MADV_HUGEPAGE, false, TIMES);
	thp_check("never", "never", MADV_HUGEPAGE, false, 0);
	set(THP, "always");
	set(DEFRAG, "madvise");
	rmdir(CGROUP);
	umount(CGROUPS);
}

static int kernel_run(void *arg)
{
	int zero = open("/dev/zero", O_RDONLY);
	char *p = mmap(NULL, TIMES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	madvise(p, TIMES * PAGE, MADV_NOHUGEPAGE);
	mprotect(p + TIMES * PAGE - PAGE, PAGE, PROT_READ);	/* prevents a merge with the mapping above */
	made->start = (unsigned long)p;
	made->end = made->start + (TIMES - 1) * PAGE;
	return read(zero, p, (TIMES - 1) * PAGE) != (TIMES - 1) * PAGE;
}

static void kernel_check(void)
{
	struct seen s;

	watched_run(kernel_run, NULL, &s);
	tap(s.row.count == TIMES - 1 && s.row.kernel == TIMES - 1 && !s.row.gup &&
	    s.row.write == TIMES - 1 && s.count[PGWALK_FAULT_ANON_NEW] == TIMES - 1,
	    "kernel mode: read() touched %llu new pages: %llu faults in kernel mode, %llu gup",
	    s.row.count, s.row.kernel, s.row.gup);
}

static int gup_run(void *arg)
{
	static char buffer[TIMES * PAGE_MOST];
	struct iovec to = { buffer, TIMES * PAGE };
	struct iovec from = { (void *)made->start, TIMES * PAGE };

	return process_vm_readv(made->other, &to, 1, &from, 1, 0) != TIMES * (long)PAGE;
}

/* The process that is read; it makes no faults itself */
static int gup_victim(void *arg)
{
	pause();
	return 0;
}

static void gup_check(void)
{
	char *p = mmap(NULL, TIMES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	struct truth before, after;
	struct held_child victim;
	struct seen s;
	int status;

	made->start = (unsigned long)p;
	made->end = made->start + TIMES * PAGE;
	held_child__start(&victim, gup_victim, NULL);
	made->other = victim.pid;
	truth__read(&before, victim.pid);
	watched_run(gup_run, NULL, &s);
	truth__read(&after, victim.pid);
	tap(s.row.count == TIMES && s.row.gup == TIMES && s.count[PGWALK_FAULT_OTHER] == TIMES &&
	    before.minor == after.minor,
	    "gup: %llu faults in memory of another process count for the caller, %llu marked gup, %llu of class other",
	    s.row.count, s.row.gup, s.count[PGWALK_FAULT_OTHER]);
	held_child__release(&victim);
	kill(victim.pid, SIGKILL);
	waitpid(victim.pid, &status, 0);
	munmap(p, TIMES * PAGE);
}

int main(int argc, char **argv)
{
	char disk[256];

	setlinebuf(stdout);
	tap_begin();
	made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	around_check("a file in memory", NULL);
	if (getenv("PGWALK_SCRATCH")) {
		snprintf(disk, sizeof(disk), "%s/fault_row", getenv("PGWALK_SCRATCH"));
		around_check("a file on disk", disk);
		whole_check(disk, false, 0);
		whole_check(disk, true, 0);
		whole_check(disk, false, POSIX_FADV_DONTNEED);
	}
	thp_checks();
	kernel_check();
	gup_check();
	return tap_end();
}
