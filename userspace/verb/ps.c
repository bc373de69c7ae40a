// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk ps: all processes, or those of a cgroup, with their memory, page tables and faults. Each
 * process is read once, and holds nothing between two calls of the module.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../collect/procfs/cgroup.h"
#include "../collect/procfs/proc.h"
#include "../collect/procfs/process.h"
#include "../lib/i18n.h"
#include "../model/sum.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define TRIES	3	/* of a process that executes another program while it is read */

/**
 * struct listed - a process of the list
 * @pid: the process
 * @known: its counters were read at the beginning of the interval
 * @faults: its faults then, major ones included
 * @major: its major faults then
 * @start_time: see struct process_stat
 * @at: time of that, in seconds
 */
struct listed {
	pid_t pid;
	bool known;
	uint64_t faults;
	uint64_t major;
	uint64_t start_time;
	double at;
};

/**
 * struct listing - processes by PID
 * @process: the processes
 * @nr: number of @process
 * @room: number of processes that @process has room for
 * @outside: processes of the cgroup outside of the pid namespace
 */
struct listing {
	struct listed *process;
	size_t nr;
	size_t room;
	uint64_t outside;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Clock ticks since boot, as in field 22 of stat */
static uint64_t ticks_since_boot(void)
{
	const uint64_t hz = (uint64_t)sysconf(_SC_CLK_TCK);
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * hz + (uint64_t)ts.tv_nsec / (1000000000 / hz);
}

static int add_listed(void *ctx, pid_t pid)
{
	struct listing *l = ctx;

	if (pid <= 0) {
		l->outside++;
		return 0;
	}
	if (l->nr == l->room) {
		const size_t room = l->room ? 2 * l->room : 256;
		struct listed *process = realloc(l->process, room * sizeof(*process));

		if (!process)
			return -ENOMEM;
		l->process = process;
		l->room = room;
	}
	l->process[l->nr++] = (struct listed){ .pid = pid };
	return 0;
}

static int by_pid(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* A process that moves between cgroups may be listed twice */
static void sort_and_unite(struct listing *l)
{
	size_t i, nr = 0;

	if (l->nr)
		qsort(l->process, l->nr, sizeof(*l->process), by_pid);
	for (i = 0; i < l->nr; i++)
		if (!nr || l->process[i].pid != l->process[nr - 1].pid)
			l->process[nr++] = l->process[i];
	l->nr = nr;
}

static int fail_cgroup(struct run *run, int err)
{
	const char *path = run->options->cgroup;

	if (err == -EOPNOTSUPP)
		return error__set(run->error, ERROR_FAILURE,
				  "%s: a threaded cgroup has no processes of its own (choose the cgroup above it whose cgroup.type is 'domain threaded')",
				  path);
	if (err == -ENOENT)
		return error__set(run->error, ERROR_FAILURE,
				  "%s: no cgroup of version 2 (a directory below /sys/fs/cgroup)", path);
	return error__set(run->error, ERROR_FAILURE, "%s: %s", path, strerror(-err));
}

/* List the processes. @cgroup: descriptor; negative: all processes */
static int list(struct run *run, int cgroup, struct listing *l)
{
	int err;

	*l = (struct listing){ .nr = 0 };
	if (cgroup >= 0)
		err = cgroup__processes(cgroup, add_listed, l);
	else
		err = process__list(run->options->proc, add_listed, l);
	sort_and_unite(l);
	if (!err)
		return 0;
	free(l->process);
	l->process = NULL;
	if (err == -ENOMEM)
		return run__fail(run, err);
	if (cgroup >= 0)
		return fail_cgroup(run, err);
	return error__set(run->error, ERROR_FAILURE, "%s: %s", run->options->proc, strerror(-err));
}

/* Read the counters of all listed processes */
static void read_first(struct run *run, struct listing *l)
{
	struct process_stat stat;
	size_t i;

	for (i = 0; i < l->nr; i++) {
		struct listed *p = &l->process[i];

		if (process__stat(run->options->proc, p->pid, &stat))
			continue;
		p->known = true;
		p->at = now();
		p->faults = stat.minor + stat.major;
		p->major = stat.major;
		p->start_time = stat.start_time;
	}
}

/**
 * struct reading - state of the verb
 * @run: the run
 * @first: counters at the beginning of the interval; empty without one
 * @began: beginning of the interval, in seconds; 0: none
 * @began_ticks: the same, in clock ticks since boot
 * @row: the process that is read
 * @total: sums
 */
struct reading {
	struct run *run;
	struct listing first;
	double began;
	uint64_t began_ticks;
	struct inspect_process row;
	struct inspect_process_total total;
};

static int add_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	struct inspect_process *row = ctx;

	sum__vma(&row->sum, vma);
	row->uss += sum__uss(vma);
	row->mappings++;
	return 0;
}

/* Sum up the mappings of the process. -ESRCH: it has exited, or executes another program */
static int read_mappings(struct reading *r)
{
	__u64 at = 0;
	int err;

	r->row.sum = (struct pgwalk_vma){ .size = 0 };
	r->row.uss = 0;
	r->row.mappings = 0;
	err = device__attach(r->run->device, r->row.pid);
	if (err)
		return err;
	do {
		err = device__vmas(r->run->device, at, 0, PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES, add_mapping,
				   &r->row, &at);
	} while (!err && at);
	r->row.sum.counted = !err;
	r->row.sum.frames_counted = err ? 0 : device__is_redacted(r->run->device) ? PGWALK_VMA_FRAMES_REDACTED : 1;
	return err;
}

static int read_memory(struct reading *r)
{
	int err = -ESRCH, i;
	__u64 tables;
	__u32 threads;

	for (i = 0; err == -ESRCH && i < TRIES; i++)
		err = read_mappings(r);
	if (err)
		return err;
	proc__sizes(r->run->options->proc, r->row.pid, &tables, &threads);
	r->row.tables = tables;
	return 0;
}

/*
 * Faults since the first reading. A process that has started since has all of its faults in the interval. The number is
 * unknown of a process that has moved into the cgroup since
 */
static void take_faults(struct reading *r, const struct process_stat *stat)
{
	const struct listed key = { .pid = r->row.pid };
	const struct listed started = { .at = r->began };
	const struct listed *first = NULL;

	r->row.minor = stat->minor;
	r->row.major = stat->major;
	if (r->first.nr)
		first = bsearch(&key, r->first.process, r->first.nr, sizeof(key), by_pid);
	if (!r->began || (first && !first->known))
		return;
	if (!first && stat->start_time < r->began_ticks)
		return;
	if (!first || first->start_time != stat->start_time)
		first = &started;
	r->row.seconds = now() - first->at;
	r->row.new_faults = stat->minor + stat->major - first->faults;
	r->row.new_major = stat->major - first->major;
}

static void add_to_total(struct inspect_process_total *total, const struct inspect_process *row)
{
	total->processes++;
	total->unreadable += !!row->error;
	sum__vma(&total->sum.sum, &row->sum);
	total->sum.uss += row->uss;
	total->sum.tables += row->tables;
	total->sum.minor += row->minor;
	total->sum.major += row->major;
	total->sum.new_faults += row->new_faults;
	total->sum.new_major += row->new_major;
	if (total->map_limit && row->mappings > total->map_limit / 100 * INSPECT_NEAR_LIMIT)
		total->near_limit++;
}

/* Take the reason from an errno of stat or of the module. Return true if the process has to be shown without figures */
static bool may_not_be_read(int err)
{
	return err == -EPERM || err == -EACCES || err == -ENOMEM;
}

/* Read one process and print its row. Return -1 only if the whole command fails */
static int read_process(struct reading *r, pid_t pid)
{
	struct process_stat stat;
	int err = process__stat(r->run->options->proc, pid, &stat);

	r->row = (struct inspect_process){ .pid = pid };
	if (!err && stat.kernel) {
		r->total.kernel_threads++;
		return 0;
	}
	if (!err) {
		memcpy(r->row.comm, stat.comm, sizeof(r->row.comm));
		take_faults(r, &stat);
		err = read_memory(r);
	}
	if (err == -ESRCH || err == -ENOENT) {
		r->total.exited++;
		return 0;
	}
	if (err == -ENXIO) {
		r->total.zombies++;
		return 0;
	}
	if (err && !may_not_be_read(err))
		return run__fail(r->run, err);
	r->row.error = -err;
	if (err) {
		r->row.sum = (struct pgwalk_vma){ .size = 0 };
		r->row.uss = 0;
		r->row.mappings = 0;
	}
	add_to_total(&r->total, &r->row);
	return run__row(r->run, &r->row, sizeof(r->row));
}

static void print_total(struct reading *r)
{
	const struct inspect_process_total *t = &r->total;
	struct report *out = &r->run->report;

	r->total.sum.seconds = r->began ? now() - r->began : 0;
	report__total(out, &process_total_columns, &r->total);
	report__comment(out, "%llu processes; without kernel threads (%llu), zombies (%llu)",
			(unsigned long long)t->processes, (unsigned long long)t->kernel_threads,
			(unsigned long long)t->zombies);
	if (t->exited)
		report__comment(out, "%llu processes exited while they were read", (unsigned long long)t->exited);
	if (t->unreadable)
		report__comment(out, "%llu processes could not be read, with - for their memory (-o pid,error,name)",
				(unsigned long long)t->unreadable);
	if (t->near_limit)
		report__comment(out, "%llu processes have more than %d%% of vm.max_map_count = %llu mappings (-s mappings)",
				(unsigned long long)t->near_limit, INSPECT_NEAR_LIMIT, (unsigned long long)t->map_limit);
	if (t->outside)
		report__comment(out, "%llu processes of the cgroup are outside of this pid namespace",
				(unsigned long long)t->outside);
	report__comment(out, "RSS present  PSS shared pages divided by their mappings  USS mapped only once");
	report__comment(out, "HUGE of RSS in 2M and 1G leaves  TABLES page tables%s",
			r->began ? "" : _("  FAULT/s with -i SEC"));
}

/* Read all processes of a list, and print them */
static int read_all(struct reading *r, const struct listing *l)
{
	size_t i;
	int err = 0;

	r->total.outside = l->outside;
	r->total.map_limit = process__map_limit(r->run->options->proc);
	report__comment(&r->run->report, "pgwalk ps%s%s", r->run->options->cgroup ? " -c " : "",
			r->run->options->cgroup ? r->run->options->cgroup : "");
	report__header(&r->run->report);
	for (i = 0; i < l->nr && !err && !r->run->closed; i++) {
		err = read_process(r, l->process[i].pid);
		progress__set(r->run->progress, i + 1, l->nr);
	}
	if (err || r->run->closed)
		return err;
	run__print_sorted(r->run);
	print_total(r);
	return 0;
}

/* With an interval: list the processes and their counters, wait, and list the processes again */
static int read_twice(struct reading *r, int cgroup, double seconds)
{
	struct listing second;
	int err = 0;

	if (seconds > 0) {
		r->began_ticks = ticks_since_boot();
		err = list(r->run, cgroup, &r->first);
		if (err)
			return err;
		r->began = now();
		read_first(r->run, &r->first);
		number__sleep(seconds);
	}
	err = list(r->run, cgroup, &second);
	if (!err)
		err = read_all(r, &second);
	free(second.process);
	free(r->first.process);
	return err;
}

static int run_ps(struct run *run)
{
	const struct verb_options *o = run->options;
	struct reading r = { .run = run };
	double seconds = 0;
	int cgroup = -1, err;

	if (o->interval && number__seconds(o->interval, 0.01, &seconds))
		return run__usage(run, o->interval, "not an interval (0.01 to 1000000 seconds)");
	if (!run->sort)
		run->sort = "pss";
	err = run__columns(run, run->verb->columns);
	if (!err)
		err = run__check_proc(run);
	if (!err && o->cgroup) {
		cgroup = cgroup__open(o->cgroup);
		if (cgroup < 0)
			return fail_cgroup(run, cgroup);
	}
	if (!err)
		err = read_twice(&r, cgroup, seconds);
	if (cgroup >= 0)
		close(cgroup);
	return err;
}

const struct verb ps_verb = {
	.name = "ps",
	.args = "",
	.min = 0,
	.max = 0,
	.options = "cios",
	.columns = &process_columns,
	.what = N_("All processes: resident, proportional and unique memory, swap, share of huge pages, page tables, faults."),
	.more = N_("Sorted by PSS unless -s is given. Kernel threads and zombies have no memory and are left out. A process that may not be read has a row without figures.\n\n"
		"Most swapped out:        pgwalk ps -s swapped\n"
		"Processes of a service:  pgwalk ps -c system.slice/ssh.service\n"
		"Faults in 5 seconds:     pgwalk ps -i 5 -s faults\n"
		"Memory of page tables:   pgwalk ps -s tables -o pid,tables,resident,name\n"
		"Number of mappings:      pgwalk ps -s mappings -o pid,mappings,name"),
	.run = run_ps,
};
