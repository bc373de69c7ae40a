// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the module, or /proc where there is none, what is mapped, and bounds
 * what that costs: what it takes in CPU time it waits for fifty times as long.
 * A look that is out of money goes on next time where it stopped.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../lib/budget.h"
#include "look.h"
#include "proc.h"

#define COUNT_SHARE	70	/* of one CPU, inverse, for counting */
#define LIST_SHARE	200	/* for new mappings: both are 2 % in all */
#define SAVED_NS	20000000

/**
 * struct look - how far it is and what it may cost
 * @device: the module, attached to the target; NULL: use /proc
 * @resume: where to go on; 0: at the beginning
 * @counting: money for looking around
 * @listing: money for looking at one place
 * @spent_ns: what all looks have cost
 */
struct look {
	pid_t pid;
	struct device *device;
	struct look_sink sink;
	uint64_t resume;
	struct budget counting;
	struct budget listing;
	uint64_t spent_ns;
};

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/**
 * look__create - get ready to look at a process
 * @out: filled; untouched on failure
 * @pid: the process
 * @device: attached to it, and to outlive this; NULL: /proc is read
 * @sink: takes what is seen
 * @now_ns: the time
 *
 * Return: 0 or -ENOMEM.
 */
int look__create(struct look **out, pid_t pid, struct device *device,
		 const struct look_sink *sink, uint64_t now_ns)
{
	struct look *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->pid = pid;
	l->device = device;
	l->sink = *sink;
	budget__init(&l->counting, COUNT_SHARE, SAVED_NS, now_ns);
	budget__init(&l->listing, LIST_SHARE, SAVED_NS, now_ns);
	*out = l;
	return 0;
}

/** look__destroy - free it; NULL is fine */
void look__destroy(struct look *l)
{
	free(l);
}

/** look__spent_ns - CPU time of all looks until now; NULL is fine */
uint64_t look__spent_ns(const struct look *l)
{
	return l ? l->spent_ns : 0;
}

static void spend(struct look *l, struct budget *budget, uint64_t ns)
{
	budget__spend(budget, ns);
	l->spent_ns += ns;
}

/* One call of the module */
static int ask_module(struct look *l, uint64_t start, uint64_t end, bool count,
		      uint64_t now_ns, __u64 *resume)
{
	int err = l->sink.begin(l->sink.ctx, start, now_ns);

	if (!err)
		err = device__vmas(l->device, start, end,
				   count ? PGWALK_VMAS_COUNT : 0, l->sink.vma,
				   l->sink.ctx, resume);
	if (err)
		return err;
	return l->sink.end(l->sink.ctx, *resume ? *resume : UINT64_MAX);
}

/* The target has executed another program: nothing is where it was */
static int follow(struct look *l, uint64_t now_ns)
{
	int err = device__attach(l->device, l->pid);

	if (err)
		return err == -ENXIO ? -ESRCH : err;
	l->resume = 0;
	err = l->sink.begin(l->sink.ctx, 0, now_ns);
	return err ? err : l->sink.end(l->sink.ctx, UINT64_MAX);
}

static int ask_proc(struct look *l, uint64_t now_ns)
{
	int dir = proc__open(l->pid);
	int err = dir < 0 ? dir : l->sink.begin(l->sink.ctx, 0, now_ns);

	if (!err)
		err = proc__maps(dir, l->sink.vma, l->sink.ctx);
	if (!err)
		err = l->sink.end(l->sink.ctx, UINT64_MAX);
	if (dir >= 0)
		close(dir);
	return err;
}

/**
 * look__around - look at all mappings once, or at as many as may be
 * @l: the look
 * @now_ns: the time
 *
 * Return: 0; -ESRCH: the target's memory is gone; what the sink returned; or
 * -errno.
 */
int look__around(struct look *l, uint64_t now_ns)
{
	bool followed = false;
	int err = 0;

	while (!err && budget__may_spend(&l->counting, now_ns)) {
		uint64_t before = cpu_ns();
		__u64 resume = 0;

		if (l->device)
			err = ask_module(l, l->resume, 0, true, now_ns, &resume);
		else
			err = ask_proc(l, now_ns);
		if (err == -ESRCH && l->device && !followed) {
			followed = true;
			err = follow(l, now_ns);
			resume = 0;
			if (!err)
				err = ask_module(l, 0, 0, true, now_ns, &resume);
		}
		spend(l, &l->counting, cpu_ns() - before);
		if (err)
			break;
		l->resume = resume;
		if (!resume)
			break;
	}
	return err;
}

/**
 * look__at - ask what is mapped at one place, without counting
 * @l: the look
 * @start: first address
 * @end: the first address behind it
 * @now_ns: the time
 *
 * Return: 0; -EAGAIN: not now, it costs too much; else as look__around().
 */
int look__at(struct look *l, uint64_t start, uint64_t end, uint64_t now_ns)
{
	uint64_t before = cpu_ns();
	__u64 resume = 0;
	int err;

	if (!l->device || !budget__may_spend(&l->listing, now_ns))
		return -EAGAIN;
	err = l->sink.begin(l->sink.ctx, start, now_ns);
	if (!err)
		err = device__vmas(l->device, start, end, 0, l->sink.vma,
				   l->sink.ctx, &resume);
	if (!err)
		err = l->sink.end(l->sink.ctx, resume);
	spend(l, &l->listing, cpu_ns() - before);
	return err;
}
