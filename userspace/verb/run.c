// SPDX-License-Identifier: GPL-2.0
/*
 * What all verbs have in common: the module is opened, a process is found, output
 * goes out as it comes, and what fails is said in one way.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../collect/process.h"
#include "../lib/text.h"
#include "../words.h"
#include "run.h"

#define WIDTH	79

static int open_device(struct run *run)
{
	int err = device__open(&run->device);

	switch (err) {
	case 0:
		device__info(run->device, &run->info);
		return 0;
	case -ENOENT:
		return error__set(run->error, ERROR_PERMISSION,
				  "%s: pgwalk.ko is not loaded (load it: insmod pgwalk.ko)",
				  PGWALK_DEVICE);
	case -EPERM:
	case -EACCES:
		return error__set(run->error, ERROR_PERMISSION,
				  "%s: not permitted (run it as root)",
				  PGWALK_DEVICE);
	case -EPROTO:
		return error__set(run->error, ERROR_FAILURE,
				  "%s: the module speaks another version of the ABI, not %u (load the pgwalk.ko that was built with this program)",
				  PGWALK_DEVICE, PGWALK_ABI_VERSION);
	}
	return error__set(run->error, ERROR_FAILURE, "%s: %s", PGWALK_DEVICE,
			  strerror(-err));
}

/* Those that have a name: the first, and some to choose from */
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

static int find_process(struct run *run, const char *who)
{
	struct candidates c = { .count = 0 };
	uint64_t number;
	char name[64];
	pid_t zombie;
	int found;

	if (!number__decimal(who, 1U << 30, &number) && number) {
		run->tid = (pid_t)number;
		return 0;
	}
	text__fit(name, sizeof(name), who, 40);
	found = process__find(run->options->proc, who, add_candidate, &c,
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
				  "%s: no process of that name (pgrep finds some by parts of it)",
				  name);
	if (found > 1)
		return error__set(run->error, ERROR_FAILURE,
				  "%s: %d processes have that name (choose by PID: %s)",
				  name, found, c.list);
	run->tid = c.first;
	return 0;
}

/**
 * run__attach - choose the process
 * @run: the run
 * @who: its PID, that of one of its threads, or its name if that is unique
 *
 * Return: 0 or -1.
 */
int run__attach(struct run *run, const char *who)
{
	const char *proc = run->options->proc;
	char comm[64];
	int err;

	if (!process__is_own(proc))
		return error__set(run->error, ERROR_FAILURE,
				  "%s: of another pid namespace, its ids are not those of pgwalk (mount -t proc none %s)",
				  proc, proc);
	err = find_process(run, who);
	if (err)
		return err;
	err = device__attach(run->device, run->tid);
	if (err == -ESRCH)
		return error__set(run->error, ERROR_FAILURE,
				  "%d: no such process (ps tells which there are)",
				  run->tid);
	if (err == -ENXIO)
		return error__set(run->error, ERROR_FAILURE,
				  "%d: has no memory (a kernel thread, or it has exited)",
				  run->tid);
	if (err)
		return run__fail(run, err);
	run->pid = device__tgid(run->device);
	process__comm(run->options->proc, run->pid, comm, sizeof(comm));
	text__fit(run->comm, sizeof(run->comm), comm, 15);
	return 0;
}

/**
 * run__columns - choose what the rows will be
 * @run: the run
 * @columns: of their records
 *
 * Return: 0 or -1.
 */
int run__columns(struct run *run, const struct columns *columns)
{
	char keys[1024] = "";
	size_t i, at = 0;

	if (!report__columns(&run->report, columns))
		return 0;
	for (i = 0; i < columns->count; i++)
		if (columns->column[i].title && columns->column[i].key)
			at += (size_t)snprintf(keys + at, sizeof(keys) - at,
					       "%s%s", at ? "," : "",
					       columns->column[i].key);
	return error__set(run->error, ERROR_USAGE,
			  "%s: no such columns (there are: %s)",
			  run->report.chosen, keys);
}

