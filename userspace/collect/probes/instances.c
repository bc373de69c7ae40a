// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decides how many instances of the fault probes are loaded and attached, and counts the
 * runs that the kernel skipped of each. See enter() in bpf/fault.bpf.c.
 *
 * Without preemption of BPF programs there is one instance. Elsewhere all instances are attached at
 * first, because a program that is attached after a run was skipped cannot recover that run. Each
 * further instance adds two program entries to every fault of every process, so it is detached
 * when it was not needed for some time: when the first instance, which the kernel calls last, had
 * nothing to do because the others had done it. It is attached again when an end of a fault of
 * a watched task was missed. The programs detect that, and wake user space.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include "preempt.h"
#include "probes.h"

#define QUIET_MS	10000	/* without need, then a further instance is detached */

_Static_assert(PROBES_INSTANCES == FAULT_INSTANCES, "one number of instances");

/* The programs of one instance, and their links in the skeleton, which owns them */
struct instance {
	struct bpf_program *enter, *leave;
	struct bpf_link **enter_link, **leave_link;
};

static struct instance instance_get(const struct probes *p, unsigned int i)
{
	struct fault_bpf *skel = p->skel;
	const struct instance instances[PROBES_INSTANCES] = {
		{ skel->progs.on_fault_enter_first, skel->progs.on_fault_exit_first,
		  &skel->links.on_fault_enter_first, &skel->links.on_fault_exit_first },
		{ skel->progs.on_fault_enter_second, skel->progs.on_fault_exit_second,
		  &skel->links.on_fault_enter_second, &skel->links.on_fault_exit_second },
		{ skel->progs.on_fault_enter_third, skel->progs.on_fault_exit_third,
		  &skel->links.on_fault_enter_third, &skel->links.on_fault_exit_third },
	};

	const struct instance only = {
		skel->progs.on_fault_enter, skel->progs.on_fault_exit,
		&skel->links.on_fault_enter, &skel->links.on_fault_exit,
	};

	assert(i < PROBES_INSTANCES);
	return p->instances == 1 ? only : instances[i];
}

/* If the preemption model cannot be read, assume that the kernel preempts */
static bool kernel_preempts(void)
{
	char mode[16];

	preempt__read(mode, sizeof(mode));
	return strcmp(mode, "none") && strcmp(mode, "voluntary");
}

/**
 * probes__size_instances - decide how many instances are loaded
 * @p:		opened, not loaded yet
 * @quiet_ms:	time without need after which a further instance is detached; 0: the default
 */
void probes__size_instances(struct probes *p, unsigned int quiet_ms)
{
	struct fault_bpf *skel = p->skel;
	bool several = kernel_preempts();
	unsigned int i;

	p->quiet_ms = quiet_ms ? quiet_ms : QUIET_MS;
	p->instances = several ? PROBES_INSTANCES : 1;
	skel->rodata->cfg_instances = p->instances;
	bpf_program__set_autoload(skel->progs.on_fault_enter, !several);
	bpf_program__set_autoload(skel->progs.on_fault_exit, !several);
	bpf_program__set_autoload(skel->progs.on_fault_enter_first, several);
	bpf_program__set_autoload(skel->progs.on_fault_exit_first, several);
	bpf_program__set_autoload(skel->progs.on_fault_enter_second, several);
	bpf_program__set_autoload(skel->progs.on_fault_exit_second, several);
	bpf_program__set_autoload(skel->progs.on_fault_enter_third, several);
	bpf_program__set_autoload(skel->progs.on_fault_exit_third, several);
	/* probes__open_instances() attaches them: the first instance is to be called last */
	for (i = 1; i < p->instances; i++) {
		struct instance one = instance_get(p, i);

		bpf_program__set_autoattach(one.enter, false);
		bpf_program__set_autoattach(one.leave, false);
	}
}

/* Set the program that the further instances jump to */
static int code_set(const struct bpf_map *map, const struct bpf_program *prog)
{
	__u32 key = 0;
	int fd = bpf_program__fd(prog);

	return bpf_map_update_elem(bpf_map__fd(map), &key, &fd, BPF_ANY) ? -errno : 0;
}

static int code_share(const struct probes *p)
{
	const struct instance first = instance_get(p, 0);
	int err = code_set(p->skel->maps.enter_code, first.enter);

	return err ? err : code_set(p->skel->maps.exit_code, first.leave);
}

