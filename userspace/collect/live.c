// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A live session: finds or starts the target, loads the probes and opens the other sources in an
 * order that loses no fault; then emits the records of each interval. The session decides when an
 * interval ends.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "../lib/i18n.h"
#include "live.h"
#include "callchain.h"
#include "module/page_query.h"
#include "module/process_sampler.h"
#include "module/usage.h"
#include "module/vma_sampler.h"
#include "probes/bpf.h"
#include "probes/events.h"
#include "probes/preempt.h"
#include "procfs/cgroup_paths.h"
#include "procfs/fault_totals.h"
#include "procfs/proc.h"
#include "procfs/sysstat.h"
#include "sink.h"
#include "target.h"
#include "trace_range.h"

/* The wait for the end, limit and step: the kernel frees tasks after an RCU grace period or later */
#define SETTLE_NS	10000000000ULL
#define SETTLE_STEP_NS	5000000L

/* Columns of mappings that need page frames, and those that are not in the record of a mapping */
#define FRAME_COLUMNS	(SNAPSHOT_MEMORY_PSS | SNAPSHOT_MEMORY_USS | SNAPSHOT_MEMORY_LAZYFREE | SNAPSHOT_MEMORY_FRAMES)
#define DETAIL_COLUMNS	(SNAPSHOT_MEMORY_FRAMES | SNAPSHOT_MEMORY_ELIGIBLE)

/**
 * struct live - a live session
 * @options: see struct live_options
 * @callbacks: record sink and queries
 * @sink: record sink passed to the collectors
 * @target: the observed processes
 * @events: clock and signals
 * @probes: fault probes; NULL: the kernel has no fentry
 * @totals: counters of the kernel, if there are no probes; else NULL
 * @module: the module, if it is used
 * @sampler: sampler of mappings; NULL with many processes
 * @processes: sampler of many processes; NULL with one, and until a column of memory is selected
 * @callchain: call stacks; NULL: not reserved
 * @trace: the traced mapping
 * @sysstat: system counts
 * @cgroups: paths of cgroups; NULL with one process
 * @target_record: the last emitted TARGET record
 * @counts: counts of the probes at the end of the last interval
 * @closed_ns: end of the last interval
 * @self_ns: CPU time of this process until @closed_ns
 * @walk_ns: CPU time of the samplers until @closed_ns
 * @by_thread: threads are counted
 * @threads_complete: threads were counted since the beginning of the interval
 * @signalled: a signal was received
 * @faulted: faults were drained since the last call of the sampler
 * @held: a mapping with figures that are not complete; NULL: none was
 */
struct live {
	struct live_options options;
	struct live_sink callbacks;
	struct sink sink;
	struct target target;
	struct events *events;
	struct probes *probes;
	struct fault_totals *totals;
	struct module_usage module;
	struct vma_sampler *sampler;
	struct process_sampler *processes;
	struct callchain *callchain;
	struct trace_range *trace;
	struct sysstat *sysstat;
	struct cgroup_paths *cgroups;
	struct record_target target_record;
	struct probes_counts counts;
	uint64_t closed_ns;
	uint64_t self_ns;
	uint64_t walk_ns;
	bool by_thread;
	bool threads_complete;
	bool signalled;
	bool faulted;
	struct pgwalk_vma *held;
};

/* Emit the name of the machine */
static int emit_host(struct live *l)
{
	struct record_host r = { .name = "" };

	gethostname(r.name, sizeof(r.name) - 1);
	return sink__put(&l->sink, &r.head, RECORD_HOST, sizeof(r));
}

/* Emit a TARGET record if the name has changed (by an execve) */
static int emit_target(struct live *l)
{
	char comm[sizeof(l->target_record.comm)];
	int err = 0;

	memcpy(comm, l->target_record.comm, sizeof(comm));
	if (l->target.pid)
		proc__comm(l->target.pid, comm, sizeof(comm));
	if (l->target_record.head.type && !strcmp(comm, l->target_record.comm))
		return 0;
	memcpy(l->target_record.comm, comm, sizeof(comm));
	if (!l->target_record.head.type)
		err = emit_host(l);
	return err ? err : sink__put(&l->sink, &l->target_record.head, RECORD_TARGET,
			 sizeof(l->target_record));
}

