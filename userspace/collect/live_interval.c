// SPDX-License-Identifier: GPL-2.0
/*
 * The intervals of live processes: everything that was collected is told, in the order
 * in which it makes sense. When an interval ends is the session's to say.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "live_state.h"
#include "now.h"
#include "proc.h"
#include "tell.h"

/* After the exit: the kernel frees tasks a grace period later, or more */
#define SETTLE_NS	10000000000ULL
#define SETTLE_STEP_NS	5000000L

static int tell_fault(void *ctx, const struct pgwalk_fault_key *key,
		      const struct pgwalk_fault_row *row)
{
	return sink__fault(ctx, key, row);
}

/** live__tell_target - tell whom it is about, if that is new: an execve gives another name */
int live__tell_target(struct live *l)
{
	char comm[sizeof(l->told.comm)];

	memcpy(comm, l->told.comm, sizeof(comm));
	if (l->target.pid)
		proc__comm(l->target.pid, comm, sizeof(comm));
	if (l->told.head.type && !strcmp(comm, l->told.comm))
		return 0;
	memcpy(l->told.comm, comm, sizeof(comm));
	return sink__put(&l->sink, &l->told.head, RECORD_TARGET,
			 sizeof(l->told));
}

/** live__self_ns - CPU time of ours, in all */
uint64_t live__self_ns(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000ULL +
	       (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000ULL;
}

static uint64_t missed_runs(const struct probes_counts *c)
{
	return c->missed_entry_runs + c->missed_exit_runs + c->missed_signal_runs;
}

static int tell_interval(struct live *l, bool last, bool exited)
{
	struct probes_counts before = l->counts;
	struct record_interval r = {
		.now_ns = events__now(l->events),
		.flags = (last ? RECORD_INTERVAL_LAST : 0) |
			 (exited ? RECORD_INTERVAL_EXITED : 0) |
			 (l->all_through ? RECORD_INTERVAL_THREADS : 0),
	};
	uint64_t self = live__self_ns(), walk = look__spent_ns(l->look);

	probes__counts(l->probes, &l->counts);
	r.span_ns = r.now_ns - l->closed_ns;
	r.lost = l->counts.lost - before.lost;
	r.folded = l->counts.folded - before.folded;
	r.missed_runs = missed_runs(&l->counts) - missed_runs(&before);
	r.events_lost = l->counts.events_lost - before.events_lost;
	r.self_ns = self - l->self_ns;
	r.walk_ns = walk - l->walk_ns;
	if (l->target.pid && !exited)
		proc__sizes(l->target.pid, &r.tables_bytes, &r.nr_threads);
	l->closed_ns = r.now_ns;
	l->self_ns = self;
	l->walk_ns = walk;
	l->all_through = l->by_thread;
	return sink__put(&l->sink, &r.head, RECORD_INTERVAL, sizeof(r));
}

/* Asks after mappings that came since the last look, while it is cheap */
static int look_at_unseen(struct live *l)
{
	uint64_t now = events__now(l->events), start, end;
	unsigned int cursor = 0;
	int err = 0;

	while (!err && l->asked.next_unseen(l->asked.ctx, &cursor, &start, &end))
		err = look__at(l->look, start, end, now);
	return err == -EAGAIN || err == -ESRCH ? 0 : err;
}

/* Look first: where a mapping has gone to is known before its faults come */
static int look_around(struct live *l)
{
	int err = look__around(l->look, events__now(l->events));

	return err == -ESRCH ? 0 : err;
}

/* All that the probes have */
static int drain(struct live *l)
{
	int err = probes__settle(l->probes);

	if (!err)
		err = probes__drain(l->probes, tell_fault, &l->sink);
	if (!err)
		err = focus__drain(l->focus);
	return !err && l->callers ? callers__drain(l->callers) : err;
}

static int close_interval(struct live *l, bool last, bool exited)
{
	bool look = l->look && !exited;
	int err = look ? look_around(l) : 0;

	if (!err)
		err = live__tell_target(l);
	if (!err)
		err = drain(l);
	if (!err && look)
		err = look_at_unseen(l);
	if (!err && !exited)
		err = focus__ask(l->focus, l->device, l->asked.pages,
				 l->asked.ctx);
	if (!err)
		err = around__tell(l->around, &l->sink);
	return err ? err : tell_interval(l, last, exited);
}

static int judge(int err, struct error *error)
{
	if (err && !error->status)
		error__set(error, ERROR_FAILURE, "fault probes: %s",
			   strerror(-err));
	return err;
}

/**
 * live__close - end the interval, and tell what happened in it
 * @l: from live__create()
 * @last: no other follows
 * @exited: the target is gone
 * @error: filled on failure, unless it was the sink's
 *
 * Return: 0; what the sink returned; or -errno.
 */
int live__close(struct live *l, bool last, bool exited, struct error *error)
{
	return judge(close_interval(l, last, exited), error);
}

/**
 * live__drain - tell what there is, so that nothing runs full; the interval goes on
 * @l: from live__create()
 * @error: as live__close()
 *
 * Return: as live__close().
 */
int live__drain(struct live *l, struct error *error)
{
	return judge(drain(l), error);
}

/** live__is_removed - was the watched cgroup removed? False where another target is watched */
bool live__is_removed(const struct live *l)
{
	return target__cgroup_removed(&l->target);
}

/** live__await_end - wait until the kernel has the last faults of the last thread */
void live__await_end(struct live *l)
{
	const struct timespec step = { .tv_nsec = SETTLE_STEP_NS };
	uint64_t limit = events__now(l->events) + SETTLE_NS;

	while (!probes__ended(l->probes)) {
		if (events__now(l->events) > limit) {
			l->options.note(l->options.note_ctx,
					"some threads did not end: their last faults may be missing");
			return;
		}
		nanosleep(&step, NULL);
	}
}

/**
 * live__signal - take a signal
 * @l: from live__create()
 * @signal: which
 *
 * A command is told of signals that only we got, and we stay until it ends; a
 * second signal is for us.
 *
 * Return: is it time to end?
 */
bool live__signal(struct live *l, const struct event_signal *signal)
{
	if (!l->target.launch || l->signalled)
		return true;
	l->signalled = true;
	if (!signal->from_terminal)
		kill(l->target.pid, signal->number);
	return false;
}

/** live__by_thread - count by thread as well, or no longer */
void live__by_thread(struct live *l, bool on)
{
	if (l->by_thread == on || !l->target.pid)
		return;
	probes__count_threads(l->probes, on);
	l->by_thread = on;
	l->all_through = false;
}

/**
 * live__stacks - tell where from, or no longer; nothing happens where there is no room
 * @l: from live__create()
 * @on: whether to
 * @error: as live__close()
 *
 * Return: as live__close().
 */
int live__stacks(struct live *l, bool on, struct error *error)
{
	__u32 flags = (l->told.flags & ~RECORD_TARGET_STACKS) |
		      (on ? RECORD_TARGET_STACKS : 0);

	if (!l->callers || flags == l->told.flags)
		return 0;
	probes__keep_stacks(l->probes, on);
	l->told.flags = flags;
	return judge(sink__put(&l->sink, &l->told.head, RECORD_TARGET,
			       sizeof(l->told)), error);
}

/**
 * live__look_into - tell single faults of a mapping, and what its pages are
 * @l: from live__create()
 * @start: first address
 * @end: the first address behind it; 0: of none
 * @error: as live__close()
 *
 * Return: as live__close().
 */
int live__look_into(struct live *l, uint64_t start, uint64_t end,
		    struct error *error)
{
	return judge(focus__set(l->focus, start, end), error);
}

/** live__ask - find out about one page, now; see now__ask() */
void live__ask(struct live *l, uint64_t addr, struct snapshot_answer *answer)
{
	now__ask(l->device, addr, answer);
}
