// SPDX-License-Identifier: GPL-2.0
/*
 * A live process as a stream of records: probes, mappings, time and signals put
 * in order. What the records say is nothing to it, and it prints nothing.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bpf.h"
#include "event.h"
#include "launch.h"
#include "live.h"
#include "look.h"
#include "proc.h"

/* After the exit: the kernel frees tasks a grace period later, or more */
#define SETTLE_NS	10000000000ULL
#define SETTLE_STEP_NS	5000000L

/**
 * struct live - a watched process
 * @pid: the process
 * @launch: it was started here; else NULL
 * @device: the module; else NULL
 * @target: as it was last told
 * @closed_ns: end of the last interval
 * @lost: faults lost until then
 * @signalled: a signal came already
 */
struct live {
	struct live_options options;
	struct live_sink sink;
	pid_t pid;
	struct launch *launch;
	struct events *events;
	struct probes *probes;
	struct device *device;
	struct look *look;
	struct record_target target;
	uint64_t closed_ns;
	uint64_t lost;
	bool signalled;
};

static int tell(struct live *l, struct record *record, enum record_type type,
		size_t size)
{
	record->type = type;
	record->size = (__u32)size;
	return l->sink.record(l->sink.ctx, record);
}

static int tell_vmas(struct live *l, enum record_type type, uint64_t addr,
		     uint64_t now_ns)
{
	struct record_vmas r = { .addr = addr, .now_ns = now_ns };

	return tell(l, &r.head, type, sizeof(r));
}

static int tell_begin(void *ctx, uint64_t start, uint64_t now_ns)
{
	return tell_vmas(ctx, RECORD_VMAS_BEGIN, start, now_ns);
}

static int tell_end(void *ctx, uint64_t end)
{
	return tell_vmas(ctx, RECORD_VMAS_END, end, 0);
}

static int tell_vma(void *ctx, const struct pgwalk_vma *vma)
{
	union {
		struct record_vma r;
		__u64 room[(sizeof(struct record_vma) + 4104) / 8];
	} u;

	/* size and name_len were checked where it was read */
	memcpy(&u.r.vma, vma, vma->size);
	return tell(ctx, &u.r.head, RECORD_VMA,
		    sizeof(struct record) + vma->size);
}

static int tell_fault(void *ctx, const struct pgwalk_fault_key *key,
		      const struct pgwalk_fault_row *row)
{
	struct record_fault r = { .key = *key, .row = *row };

	return tell(ctx, &r.head, RECORD_FAULT, sizeof(r));
}

/* The process may have another name since its last execve */
static int tell_target(struct live *l)
{
	char comm[sizeof(l->target.comm)];

	memcpy(comm, l->target.comm, sizeof(comm));
	proc__comm(l->pid, comm, sizeof(comm));
	if (l->target.head.type && !strcmp(comm, l->target.comm))
		return 0;
	memcpy(l->target.comm, comm, sizeof(comm));
	return tell(l, &l->target.head, RECORD_TARGET, sizeof(l->target));
}

static int tell_interval(struct live *l, bool last, bool exited)
{
	struct probes_counts counts;
	struct record_interval r = {
		.now_ns = events__now(l->events),
		.flags = (last ? RECORD_INTERVAL_LAST : 0) |
			 (exited ? RECORD_INTERVAL_EXITED : 0),
	};

	probes__counts(l->probes, &counts);
	r.span_ns = r.now_ns - l->closed_ns;
	r.lost = counts.lost - l->lost;
	l->closed_ns = r.now_ns;
	l->lost = counts.lost;
	return tell(l, &r.head, RECORD_INTERVAL, sizeof(r));
}

static int find_process(struct live *l, struct error *error)
{
	pid_t id = l->options.pid;

	switch (proc__process(id, &l->pid)) {
	case 0:
		return 0;
	case -ESRCH:
		return error__set(error, ERROR_FAILURE,
				  "%d: no such process (see ps -e)", id);
	case -EINVAL:
		return error__set(error, ERROR_FAILURE,
				  "%d: a kernel thread: it has no memory of its own (choose a process of user space)",
				  id);
	}
	return error__set(error, ERROR_FAILURE,
			  "/proc: cannot be read (mount -t proc none /proc)");
}