static int missed_take(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

/**
 * probes__open_instances - attach the further instances
 * @p:		the first instance is attached
 *
 * Return: 0 or -errno.
 */
int probes__open_instances(struct probes *p)
{
	int err;

	p->skel->bss->nr_attached = p->attached = 1;
	if (p->instances == 1)
		return 0;
	err = code_share(p);
	if (err)
		return err;
	p->missed = ring_buffer__new(bpf_map__fd(p->skel->maps.missed_ends), missed_take, p, NULL);
	if (!p->missed)
		return -errno;
	return probes__attach_instances(p, p->instances);
}


static void instance_detach(const struct instance *one)
{
	bpf_link__destroy(*one->enter_link);
	bpf_link__destroy(*one->leave_link);
	*one->enter_link = NULL;
	*one->leave_link = NULL;
}

/* The first instance was attached with the skeleton, and has the number 0 */
static int instance_attach(const struct instance *one, unsigned int number)
{
	LIBBPF_OPTS(bpf_trace_opts, opts, .cookie = number);
	int err;

	*one->enter_link = bpf_program__attach_trace_opts(one->enter, &opts);
	if (*one->enter_link)
		*one->leave_link = bpf_program__attach_trace_opts(one->leave, &opts);
	if (*one->leave_link)
		return 0;
	err = -errno;
	instance_detach(one);
	return err;
}

/** probes__missed_runs - return the runs of @prog that the kernel skipped */
__u64 probes__missed_runs(const struct bpf_program *prog)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size))
		return 0;
	return info.recursion_misses;
}

/* Read the runs that the kernel skipped, of all loaded instances */
static void skipped_read(const struct probes *p, struct skipped_ends *skipped)
{
	unsigned int i;

	for (i = 0; i < p->instances; i++) {
		struct instance one = instance_get(p, i);

		skipped[i].entries = probes__missed_runs(one.enter);
		skipped[i].exits = probes__missed_runs(one.leave);
	}
}