/* The CPU time of this process */
static uint64_t self_ns(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000ULL +
	       (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000ULL;
}

static int emit_begin(void *ctx, uint64_t start, uint64_t now_ns)
{
	struct live *l = ctx;

	l->callbacks.memory_begin(l->callbacks.ctx, start);
	return sink__vmas(&l->sink, RECORD_VMAS_BEGIN, start, now_ns);
}

static int emit_end(void *ctx, uint64_t end)
{
	const struct live *l = ctx;

	return sink__vmas(&l->sink, RECORD_VMAS_END, end, 0);
}

static int emit_detailed(struct live *l, const struct pgwalk_vma *vma, const struct snapshot_memory *detail)
{
	int err = sink__vma(&l->sink, vma);

	return err ? err : sink__detail(&l->sink, vma->start, detail);
}

/* Keep a mapping for later steps */
static int hold(struct live *l, const struct pgwalk_vma *vma)
{
	free(l->held);
	l->held = malloc(vma->size);
	if (!l->held)
		return -ENOMEM;
	memcpy(l->held, vma, vma->size);
	return VMA_SAMPLER_MORE;
}

static int emit_vma(void *ctx, const struct pgwalk_vma *vma)
{
	struct live *l = ctx;
	struct snapshot_memory detail;
	int err;

	if (!vma->counted || !(l->options.memory & DETAIL_COLUMNS))
		return sink__vma(&l->sink, vma);
	err = l->callbacks.memory(l->callbacks.ctx, l->module.device, vma, l->options.memory, &detail);
	if (err > 0)
		return hold(l, vma);
	return err ? err : emit_detailed(l, vma, &detail);
}

static int emit_held(void *ctx, uint64_t now_ns)
{
	struct live *l = ctx;
	struct snapshot_memory detail;
	int err = l->callbacks.memory_continue(l->callbacks.ctx, l->module.device, &detail);

	if (err > 0)
		return VMA_SAMPLER_MORE;
	if (!err)
		err = sink__vmas(&l->sink, RECORD_VMAS_BEGIN, l->held->start, now_ns);
	return err ? err : emit_detailed(l, l->held, &detail);
}

static void note(const struct live *l, const char *text)
{
	l->options.note(l->options.note_ctx, text);
}

static int choose(struct live *l, struct error *error)
{
	const struct live_options *o = &l->options;

	if ((o->command || o->process) && target__check_proc(error))
		return -1;
	if (o->command)
		return target__start(&l->target, o->command,
				     o->streams, events__mask_before(l->events),
				     error);
	if (o->cgroup)
		return target__enter_cgroup(&l->target, o->cgroup, error);
	return o->process ? target__find(&l->target, o->process, error) : 0;
}

/* Only the administrator may change kernel.ftrace_enabled */
static void note_ftrace(const struct live *l)
{
	if (proc__ftrace_is_off())
		note(l, _("fault probes: kernel.ftrace_enabled is 0: faults are counted but not attributed to mappings (sysctl kernel.ftrace_enabled=1)"));
}

/* The constants of the kernel that the probes use were not checked on a newer kernel */
static void note_kernel(const struct live *l)
{
	char release[65], text[512];

	if (!proc__newer_release(release, sizeof(release)))
		return;
	snprintf(text, sizeof(text),
		 _("kernel %s: newer than %u.%u, the newest tested: fault classes may be wrong (look for a newer pgtop)"),
		 release, PGWALK_TESTED_MAJOR, PGWALK_TESTED_MINOR);
	note(l, text);
}

/* Without fentry: the kernel's counters. Call stacks need the probes */
static int start_totals(struct live *l, const char *why, struct error *error)
{
	int err;

	if (l->options.stacks)
		return error__set(error, ERROR_FAILURE, "%s", why);
	err = fault_totals__create(&l->totals, l->target.pid, l->target.cgroup_fd);
	if (err)
		return error__set(error, ERROR_FAILURE, "%s: %s", why, strerror(-err));
	note(l, why);
	return 0;
}

static int start_probes(struct live *l, struct error *error)
{
	struct probes_cfg cfg = {
		.use_module = l->module.device,
		.stacks = l->options.stacks || l->options.stacks_later,
		.scope = l->target.cgroup_fd >= 0 ? PROBES_CGROUP :
			 l->target.pid ? PROBES_PROCESS : PROBES_ALL,
		.by_cgroup = l->options.by_cgroup,
		.cgroup = l->target.cgroup_fd,
	};
	char why[512];
	int err = probes__create(&l->probes, &cfg, why, sizeof(why));

	if (err == PROBES_TOTALS)
		return start_totals(l, why, error);
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

/* Read what the selected columns of memory need, and no more */
static int select_memory(struct live *l)
{
	vma_sampler__count_frames(l->sampler, l->options.memory & FRAME_COLUMNS);
	if (l->target.pid || !l->module.device || !l->options.memory || l->processes)
		return 0;
	l->processes = process_sampler__create(l->module.device, events__now(l->events));
	return l->processes ? 0 : -ENOMEM;
}

/* Start the sources beside the fault rows. A source that is not available is left out */
static int start_others(struct live *l)
{
	const struct vma_sink samples = { emit_begin, emit_vma, emit_held, emit_end, l };
	int err = trace_range__create(&l->trace, l->probes, &l->sink);

	if (!err)
		err = sysstat__create(&l->sysstat, l->probes, !l->options.no_tlb);
	if (!err && l->target.pid)
		err = vma_sampler__create(&l->sampler, l->target.pid, l->module.device, &samples,
					  events__now(l->events));
	if (!err)
		err = select_memory(l);
	if (!err && !l->target.pid && l->options.by_cgroup) {
		l->cgroups = cgroup_paths__create();
		err = l->cgroups ? 0 : -ENOMEM;
	}
	if (!err && l->probes && (l->options.stacks || l->options.stacks_later))
		err = callchain__create(&l->callchain, l->target.pid,
					l->target.spawn, l->probes, &l->sink);
	return err;
}

/* Without probes only the counts of the kernel are known */
static void read_counts(const struct live *l, struct probes_counts *counts)
{
	struct fault_counts base;

	if (l->probes) {
		probes__counts(l->probes, counts);
		return;
	}
	base = fault_totals__base(l->totals);
	*counts = (struct probes_counts){ .base_minor = base.minor, .base_major = base.major };
}

/* Record the base counts and the time, then let the command execute */
static int begin(struct live *l, struct error *error)
{
	int err;

	read_counts(l, &l->counts);
	l->target_record.pid = l->target.pid;
	l->target_record.flags = (l->module.device ? RECORD_TARGET_MODULE : 0) |
			(l->options.stacks ? RECORD_TARGET_STACKS : 0) |
			(l->target.cgroup_fd >= 0 ? RECORD_TARGET_CGROUP :
			 l->target.pid ? 0 : RECORD_TARGET_ALL);
	l->target_record.base_minor = l->counts.base_minor;
	l->target_record.base_major = l->counts.base_major;
	memcpy(l->target_record.cgroup, l->target.cgroup, sizeof(l->target_record.cgroup));
	snprintf(l->target_record.comm, sizeof(l->target_record.comm), "%s",
		 l->target.pid ? "?" : "");
	preempt__read(l->target_record.preempt, sizeof(l->target_record.preempt));
	if (l->target.spawn) {
		err = spawn__release(l->target.spawn);
		if (err)
			return error__set(error, ERROR_NOT_EXECUTABLE, "%s: %s",
					  l->options.command[0], strerror(-err));
	}
	l->closed_ns = events__now(l->events);
	l->self_ns = self_ns();
	l->threads_complete = l->by_thread;
	events__start(l->events, l->options.interval_ns, l->options.total_ns);
	err = emit_target(l);
	if (!err && l->sampler)
		err = vma_sampler__sample_all(l->sampler, VMA_SAMPLER_FAULTS, l->closed_ns);
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
	module = module_usage__open(&l->module, l->target.pid);
	err = start_probes(l, error);
	if (err)
		return err;
	if (l->probes)
		events__watch_missed(l->events, probes__missed_fd(l->probes));
	module_usage__explain(&l->module, module, !l->probes || probes__has_module(l->probes));
	if (l->probes) {
		note_ftrace(l);
		note_kernel(l);
	}
	err = start_others(l);
	return err ? err : begin(l, error);
}

/**
 * live__create - start a live session; a command starts to run
 * @out: filled; untouched on failure
 * @options: copied; the memory it points to must stay valid
 * @sink: takes the records; the first records come during this call
 * @events: started here; must outlive the object
 * @error: filled on failure, except when the sink failed
 *
 * Return: 0; the error of the sink; or other than 0.
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
	l->callbacks = *sink;
	l->sink = (struct sink){ sink->record, sink->ctx };
	l->events = events;
	l->module = (struct module_usage){ .disabled = options->no_module, .released = options->released,
					   .note = options->note, .note_ctx = options->note_ctx };
	l->target.cgroup_fd = l->target.cgroup_watch = -1;
	err = set_up(l, error);
	if (err) {
		live__destroy(l);
		return err;
	}
	*out = l;
	return 0;
}

/** live__destroy - stop observing; the process continues; NULL is fine */
void live__destroy(struct live *l)
{
	if (!l)
		return;
	callchain__destroy(l->callchain);
	vma_sampler__destroy(l->sampler);
	process_sampler__destroy(l->processes);
	sysstat__destroy(l->sysstat);
	cgroup_paths__destroy(l->cgroups);
	trace_range__destroy(l->trace);
	events__watch_missed(l->events, -1);
	probes__destroy(l->probes);
	fault_totals__destroy(l->totals);
	module_usage__close(&l->module);
	target__release(&l->target);
	free(l->held);
	free(l);
}

static int emit_fault(void *ctx, const struct pgwalk_fault_key *key,
		      const struct pgwalk_fault_row *row)
{
	struct live *l = ctx;

	l->faulted = true;
	if (l->cgroups && key->scope == PGWALK_SCOPE_PROCESS)
		cgroup_paths__need(l->cgroups, key->ino);
	if (l->processes && l->options.memory && key->scope == PGWALK_SCOPE_PROCESS && key->id > 0)
		process_sampler__need(l->processes, key->id);
	return sink__fault(&l->sink, key, row);
}

static int emit_cgroup(void *ctx, uint64_t id, const char *path)
{
	return sink__cgroup(ctx, id, path);
}

static uint64_t missed_runs(const struct probes_counts *c)
{
	return c->missed_entry_runs + c->missed_exit_runs + c->missed_signal_runs;
}

/* The size of the page tables and the number of threads, from the sampler if it has read them */
static void read_sizes(const struct live *l, struct record_interval *r)
{
	r->tables_bytes = vma_sampler__tables_bytes(l->sampler);
	if (r->tables_bytes)
		r->nr_threads = proc__threads(l->target.pid);
	else
		proc__sizes("/proc", l->target.pid, &r->tables_bytes, &r->nr_threads);
}

/* The time of day, in nanoseconds since 1970 */
static uint64_t wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static int emit_interval(struct live *l, bool last, bool exited)
{
	struct probes_counts before = l->counts;
	struct record_interval r = {
		.now_ns = events__now(l->events),
		.wall_ns = wall_ns(),
		.flags = (last ? RECORD_INTERVAL_LAST : 0) |
			 (exited ? RECORD_INTERVAL_EXITED : 0) |
			 (l->threads_complete ? RECORD_INTERVAL_THREADS : 0),
	};
	uint64_t self = self_ns();
	uint64_t walk = vma_sampler__spent_ns(l->sampler) + process_sampler__spent_ns(l->processes);

	read_counts(l, &l->counts);
	r.span_ns = r.now_ns - l->closed_ns;
	r.lost = l->counts.lost - before.lost;
	r.folded = l->counts.folded - before.folded;
	r.missed_runs = missed_runs(&l->counts) - missed_runs(&before);
	r.events_lost = l->counts.events_lost - before.events_lost;
	r.self_ns = self - l->self_ns;
	r.walk_ns = walk - l->walk_ns;
	if (l->target.pid && !exited)
		read_sizes(l, &r);
	l->closed_ns = r.now_ns;
	l->self_ns = self;
	l->walk_ns = walk;
	l->threads_complete = l->by_thread;
	return sink__put(&l->sink, &r.head, RECORD_INTERVAL, sizeof(r));
}

/* Sample new mappings, while the CPU budget allows */
static int sample_unseen(struct live *l)
{
	uint64_t now = events__now(l->events), start, end;
	unsigned int cursor = 0;
	int err = 0;

	while (!err && l->callbacks.next_unseen(l->callbacks.ctx, &cursor, &start, &end))
		err = vma_sampler__sample_range(l->sampler, start, end, now);
	return err == -EAGAIN || err == -ESRCH ? 0 : err;
}

/* Sample before the drain: the move of a mapping must be known before its faults are read */
static int sample_all(struct live *l)
{
	bool faulted = l->faulted || !l->probes || probes__has_faults(l->probes);
	unsigned int disturbed = (faulted ? VMA_SAMPLER_FAULTS : 0) |
				 (sysstat__has_moves(l->sysstat) ? VMA_SAMPLER_MOVES : 0);
	int err = vma_sampler__sample_all(l->sampler, disturbed, events__now(l->events));

	l->faulted = false;
	return err == -ESRCH ? 0 : err;
}

/** live__follow_missed - attach further programs after EVENT_MISSED */
void live__follow_missed(struct live *l)
{
	if (l->probes)
		probes__follow_missed(l->probes);
}

static int emit_process(void *ctx, pid_t pid, const struct snapshot_memory *memory)
{
	return sink__process(ctx, pid, memory);
}

static int drain_totals(struct live *l)
{
	struct pgwalk_fault_key key;
	struct pgwalk_fault_row row;

	return fault_totals__take(l->totals, &key, &row) ? sink__fault(&l->sink, &key, &row) : 0;
}

/* Drain all records of the probes */
static int drain(struct live *l)
{
	int err;

	if (!l->probes)
		return drain_totals(l);
	err = probes__settle(l->probes);
	if (!err)
		err = probes__drain(l->probes, emit_fault, l);
	if (!err && l->cgroups)
		err = cgroup_paths__find(l->cgroups, emit_cgroup, &l->sink);
	if (!err)
		err = trace_range__drain(l->trace);
	return !err && l->callchain ? callchain__drain(l->callchain) : err;
}

static int close_interval(struct live *l, bool last, bool exited)
{
	bool sample = l->sampler && !exited;
	int err;

	module_usage__look(&l->module, l->target.pid);
	sysstat__read(l->sysstat);
	err = sample ? sample_all(l) : 0;
	if (!err)
		err = emit_target(l);
	if (!err)
		err = drain(l);
	if (!err && sample)
		err = sample_unseen(l);
	if (!err && l->processes && !exited)
		err = process_sampler__sample(l->processes, events__now(l->events), emit_process, &l->sink);
	if (!err && !exited)
		err = trace_range__query(l->trace, l->module.device, l->callbacks.pages,
					 l->callbacks.ctx);
	if (!err)
		err = sysstat__report(l->sysstat, &l->sink);
	return err ? err : emit_interval(l, last, exited);
}

/**
 * live__repeat - emit the records again that come once, because a new stream begins
 * @l: the live session, between two intervals
 *
 * Return: 0; or the error of the sink.
 */
int live__repeat(struct live *l)
{
	l->target_record.head.type = RECORD_UNSET;
	vma_sampler__repeat(l->sampler);
	if (l->cgroups)
		cgroup_paths__forget(l->cgroups);
	if (l->callchain)
		callchain__repeat(l->callchain);
	return trace_range__repeat(l->trace);
}

static int set_error(int err, struct error *error)
{
	if (err && !error->status)
		error__set(error, ERROR_FAILURE, "fault probes: %s",
			   strerror(-err));
	return err;
}

/**
 * live__close - end the interval and emit its records
 * @l: the live session
 * @last: no other interval follows
 * @exited: the target has exited
 * @error: filled on failure, except when the sink failed
 *
 * Return: 0; the error of the sink; or -errno.
 */
int live__close(struct live *l, bool last, bool exited, struct error *error)
{
	return set_error(close_interval(l, last, exited), error);
}

/**
 * live__drain - emit the available records so that no buffer overflows; the interval goes on
 * @l: the live session
 * @error: filled on failure, except when the sink failed
 *
 * Return: 0; the error of the sink; or -errno.
 */
int live__drain(struct live *l, struct error *error)
{
	return set_error(drain(l), error);
}

/** live__is_removed - was the observed cgroup removed? False for other targets */
bool live__is_removed(const struct live *l)
{
	return target__cgroup_removed(&l->target);
}

/** live__has_module - is the module used? Then it cannot be unloaded */
bool live__has_module(const struct live *l)
{
	return l->module.device;
}

/** live__module_came - could a module be used at the end of the last interval that is not used? Another session can use it */
bool live__module_came(const struct live *l)
{
	return l->module.came;
}

/** live__module_id - return the identity of the module that is used; 0: none */
uint64_t live__module_id(const struct live *l)
{
	return l->module.device ? device__loaded_id() : 0;
}

/** live__await_end - wait until the last faults of the last thread are accounted */
void live__await_end(struct live *l)
{
	const struct timespec step = { .tv_nsec = SETTLE_STEP_NS };
	uint64_t limit = events__now(l->events) + SETTLE_NS;

	while (l->probes && !probes__ended(l->probes)) {
		if (events__now(l->events) > limit) {
			note(l, _("some threads have not exited: their last faults may be missing"));
			return;
		}
		nanosleep(&step, NULL);
	}
}

/**
 * live__signal - handle a signal
 * @l: the live session
 * @signal: the signal
 *
 * The first signal that only pgtop received is sent to the command, and the session ends with the
 * command. A second signal ends the session.
 *
 * Return: must the session end now?
 */
bool live__signal(struct live *l, const struct event_signal *signal)
{
	if (!l->target.spawn || l->signalled)
		return true;
	l->signalled = true;
	if (!signal->from_terminal)
		kill(l->target.pid, signal->number);
	return false;
}

/** live__by_thread - start or stop counting by thread */
void live__by_thread(struct live *l, bool on)
{
	if (l->by_thread == on || !l->target.pid || !l->probes)
		return;
	probes__count_threads(l->probes, on);
	l->by_thread = on;
	l->threads_complete = false;
}

/**
 * live__memory - select columns of memory; they are read from the next sample on
 * @l: the live session, between two intervals or before the first
 * @columns: SNAPSHOT_MEMORY_*
 *
 * Return: 0 or -ENOMEM.
 */
int live__memory(struct live *l, unsigned int columns)
{
	if (columns == l->options.memory)
		return 0;
	l->options.memory = columns;
	vma_sampler__repeat(l->sampler);
	return select_memory(l);
}

/**
 * live__stacks - start or stop recording call stacks; no effect without reserved memory
 * @l: the live session
 * @on: record call stacks
 * @error: filled on failure, except when the sink failed
 *
 * Return: 0; the error of the sink; or -errno.
 */
int live__stacks(struct live *l, bool on, struct error *error)
{
	__u32 flags = (l->target_record.flags & ~RECORD_TARGET_STACKS) |
		      (on ? RECORD_TARGET_STACKS : 0);

	if (!l->callchain || flags == l->target_record.flags)
		return 0;
	probes__keep_stacks(l->probes, on);
	l->target_record.flags = flags;
	return set_error(sink__put(&l->sink, &l->target_record.head, RECORD_TARGET,
				   sizeof(l->target_record)), error);
}

/**
 * live__trace - trace the single faults and the pages of a mapping
 * @l: the live session
 * @start: first address
 * @end: first address after the range; 0: stop tracing
 * @error: filled on failure, except when the sink failed
 *
 * Return: 0; the error of the sink; or -errno.
 */
int live__trace(struct live *l, uint64_t start, uint64_t end,
		struct error *error)
{
	return l->probes ? set_error(trace_range__set(l->trace, start, end), error) : 0;
}

/** live__query_page - query the page at an address; see page_query__translate() */
void live__query_page(struct live *l, uint64_t addr, struct snapshot_page_details *answer)
{
	page_query__translate(l->module.device, addr, answer);
}
