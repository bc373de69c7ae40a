// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Common parts of all verbs: opens the module, finds the process, writes output, and reports
 * failures.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../collect/module/unloaded.h"
#include "../collect/procfs/identity.h"
#include "../collect/procfs/process.h"
#include "../lib/i18n.h"
#include "../lib/page_size.h"
#include "../lib/text.h"
#include "../names/names.h"
#include "run.h"

#define WIDTH	79

static int open_device(struct run *run)
{
	int err = device__open(&run->device);
	char how[512];

	switch (err) {
	case 0:
		device__info(run->device, &run->info);
		return 0;
	case -ENOENT:
		unloaded__explain(how, sizeof(how));
		return error__set(run->error, ERROR_PERMISSION, "%s: pgwalk.ko is not loaded (%s)",
				  PGWALK_DEVICE, how);
	case -EPERM:
	case -EACCES:
		return error__set(run->error, ERROR_PERMISSION,
				  "%s: not permitted (run as root; modprobe pgwalk delegate=1 lets users read their own processes)",
				  PGWALK_DEVICE);
	case -EPROTO:
		return error__set(run->error, ERROR_FAILURE,
				  "%s: the module has another version of the ABI, not %u (load the pgwalk.ko that was built with this program)",
				  PGWALK_DEVICE, PGWALK_ABI_VERSION);
	}
	return error__set(run->error, ERROR_FAILURE, "%s: %s", PGWALK_DEVICE,
			  strerror(-err));
}

/* Processes of a name: the first, and a list for the message */
struct candidates {
	pid_t first;
	unsigned int count;
	char list[256];
};

static void add_candidate(void *ctx, pid_t pid, const char *comm)
{
	struct candidates *c = ctx;
	size_t len = strlen(c->list);
	char name[64];

	if (!c->count++)
		c->first = pid;
	text__fit(name, sizeof(name), comm, 15);
	if (len + 32 < sizeof(c->list))
		snprintf(c->list + len, sizeof(c->list) - len, "%s%d %s",
			 len ? ", " : "", pid, name);
	else if (c->list[len - 1] != '.')
		snprintf(c->list + len, sizeof(c->list) - len, " ...");
}

static int find_process(struct run *run, const char *process)
{
	struct candidates c = { .count = 0 };
	uint64_t number;
	char name[64];
	pid_t zombie;
	int found;

	if (!number__decimal(process, 1U << 30, &number)) {
		if (!number)
			return run__usage(run, process, "not a PID (the first is 1)");
		run->tid = (pid_t)number;
		return 0;
	}
	text__fit(name, sizeof(name), process, 40);
	found = process__find(run->options->proc, process, add_candidate, &c,
			      &zombie);
	if (found < 0)
		return error__set(run->error, ERROR_FAILURE, "%s: %s",
				  run->options->proc, strerror(-found));
	if (!found && zombie)
		return error__set(run->error, ERROR_FAILURE,
				  "%s: %d has no memory: it has exited (a zombie until its parent waits for it)",
				  name, zombie);
	if (!found)
		return error__set(run->error, ERROR_FAILURE,
				  "%s: no process of that name (pgrep searches for parts of a name)",
				  name);
	if (found > 1)
		return error__set(run->error, ERROR_FAILURE,
				  "%s: %d processes have that name (choose by PID: %s)",
				  name, found, c.list);
	run->tid = c.first;
	return 0;
}

/**
 * run__check_proc - check that /proc has the PIDs of this pid namespace
 * @run: the run
 *
 * Return: 0 or -1.
 */
int run__check_proc(struct run *run)
{
	const char *proc = run->options->proc;

	if (process__is_own(proc))
		return 0;
	return error__set(run->error, ERROR_FAILURE,
			  "%s: of another pid namespace: its PIDs differ from ours (mount -t proc none %s)",
			  proc, proc);
}

/**
 * run__attach - attach to a process
 * @run: the run
 * @process: PID, TID of one of its threads, or its name if it is unique
 *
 * Return: 0 or -1.
 */
int run__attach(struct run *run, const char *process)
{
	char comm[64];
	int err = run__check_proc(run);

	if (!err)
		err = find_process(run, process);
	if (err)
		return err;
	err = device__attach(run->device, run->tid);
	if (err == -ESRCH)
		return error__set(run->error, ERROR_FAILURE,
				  "%d: no such process (see ps -e)",
				  run->tid);
	if (err == -ENXIO)
		return error__set(run->error, ERROR_FAILURE,
				  "%d: has no memory (a kernel thread, or it has exited)",
				  run->tid);
	if ((err == -EACCES || err == -EPERM) && device__is_redacted(run->device))
		return error__set(run->error, ERROR_PERMISSION,
				  "%d: you may not read this process: it is of another user, or has more privileges (run as root)",
				  run->tid);
	if (err)
		return run__fail(run, err);
	run->pid = device__tgid(run->device);
	run->start_ticks = identity__start_ticks(run->options->proc, run->pid);
	process__comm(run->options->proc, run->pid, comm, sizeof(comm));
	text__fit(run->comm, sizeof(run->comm), comm, 15);
	return 0;
}

