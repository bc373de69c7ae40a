// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * selftests/workloads makes each class of faults TIMES times. The probes count each class
 * TIMES times, in the right mapping, with the kernel's numbers of minor and major faults,
 * and no other fault there. If faults depend on a race, a workload claims
 * class "any", and only the number is compared. Needs pgwalk.ko; the classes that the return value of
 * handle_mm_fault() proves are also checked without it.
 *
 *	fault_class WORKLOAD-PROGRAM [NAME...]	all workloads that fault, or these
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_counts.h"

#define SKIP	4

static const char *const class_names[PGWALK_FAULT_CLASS_NR] = {
	"unattributed", "anon-zero", "anon-new", "thp-new", "file-cached", "file-read", "shmem",
	"cow-copy", "cow-reuse", "file-cow", "shared-write", "swap-cached", "swap-read",
	"numa-hint", "migration", "userfault", "hugetlb", "device", "spurious", "other",
	"segv-map", "segv-access", "sigbus", "oom",
};

/* The faults that the workload reports after its gate */
struct claim {
	char class[32];
	unsigned long long count, start, end, minor, major;
	bool made;
};

/* The faults that the probes counted in the mapping */
struct seen {
	struct fault_counts all;
	const struct claim *claim;
	__u64 count[PGWALK_FAULT_CLASS_NR], major, leaves, write, user;
};

struct child {
	pid_t pid;
	FILE *in, *out;
};

static int seen_take(void *ctx, const struct pgwalk_fault_key *key,
		     const struct pgwalk_fault_row *row)
{
	struct seen *s = ctx;

	fault_counts__add_row(&s->all, key, row);
	if (key->end <= s->claim->start || key->start >= s->claim->end)
		return 0;
	s->count[key->class] += row->count;
	s->major += row->major;
	s->leaves += row->leaf_4k + row->leaf_2m + row->leaf_1g;
	s->write += row->write;
	s->user += row->count - row->kernel;
	return 0;
}

static int child_start(struct child *c, const char *program, const char *name)
{
	int in[2], out[2];

	if (pipe2(in, 02000000) || pipe2(out, 02000000))	/* O_CLOEXEC */
		return -1;
	fflush(stdout);
	c->pid = fork();
	if (!c->pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		execl(program, program, name, "--gate", "--hold", NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	c->in = fdopen(in[1], "w");
	c->out = fdopen(out[0], "r");
	return 0;
}

static int child_end(struct child *c)
{
	int status;

	fclose(c->in);
	fclose(c->out);
	waitpid(c->pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Read to the line @until, or to "ready", and add up the claims before it */
static bool child_read(struct child *c, const char *until, struct claim *claim)
{
	unsigned long long n, start, end, minor, major;
	char line[512], class[sizeof(claim->class)];

	while (fgets(line, sizeof(line), c->out)) {
		line[strcspn(line, "\n")] = 0;
		if (!strcmp(line, until))
			return true;
		if (!strcmp(line, "ready"))
			return false;
		if (sscanf(line, "map %llx %llx", &start, &end) == 2) {
			claim->start = start;
			claim->end = end;
		}
		if (sscanf(line, "fault %31s %llu %llx %llx minor %llu major %llu", class, &n,
			   &start, &end, &minor, &major) != 6)
			continue;
		memcpy(claim->class, class, sizeof(class));
		claim->count += n;
		claim->minor += minor;
		claim->major += major;
		claim->made = true;
	}
	return false;
}

static void claim_check(const char *name, const struct claim *claim, const struct seen *s)
{
	__u64 all = 0, in_class = 0;
	int i;

	for (i = 0; i < PGWALK_FAULT_CLASS_NR; i++) {
		all += s->count[i];
		if (!strcmp(class_names[i], claim->class) || !strcmp(claim->class, "any"))
			in_class += s->count[i];
		if (s->count[i])
			printf("# %s: %llu %s\n", name, s->count[i], class_names[i]);
	}
	if (s->all.total != all)
		printf("# %s: %llu faults elsewhere, %llu of them unattributed\n", name, s->all.total - all,
		       s->all.count[0]);
	tap(in_class == claim->count && all == claim->count && s->major == claim->major &&
	    !s->all.bad_rows,
	    "%s: %llu %s of %llu faults in the mapping, %llu major (the workload made %llu, %llu major)", name,
	    in_class, claim->class, all, s->major, claim->count, claim->major);
}

static int row_discard(void *ctx, const struct pgwalk_fault_key *key,
		      const struct pgwalk_fault_row *row)
{
	(void)ctx;
	(void)key;
	(void)row;
	return 0;
}

/* Watch as soon as the kernel has freed the previous target; discard the rows of that target */
static int watch_next(struct probes *p, pid_t pid)
{
	int err, tries = 6000;

	while ((err = probes__watch(p, pid)) == -EBUSY && tries--)
		usleep(5000);
	return err ?: probes__drain(p, row_discard, NULL);
}

static void class_check(struct probes *p, const char *program, const char *name)
{
	struct claim claim = {};
	struct seen seen = { .claim = &claim };
	struct child c;
	int err;

	if (child_start(&c, program, name))
		return;
	if (!child_read(&c, "armed", &claim)) {
		err = child_end(&c);
		if (err == SKIP)
			tap(true, "%s # SKIP not possible on this machine", name);
		else if (err)
			tap(false, "%s: the workload failed (%d)", name, err);
		return;		/* a workload without a gate makes pages, not faults */
	}
	err = watch_next(p, c.pid);
	fputs("\n", c.in);
	fflush(c.in);
	if (child_read(&c, "ready", &claim) && claim.made && !err) {
		while (!threads_at_rest(c.pid))
			usleep(1000);
		err = probes__settle(p);
		if (!err)
			err = probes__drain(p, seen_take, &seen);
		if (!err)
			claim_check(name, &claim, &seen);
	}
	if (err)
		tap(false, "%s: probes: %d", name, err);
	err = child_end(&c);
	if (err == SKIP)
		tap(true, "%s # SKIP not possible on this machine", name);
	else if (err)
		tap(false, "%s: the workload failed (%d)", name, err);
}

/* Classes that the return code of handle_mm_fault() and the mapping prove */
static void unaided_check(const char *program)
{
	static const char *const names[] = {
		"swap-read", "swap-shmem-read", "swap-shmem-copied",
	};
	struct probes *p = probes_open(false, 256);
	size_t i;

	tap(!probes__has_module(p), "the probes run without pgwalk.ko");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		class_check(p, program, names[i]);
	probes__destroy(p);
}

static void all_check(struct probes *p, const char *program)
{
	char command[4096 + 16], line[256], name[64];
	FILE *list;

	snprintf(command, sizeof(command), "%s --list", program);
	list = popen(command, "r");
	while (list && fgets(line, sizeof(line), list))
		if (sscanf(line, "%63s", name) == 1)
			class_check(p, program, name);
	if (list)
		pclose(list);
}

int main(int argc, char **argv)
{
	struct probes *p;
	int i;

	if (argc < 2) {
		fprintf(stderr, "usage: fault_class WORKLOAD-PROGRAM [NAME...]\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	tap_begin();
	/* Loading takes longer than a workload: one set of probes watches all of them in turn */
	p = probes_open(true, 256);
	tap(probes__has_module(p), "the probes use pgwalk.ko");
	for (i = 2; i < argc; i++)
		class_check(p, argv[1], argv[i]);
	if (argc == 2)
		all_check(p, argv[1]);
	probes__destroy(p);
	unaided_check(argv[1]);
	return tap_end();
}