static int start_command(struct live *l, struct error *error)
{
	char **command = l->options.command;
	int err = launch__create(&l->launch, command,
				 l->options.command_keeps_stdout ? -1 :
				 STDERR_FILENO);

	if (!err) {
		l->pid = launch__pid(l->launch);
		return 0;
	}
	if (err == -ENOENT)
		return error__set(error, ERROR_NOT_FOUND,
				  "%s: no such command (give its path, or see $PATH)",
				  command[0]);
	if (err == -EACCES)
		return error__set(error, ERROR_NOT_EXECUTABLE,
				  "%s: not executable (chmod +x, or give its interpreter)",
				  command[0]);
	return error__set(error, ERROR_FAILURE, "%s: %s", command[0],
			  strerror(-err));
}

static int open_module(struct live *l)
{
	int err = device__open(&l->device);

	if (err)
		return err;
	err = device__attach(l->device, l->pid);
	if (err) {
		device__close(l->device);
		l->device = NULL;
	}
	return err;
}

/* The module is a help, not a must: without it, say what is missing */
static void note_module(const struct live *l, int err)
{
	const char *text = NULL;

	if (!err && !probes__has_module(l->probes))
		text = "pgwalk.ko: loaded without kfuncs: fault classes only as far as the kernel's answer tells (see dmesg)";
	else if (err == -ENOENT)
		text = "pgwalk.ko not loaded: no resident and huge columns, fault classes only as far as the kernel's answer tells (insmod pgwalk.ko)";
	else if (err == -EPROTO)
		text = "pgwalk.ko: another version of the interface: not used (load the module that came with this pgtop)";
	else if (err == -EPERM || err == -EACCES)
		text = PGWALK_DEVICE ": not permitted: no resident and huge columns (run as root; kernel lockdown may refuse it)";
	else if (err && err != -ESRCH)
		text = PGWALK_DEVICE ": does not answer: no resident and huge columns (see dmesg)";
	if (text)
		l->options.note(text);
}

static int start_probes(struct live *l, struct error *error)
{
	struct probes_cfg cfg = { .ask_module = l->device };
	char why[320];
	int err = probes__create(&l->probes, &cfg, why, sizeof(why));

	if (err)
		return error__set(error, err == -EPERM ? ERROR_PERMISSION :
				  ERROR_FAILURE, "%s", why);
	err = probes__watch(l->probes, l->pid);
	if (err == -ESRCH)
		return error__set(error, ERROR_FAILURE,
				  "%d: no such process (it has just ended)", l->pid);
	return err ? error__set(error, ERROR_FAILURE, "%d: %s", l->pid, strerror(-err)) : 0;
}

/* The moment the counting begins at: bases, time, and the command's execve */
static int begin(struct live *l, struct error *error)
{
	struct probes_counts counts;
	int err;

	probes__counts(l->probes, &counts);
	l->target.pid = l->pid;
	l->target.flags = l->device ? RECORD_TARGET_MODULE : 0;
	l->target.base_minor = counts.base_minor;
	l->target.base_major = counts.base_major;
	snprintf(l->target.comm, sizeof(l->target.comm), "?");
	proc__preempt(l->target.preempt, sizeof(l->target.preempt));
	if (l->launch) {
		err = launch__release(l->launch);
		if (err)
			return error__set(error, ERROR_NOT_EXECUTABLE, "%s: %s",
					  l->options.command[0], strerror(-err));
	}
	l->closed_ns = events__now(l->events);
	events__start(l->events, l->options.interval_ns);
	err = tell_target(l);
	if (!err)
		err = look__around(l->look, l->closed_ns);
	return err == -ESRCH ? 0 : err;
}

static int set_up(struct live *l, struct error *error)
{
	const struct look_sink sink = { tell_begin, tell_vma, tell_end, l };
	int module, err;

	err = l->options.command ? start_command(l, error) :
				   find_process(l, error);
	if (err)
		return err;
	err = events__create(&l->events, l->pid);
	if (err)
		return error__set(error, ERROR_FAILURE, "%d: %s", l->pid, strerror(-err));
	module = open_module(l);
	err = start_probes(l, error);
	if (err)
		return err;
	note_module(l, module);
	err = look__create(&l->look, l->pid, l->device, &sink,
			   events__now(l->events));
	if (err)
		return err;
	return begin(l, error);
}