static int no_such_column(struct run *run, const struct columns *columns, const char *chosen)
{
	char keys[1024] = "";
	size_t i, at = 0;

	for (i = 0; i < columns->count; i++)
		if (columns->column[i].title && columns->column[i].key)
			at += (size_t)snprintf(keys + at, sizeof(keys) - at,
					       "%s%s", at ? "," : "",
					       columns->column[i].key);
	return error__set(run->error, ERROR_USAGE,
			  "%s: no such columns (there are: %s)",
			  chosen, keys);
}

/**
 * run__columns - choose the columns of the rows, and their order
 * @run: the run
 * @columns: columns of the record
 *
 * Return: 0 or -1.
 */
int run__columns(struct run *run, const struct columns *columns)
{
	if (report__columns(&run->report, columns))
		return no_such_column(run, columns, run->report.chosen);
	if (!run->sort)
		return 0;
	if (!sorted_rows__find(columns, run->sort))
		return no_such_column(run, columns, run->sort);
	run->sorted = sorted_rows__create(columns, run->sort);
	return run->sorted ? 0 : run__fail(run, -ENOMEM);
}

/**
 * run__wants - test if a column was named, by -o or -s
 * @run: the run, after run__columns()
 * @key: key of the column
 *
 * Columns that cost another read of the process are filled in only then.
 */
bool run__wants(const struct run *run, const char *key)
{
	const struct table *t = &run->report.table;
	size_t i;

	if (run->sort && !strcmp(sorted_rows__find(run->report.columns, run->sort)->key, key))
		return true;
	for (i = 0; run->report.chosen && i < t->count; i++)
		if (!strcmp(t->column[i]->key, key))
			return true;
	return false;
}

/**
 * run__row - print a row, or keep a copy of it until all rows are sorted
 * @run: the run, after run__columns()
 * @row: the row, which contains no pointers
 * @size: bytes of @row
 *
 * Return: 0 or -1: no memory.
 */
int run__row(struct run *run, const void *row, size_t size)
{
	if (!run->sorted) {
		report__row(&run->report, row);
		return 0;
	}
	return sorted_rows__add(run->sorted, row, size, NULL, 0) ? 0 : run__fail(run, -ENOMEM);
}

/**
 * run__row_of_vma - print a row of a mapping, or keep a copy of both until all rows are sorted
 * @run: the run, after run__columns()
 * @row: the row; its first member is a pointer to a struct pgwalk_vma
 * @size: bytes of @row
 *
 * Return: 0 or -1: no memory.
 */
int run__row_of_vma(struct run *run, const void *row, size_t size)
{
	const struct pgwalk_vma *vma = *(const struct pgwalk_vma *const *)row;
	char *copy;

	if (!run->sorted) {
		report__row(&run->report, row);
		return 0;
	}
	copy = sorted_rows__add(run->sorted, row, size, vma, vma->size);
	if (!copy)
		return run__fail(run, -ENOMEM);
	*(const struct pgwalk_vma **)copy = (const struct pgwalk_vma *)(copy + size);
	return 0;
}

/**
 * run__print_sorted - print the kept rows in their order
 * @run: the run
 */
void run__print_sorted(struct run *run)
{
	uint64_t missing;

	if (!run->sorted)
		return;
	missing = sorted_rows__print(run->sorted, &run->report);
	if (missing)
		fprintf(stderr, _("pgwalk: %s: the last %llu rows of this order are missing (without -s all are printed)\n"),
			run->verb->name, (unsigned long long)missing);
}

/**
 * run__print_aging - print the parts of the kernel that clear accessed bits
 * @run: the run
 * @aging: INSPECT_AGING_*
 */
void run__print_aging(struct run *run, unsigned int aging)
{
	char by[NAMES_MAX];

	names__aging(by, sizeof(by), aging);
	report__comment(&run->report,
			"accessed bits are cleared by %s and clear_refs: pgwalk(8)",
		       *by ? by : "reclaim");
}

/**
 * run__flush - write the collected output
 * @run: the run
 *
 * Return: 0, also if the reader has closed the pipe, which sets @closed; or -1.
 */