static __u64 fewer(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/* Add the runs that the kernel skipped between two readings, of the instance that it skipped least */
static void add_least(struct skipped_ends *sum, const struct skipped_ends *from,
		      const struct skipped_ends *to, unsigned int nr)
{
	struct skipped_ends least = { ~0ULL, ~0ULL };
	unsigned int i;

	for (i = 0; i < nr; i++) {
		least.entries = fewer(least.entries, to[i].entries - from[i].entries);
		least.exits = fewer(least.exits, to[i].exits - from[i].exits);
	}
	sum->entries += least.entries;
	sum->exits += least.exits;
}

/*
 * A change of the attached instances, in a thread of its own unless the caller waits for it: the kernel
 * waits until each task has left the old trampoline, for seconds under load. The programs at the entry run
 * from the beginning of that time on, those at the exit after it. Until the end of the wait, ends are
 * missed with the old instances or with the new ones, and counted by each at another time: the
 * counts of the new instances begin with @skipped, before the change, and those of the old instances
 * end after it.
 */
struct change {
	pthread_t thread;
	bool has_thread;
	struct instance one;
	bool attach;
	unsigned int before;	/* number of attached instances */
	struct skipped_ends skipped[PROBES_INSTANCES];
	int err;
	atomic_bool done;
};

/*
 * Return the upper limit of the ends that no program saw, when @skipped was read. An end is missed
 * only if the kernel skipped every attached instance: at most as often as the one of them that it
 * skipped least.
 */
static struct skipped_ends missed_limit(const struct probes *p, const struct skipped_ends *skipped)
{
	const struct change *c = p->change;
	struct skipped_ends sum = p->missed_before;

	add_least(&sum, p->skipped, skipped, c ? c->before : p->attached);
	if (c && !c->attach)
		add_least(&sum, c->skipped, skipped, p->attached);
	return sum;
}

static void attached_set(struct probes *p, unsigned int nr)
{
	p->attached = nr;
	p->skel->bss->nr_attached = nr;
}

static void *change_run(void *arg)
{
	struct change *c = arg;

	if (c->attach)
		c->err = instance_attach(&c->one, c->before);
	else
		instance_detach(&c->one);
	c->done = true;
	return NULL;
}

/* Run a change in a thread. Signals are handled by the main thread */
static int change_start(struct change *c)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = -pthread_create(&c->thread, NULL, change_run, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	c->has_thread = !err;
	return err;
}

/* Attach the next instance, or detach the last one. Return 0; or -errno: nothing was begun */
static int change_begin(struct probes *p, bool attach, bool in_thread)
{
	struct change *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	c->attach = attach;
	c->before = p->attached;
	skipped_read(p, c->skipped);
	c->one = instance_get(p, attach ? p->attached : p->attached - 1);
	if (!attach)
		attached_set(p, p->attached - 1);
	err = in_thread ? change_start(c) : 0;
	if (err) {
		attached_set(p, c->before);
		free(c);
		return err;
	}
	p->change = c;
	if (!in_thread)
		change_run(c);
	return 0;
}

/* Count the missed ends of the old instances to the end of the change, and those of the new ones since its begin */
static void period_end(struct probes *p, const struct change *c)
{
	struct skipped_ends skipped[PROBES_INSTANCES] = {};

	skipped_read(p, skipped);
	add_least(&p->missed_before, p->skipped, skipped, c->before);
	memcpy(p->skipped, c->skipped, sizeof(p->skipped));
}

/* Wait for the end of a change. Return 0; or -errno: nothing was attached */
static int change_end(struct probes *p)
{
	struct change *c = p->change;
	int err;

	if (!c)
		return 0;
	if (c->has_thread)
		pthread_join(c->thread, NULL);
	err = c->err;
	if (!err)
		period_end(p, c);
	if (c->attach && !err)
		attached_set(p, p->attached + 1);
	free(c);
	p->change = NULL;
	return err;
}

/**
 * probes__attach_instances - attach or detach instances, and wait until it is done
 * @p:		attached
 * @nr:		how many to have at each end of a fault, 1 to probes_counts.instances
 *
 * Return: 0; -ENOTSUP: not so many are loaded; or -errno: some are not attached.
 */
int probes__attach_instances(struct probes *p, unsigned int nr)
{
	int err = change_end(p);

	if (!nr || nr > p->instances)
		return -ENOTSUP;
	while (!err && p->attached != nr) {
		err = change_begin(p, p->attached < nr, false);
		if (!err)
			err = change_end(p);
	}
	return err;
}

/** probes__close_instances - wait for a change, and free what probes__open_instances() has allocated */
void probes__close_instances(struct probes *p)
{
	change_end(p);
	ring_buffer__free(p->missed);
}

static __u64 now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

int probes__missed_fd(const struct probes *p)
{
	return p->missed ? ring_buffer__epoll_fd(p->missed) : -1;
}

/*
 * The totals are exact without a further instance, so a failure to attach it is not reported:
 * the next missed end leads to another try.
 *
 * On some kernels each change cuts off the exits of the calls in progress, which would be found as
 * missed and lead to the next change. There all instances stay attached.
 */
void probes__follow_missed(struct probes *p)
{
	volatile struct fault_bpf__bss *bss = p->skel->bss;
	__u64 missed, rescued, now = now_ms();

	if (p->instances == 1)
		return;
	ring_buffer__consume(p->missed);
	if (p->change && !p->change->done)
		return;
	change_end(p);
	bss->missed_signalled = 0;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* a later miss wakes again */
	missed = bss->nr_missed_ends;
	rescued = bss->nr_rescued_ends;
	if (missed != p->nr_missed || rescued != p->nr_rescued || !p->needed_ms)
		p->needed_ms = now;
	if (missed != p->nr_missed && p->attached < p->instances) {
		change_begin(p, true, true);
	} else if (p->attached > 1 && !bss->attach_cuts_exits &&
		   now - p->needed_ms > p->quiet_ms) {
		change_begin(p, false, true);
		p->needed_ms = now;
	}
	p->nr_missed = missed;
	p->nr_rescued = rescued;
}

/**
 * probes__count_skipped - read the runs that the kernel skipped
 * @p:		the probes
 * @counts:	its @instances, @attach*, @skipped_* and @missed_* are filled
 */
void probes__count_skipped(const struct probes *p, struct probes_counts *counts)
{
	struct skipped_ends skipped[PROBES_INSTANCES], missed;
	unsigned int i;

	skipped_read(p, skipped);
	missed = missed_limit(p, skipped);
	counts->instances = p->instances;
	counts->attached = p->attached;
	counts->attach_cuts_exits = p->skel->bss->attach_cuts_exits;
	for (i = 0; i < p->instances; i++) {
		counts->skipped_entry_runs[i] = skipped[i].entries;
		counts->skipped_exit_runs[i] = skipped[i].exits;
	}
	counts->missed_entry_runs = missed.entries;
	counts->missed_exit_runs = missed.exits;
	counts->missed_signal_runs = probes__missed_runs(p->skel->progs.on_signal_generate);
}