/**
 * run__tell_aging - remark what clears accessed bits on this machine
 * @run: the run
 * @aging: INSPECT_AGING_*
 */
void run__tell_aging(struct run *run, unsigned int aging)
{
	char by[WORDS_MAX];

	words__aging(by, sizeof(by), aging);
	report__remark(&run->report,
		       "accessed bits are cleared by %s and clear_refs: pgwalk(8)",
		       *by ? by : "reclaim");
}

/**
 * run__flush - let what was told go out
 * @run: the run
 *
 * Return: 0, also when nobody reads any more: then @closed is set; or -1.
 */
int run__flush(struct run *run)
{
	int err;

	progress__output(run->progress);
	err = outlet__end(run->outlet);
	if (err == -EPIPE) {
		run->closed = true;
		err = 0;
	}
	if (!err)
		run->report.out = outlet__begin(run->outlet);
	if (!run->report.out)
		err = -ENOMEM;
	if (err)
		return error__set(run->error, ERROR_FAILURE, "stdout: %s",
				  strerror(-err));
	return run->report.failed ? run__fail(run, -ENOMEM) : 0;
}

/**
 * run__fail - say why the module did not answer
 * @run: the run
 * @err: what a call gave
 *
 * Return: -1.
 */
int run__fail(struct run *run, int err)
{
	const char *name = run->verb->name;

	switch (err) {
	case -ESRCH:
		return error__set(run->error, ERROR_FAILURE,
				  "%d: the process has gone, or executes another program (ask again)",
				  run->tid);
	case -EPERM:
		return error__set(run->error, ERROR_PERMISSION,
				  "%s: not permitted (run it as root)", name);
	case -ENOTTY:
		return error__set(run->error, ERROR_FAILURE,
				  "%s: the module has no such call (load the pgwalk.ko that was built with this program)",
				  name);
	case -ERANGE:
		return error__set(run->error, ERROR_FAILURE,
				  "%s: outside of what a process can address (up to %llx)",
				  name, (unsigned long long)run->info.user_end);
	case -EPROTO:
		return error__set(run->error, ERROR_FAILURE,
				  "%s: the module's answer makes no sense (load the pgwalk.ko that was built with this program)",
				  name);
	}
	return error__set(run->error, ERROR_FAILURE, "%s: %s", name,
			  strerror(-err));
}

/**
 * run__usage - say what is wrong with an argument
 * @run: the run
 * @arg: as it was written
 * @why: in words
 *
 * Return: -1.
 */
int run__usage(struct run *run, const char *arg, const char *why)
{
	char fitted[256];

	text__fit(fitted, sizeof(fitted), arg, 60);
	return error__set(run->error, ERROR_USAGE,
			  "%s: %s (pgwalk %s --help)", fitted, why,
			  run->verb->name);
}

static int open_report(struct run *run)
{
	int err = outlet__create(&run->outlet, NULL);

	if (!err) {
		run->report.out = outlet__begin(run->outlet);
		err = run->report.out ? 0 : -ENOMEM;
	}
	if (err)
		return error__set(run->error, ERROR_FAILURE, "stdout: %s",
				  strerror(-err));
	run->report.width = outlet__width(run->outlet, WIDTH);
	return 0;
}

/**
 * verb__run - do what a verb is for
 * @verb: which
 * @options: what is wanted
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
		.report = {
			.json = options->json,
			.exact = options->bytes,
			.chosen = options->columns,
		},
	};
	int err = open_report(&run);

	error->status = ERROR_NONE;
	if (!err)
		err = open_device(&run);
	if (!err) {
		snprintf(run.label, sizeof(run.label), "pgwalk: %s", verb->name);
		run.progress = progress__create(run.label);
		err = verb->run(&run);
		progress__destroy(run.progress);
		run.progress = NULL;
	}
	/* of what fails no half is told: what went out before was whole */
	if (!err && !run.closed)
		err = run__flush(&run);
	outlet__destroy(run.outlet);
	device__close(run.device);
	return err ? -1 : 0;
}