int run__flush(struct run *run)
{
	int err;

	progress__output(run->progress);
	err = output__end(run->output);
	if (err == -EPIPE) {
		run->closed = true;
		err = 0;
	}
	if (!err)
		run->report.out = output__begin(run->output);
	if (!run->report.out)
		err = -ENOMEM;
	if (err)
		return error__set(run->error, ERROR_FAILURE, "%s: %s", run->output_name,
				  strerror(-err));
	return 0;
}

/* The address space is gone: a process with the same PID and start has executed another program */
static int gone(struct run *run)
{
	const uint64_t now = run->start_ticks ? identity__start_ticks(run->options->proc, run->pid) : 0;

	if (!run->start_ticks)
		return error__set(run->error, ERROR_FAILURE,
				  "%d: the process has exited or has executed another program (try again)", run->tid);
	return error__set(run->error, ERROR_FAILURE, now == run->start_ticks ?
			  N_("%d: executed another program while it was read (try again)") :
			  N_("%d: exited while it was read"), run->pid);
}

/**
 * run__fail - set the error of a failed call of the module
 * @run: the run
 * @err: -errno of the call
 *
 * Return: -1.
 */
int run__fail(struct run *run, int err)
{
	const char *name = run->verb->name;

	switch (err) {
	case -ESRCH:
		return gone(run);
	case -EPERM:
	case -EACCES:
		return error__set(run->error, ERROR_PERMISSION,
				  "%s: not permitted (run as root)", name);
	case -ENOTTY:
		return error__set(run->error, ERROR_FAILURE,
				  "%s: the module has no such ioctl (load the pgwalk.ko that was built with this program)",
				  name);
	case -ERANGE:
		return error__set(run->error, ERROR_FAILURE,
				  "%s: not an address of user space (below %llx)",
				  name, (unsigned long long)run->info.user_end);
	case -EPROTO:
		return error__set(run->error, ERROR_FAILURE,
				  "%s: the module returned invalid data (load the pgwalk.ko that was built with this program)",
				  name);
	}
	return error__set(run->error, ERROR_FAILURE, "%s: %s", name,
			  strerror(-err));
}

/**
 * run__redacted - set the error of a request that a user without CAP_SYS_ADMIN cannot make
 * @run: the run, with a device that is redacted
 * @why: the reason; translated here
 *
 * Return: -1.
 */
int run__redacted(struct run *run, const char *why)
{
	return error__set(run->error, ERROR_PERMISSION, "%s: %s to users without CAP_SYS_ADMIN (run as root)",
			  run->verb->name, _(why));
}

/**
 * run__usage - set the error of an invalid argument
 * @run: the run
 * @arg: the argument
 * @why: the reason; translated here
 *
 * Return: -1.
 */
int run__usage(struct run *run, const char *arg, const char *why)
{
	char fitted[256];

	text__fit(fitted, sizeof(fitted), arg, 60);
	return error__set(run->error, ERROR_USAGE,
			  "%s: %s (pgwalk %s --help)", fitted, gettext(why),
			  run->verb->name);
}

static int open_report(struct run *run)
{
	int err = output__create(&run->output, NULL);

	if (!err) {
		run->report.out = output__begin(run->output);
		err = run->report.out ? 0 : -ENOMEM;
	}
	if (err)
		return error__set(run->error, ERROR_FAILURE, "stdout: %s",
				  strerror(-err));
	run->report.width = output__width(run->output, WIDTH);
	return 0;
}

/**
 * verb__run - run a verb
 * @verb: the verb
 * @options: its options
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int verb__run(const struct verb *verb, const struct verb_options *options,
	      struct error *error)
{
	struct run run = {
		.verb = verb,
		.options = options,
		.error = error,
		.output_name = "stdout",
		.report = {
			.json = options->json,
			.exact = options->bytes,
			.chosen = options->columns,
		},
		.sort = options->sort,
	};
	int err;

	error->status = ERROR_NONE;
	err = open_report(&run);
	if (!err && !(verb->without_module && verb->without_module(options)))
		err = open_device(&run);
	if (!err && run.device && verb->frames && device__is_redacted(run.device))
		err = run__redacted(&run, verb->frames);
	if (!err) {
		snprintf(run.label, sizeof(run.label), "pgwalk: %s", verb->name);
		run.progress = progress__create(run.label);
		err = verb->run(&run);
		progress__destroy(run.progress);
		run.progress = NULL;
	}
	/* after a failure, discard the incomplete output since the last flush */
	if (!err && !run.closed)
		err = run__flush(&run);
	sorted_rows__destroy(run.sorted);
	output__destroy(run.output);
	device__close(run.device);
	return err ? -1 : 0;
}