/**
 * live__create - begin to watch; a command runs from here on
 * @out: filled; untouched on failure
 * @options: whom and how; copied, but for what it points to
 * @sink: takes the records; the first ones come at once
 * @error: filled on failure, unless it was the sink's
 *
 * Return: 0; what the sink returned; or other than 0.
 */
int live__create(struct live **out, const struct live_options *options,
		 const struct live_sink *sink, struct error *error)
{
	struct live *l = calloc(1, sizeof(*l));
	int err;

	if (!l)
		return -ENOMEM;
	l->options = *options;
	l->sink = *sink;
	err = set_up(l, error);
	if (err) {
		live__destroy(l);
		return err;
	}
	*out = l;
	return 0;
}

/** live__destroy - let go of the process, which goes on; NULL is fine */
void live__destroy(struct live *l)
{
	if (!l)
		return;
	look__destroy(l->look);
	probes__destroy(l->probes);
	device__close(l->device);
	events__destroy(l->events);
	launch__destroy(l->launch);
	free(l);
}

/* Asks after mappings that came since the last look, while it is cheap */
static int look_at_unseen(struct live *l)
{
	uint64_t now = events__now(l->events), start, end;
	unsigned int cursor = 0;
	int err = 0;

	while (!err && l->sink.next_unseen(l->sink.ctx, &cursor, &start, &end))
		err = look__at(l->look, start, end, now);
	return err == -EAGAIN || err == -ESRCH ? 0 : err;
}

/* Look first: where a mapping has gone to is known before its faults come */
static int close_interval(struct live *l, bool last, bool exited)
{
	int err = exited ? 0 : look__around(l->look, events__now(l->events));

	if (err == -ESRCH)
		err = 0;
	if (!err)
		err = tell_target(l);
	if (!err)
		err = probes__settle(l->probes);
	if (!err)
		err = probes__drain(l->probes, tell_fault, l);
	if (!err && !exited)
		err = look_at_unseen(l);
	return err ? err : tell_interval(l, last, exited);
}

/* Waits until the kernel has the last faults of the last thread */
static void await_end(struct live *l)
{
	const struct timespec step = { .tv_nsec = SETTLE_STEP_NS };
	uint64_t limit = events__now(l->events) + SETTLE_NS;

	while (!probes__ended(l->probes)) {
		if (events__now(l->events) > limit) {
			l->options.note("some threads did not end: their last faults may be missing");
			return;
		}
		nanosleep(&step, NULL);
	}
}

/*
 * A command is told of signals that only we got, and we stay until it ends; a
 * second signal is for us. Returns whether to end now.
 */
static bool signal_ends(struct live *l, const struct event_signal *signal)
{
	if (!l->launch || l->signalled)
		return true;
	l->signalled = true;
	if (!signal->from_terminal)
		kill(l->pid, signal->number);
	return false;
}

/**
 * live__interval - wait for the end of an interval and tell what happened in it
 * @l: the process
 * @last: mark it as the last one
 * @more: filled: false if it was the last one, for whatever reason
 * @error: filled on failure, unless it was the sink's
 *
 * Return: 0; what the sink returned; or -errno.
 */
int live__interval(struct live *l, bool last, bool *more, struct error *error)
{
	struct event_signal signal = { 0 };
	enum event event;
	int err;

	do {
		err = events__wait(l->events, &event, &signal);
		if (err)
			return error__set(error, ERROR_FAILURE, "waiting: %s",
					  strerror(-err));
		if (event == EVENT_SIGNAL && signal_ends(l, &signal))
			break;
	} while (event == EVENT_SIGNAL);
	if (event == EVENT_EXIT)
		await_end(l);
	*more = event == EVENT_INTERVAL && !last;
	err = close_interval(l, !*more, event == EVENT_EXIT);
	if (err && !error->status)
		error__set(error, ERROR_FAILURE, "fault probes: %s",
			   strerror(-err));
	return err;
}
