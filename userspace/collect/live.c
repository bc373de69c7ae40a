// SPDX-License-Identifier: GPL-2.0
/*
 * Live processes as a stream of records: whom to watch is found, and all that is to
 * be told is started, in the order that loses nothing. It prints nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live_state.h"
#include "preempt.h"
#include "proc.h"
#include "tell.h"

static int tell_begin(void *ctx, uint64_t start, uint64_t now_ns)
{
	return sink__vmas(ctx, RECORD_VMAS_BEGIN, start, now_ns);
}

static int tell_end(void *ctx, uint64_t end)
{
	return sink__vmas(ctx, RECORD_VMAS_END, end, 0);
}

static int tell_vma(void *ctx, const struct pgwalk_vma *vma)
{
	return sink__vma(ctx, vma);
}

static void note(const struct live *l, const char *text)
{
	l->options.note(l->options.note_ctx, text);
}

static int choose(struct live *l, struct error *error)
{
	const struct live_options *o = &l->options;

	if ((o->command || o->who) && target__check_proc(error))
		return -1;
	if (o->command)
		return target__start(&l->target, o->command,
				     o->streams, events__mask_before(l->events),
				     error);
	if (o->cgroup)
		return target__enter_cgroup(&l->target, o->cgroup, error);
	return o->who ? target__find(&l->target, o->who, error) : 0;
}

static int open_module(struct live *l)
{
	int err;

	if (l->options.no_module)
		return 0;
	err = device__open(&l->device);
	if (err || !l->target.pid)
		return err;
	err = device__attach(l->device, l->target.pid);
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

	if (l->options.no_module)
		return;
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
		note(l, text);
}

/* The switch is the administrator's: not ours to turn */
static void note_ftrace(const struct live *l)
{
	if (proc__ftrace_is_off())
		note(l, "fault probes: kernel.ftrace_enabled is 0: faults are counted, but given to no mapping (sysctl kernel.ftrace_enabled=1)");
}

/* No constant of the kernel that the probes use has been compared with such a kernel's */
static void note_kernel(const struct live *l)
{
	char release[65], text[256];

	if (!proc__newer_release(release, sizeof(release)))
		return;
	snprintf(text, sizeof(text),
		 "kernel %s: newer than %u.%u, the newest tested: classes of faults may be wrong (look for a newer pgtop)",
		 release, PGWALK_TESTED_MAJOR, PGWALK_TESTED_MINOR);
	note(l, text);
}

static int start_probes(struct live *l, struct error *error)
{
	struct probes_cfg cfg = {
		.ask_module = l->device,
		.stacks = l->options.stacks || l->options.stacks_later,
		.scope = l->target.cgroup_fd >= 0 ? PROBES_CGROUP :
			 l->target.pid ? PROBES_PROCESS : PROBES_ALL,
		.cgroup = l->target.cgroup_fd,
	};
	char why[320];
	int err = probes__create(&l->probes, &cfg, why, sizeof(why));

	if (err)
		return error__set(error, err == -EPERM ? ERROR_PERMISSION :
				  ERROR_FAILURE, "%s", why);
	live__by_thread(l, l->options.by_thread);
	probes__keep_stacks(l->probes, l->options.stacks);
	err = probes__watch(l->probes, l->target.pid);
	if (err == -ESRCH)
		return error__set(error, ERROR_FAILURE,
				  "%d: no such process (it has just ended)", l->target.pid);
	return err ? error__set(error, ERROR_FAILURE, "fault probes: %s",
				strerror(-err)) : 0;
}

/* All that is told beside the rows; what cannot be had is done without */
static int start_others(struct live *l)
{
	const struct look_sink seen = { tell_begin, tell_vma, tell_end, &l->sink };
	int err = focus__create(&l->focus, l->probes, &l->sink);

	if (!err)
		err = around__create(&l->around, l->probes, !l->options.no_tlb);
	if (!err && l->target.pid)
		err = look__create(&l->look, l->target.pid, l->device, &seen,
				   events__now(l->events));
	if (!err && (l->options.stacks || l->options.stacks_later))
		err = callers__create(&l->callers, l->target.pid,
				      l->target.launch, l->probes, &l->sink);
	return err;
}

/* The moment the counting begins at: bases, time, and the command's execve */
static int begin(struct live *l, struct error *error)
{
	int err;

	probes__counts(l->probes, &l->counts);
	l->told.pid = l->target.pid;
	l->told.flags = (l->device ? RECORD_TARGET_MODULE : 0) |
			(l->options.stacks ? RECORD_TARGET_STACKS : 0) |
			(l->target.cgroup_fd >= 0 ? RECORD_TARGET_CGROUP :
			 l->target.pid ? 0 : RECORD_TARGET_ALL);
	l->told.base_minor = l->counts.base_minor;
	l->told.base_major = l->counts.base_major;
	memcpy(l->told.cgroup, l->target.cgroup, sizeof(l->told.cgroup));
	snprintf(l->told.comm, sizeof(l->told.comm), "%s",
		 l->target.pid ? "?" : "");
	preempt__read(l->told.preempt, sizeof(l->told.preempt));
	if (l->target.launch) {
		err = launch__release(l->target.launch);
		if (err)
			return error__set(error, ERROR_NOT_EXECUTABLE, "%s: %s",
					  l->options.command[0], strerror(-err));
	}
	l->closed_ns = events__now(l->events);
	l->self_ns = live__self_ns();
	l->all_through = l->by_thread;
	events__start(l->events, l->options.interval_ns, l->options.total_ns);
	err = live__tell_target(l);
	if (!err && l->look)
		err = look__around(l->look, l->closed_ns);
	return err == -ESRCH ? 0 : err;
}

static int set_up(struct live *l, struct error *error)
{
	int err = choose(l, error), module;

	if (!err && l->target.pid)
		err = events__watch_process(l->events, l->target.pid);
	if (err)
		return error->status ? err :
		       error__set(error, ERROR_FAILURE, "%d: %s", l->target.pid,
				  strerror(-err));
	events__watch_cgroup(l->events, l->target.cgroup_watch);
	module = open_module(l);
	err = start_probes(l, error);
	if (err)
		return err;
	note_module(l, module);
	note_ftrace(l);
	note_kernel(l);
	err = start_others(l);
	return err ? err : begin(l, error);
}

/**
 * live__create - begin to watch; a command runs from here on
 * @out: filled; untouched on failure
 * @options: whom and how; copied, but for what it points to
 * @sink: takes the records; the first ones come at once
 * @events: started here; to outlive this
 * @error: filled on failure, unless it was the sink's
 *
 * Return: 0; what the sink returned; or other than 0.
 */
int live__create(struct live **out, const struct live_options *options,
		 const struct live_sink *sink, struct events *events,
		 struct error *error)
{
	struct live *l = calloc(1, sizeof(*l));
	int err;

	if (!l)
		return -ENOMEM;
	l->options = *options;
	l->asked = *sink;
	l->sink = (struct sink){ sink->record, sink->ctx };
	l->events = events;
	l->target.cgroup_fd = l->target.cgroup_watch = -1;
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
	callers__destroy(l->callers);
	look__destroy(l->look);
	around__destroy(l->around);
	focus__destroy(l->focus);
	probes__destroy(l->probes);
	device__close(l->device);
	target__release(&l->target);
	free(l);
}
