// SPDX-License-Identifier: GPL-2.0
/*
 * Each class of faults, made 23 times by selftests/workloads, is counted 23 times,
 * in the right mapping, as minor or major as the kernel counted it, and nothing
 * else is counted there. Needs pgwalk.ko. A workload whose faults depend on a race
 * claims the class "any": then only their number is compared. Without the module those few are
 * right that the kernel's answer proves.
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

#include "fault_tally.h"

#define SKIP	4

static const char *const class_names[PGWALK_FAULT_CLASS_NR] = {
	"unattributed", "anon-zero", "anon-new", "thp-new", "file-cached", "file-read", "shmem",
	"cow-copy", "cow-reuse", "file-cow", "shared-write", "swap-cached", "swap-read",
	"numa-hint", "migration", "userfault", "hugetlb", "device", "spurious", "other",
	"segv-map", "segv-access", "sigbus", "oom",
};

/* What the workload says it did behind the gate */
struct claim {
	char class[32];
	unsigned long long count, start, end, minor, major;
	bool made;
};

/* What the probes saw in that mapping */
struct seen {
	struct tally all;
	const struct claim *claim;
	__u64 count[PGWALK_FAULT_CLASS_NR], major, leafs, write, user;
};

struct child {
	pid_t pid;
	FILE *in, *out;
};

static int seen_take(void *ctx, const struct pgwalk_fault_key *key,
		     const struct pgwalk_fault_row *row)
{
	struct seen *s = ctx;

	tally__take(&s->all, key, row);
	if (key->end <= s->claim->start || key->start >= s->claim->end)
		return 0;
	s->count[key->class] += row->count;
	s->major += row->major;
	s->leafs += row->leaf_4k + row->leaf_2m + row->leaf_1g;
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

/* Read on to the line @until, or to "ready"; the claims on the way are added up */
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
	tap(in_class == claim->count && all == claim->count && s->major == claim->major &&
	    !s->all.bad_rows,
	    "%s: %llu %s in its mapping of %llu there, %llu major (%llu and %llu major made)", name,
	    in_class, claim->class, all, s->major, claim->count, claim->major);
}

static int row_forget(void *ctx, const struct pgwalk_fault_key *key,
		      const struct pgwalk_fault_row *row)
{
	(void)ctx;
	(void)key;
	(void)row;
	return 0;
}

/* As soon as the kernel has freed who was watched before, and without what was left of him */
static int watch_next(struct probes *p, pid_t pid)
{
	int err, tries = 6000;

	while ((err = probes__watch(p, pid)) == -EBUSY && tries--)
		usleep(5000);
	return err ?: probes__drain(p, row_forget, NULL);
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
			tap(true, "%s # SKIP cannot be made here", name);
		else if (err)
			tap(false, "%s: the workload failed (%d)", name, err);
		return;		/* without a gate it makes a state, not faults */
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
		tap(true, "%s # SKIP cannot be made here", name);
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

	tap(!probes__has_module(p), "the probes do without pgwalk.ko");
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
	printf("TAP version 13\n");
	/* To load them takes longer than a workload: they watch one after the other */
	p = probes_open(true, 256);
	tap(probes__has_module(p), "the probes ask pgwalk.ko");
	for (i = 2; i < argc; i++)
		class_check(p, argv[1], argv[i]);
	if (argc == 2)
		all_check(p, argv[1]);
	probes__destroy(p);
	unaided_check(argv[1]);
	return tap_end();
}
