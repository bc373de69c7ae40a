// SPDX-License-Identifier: GPL-2.0
/*
 * The clock, the end of the target and signals, as one stream of events. What
 * to do about them is decided elsewhere.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "event.h"

/**
 * struct events - where they come from
 * @pidfd: readable once the target has exited
 * @signals: signalfd
 * @mask_before: signals that were blocked before
 * @origin_ns: CLOCK_MONOTONIC at create: time begins at 0
 * @deadline_ns: end of the running interval
 * @interval_ns: length of an interval
 */
struct events {
	int pidfd;
	int signals;
	sigset_t mask_before;
	uint64_t origin_ns;
	uint64_t deadline_ns;
	uint64_t interval_ns;
};

static uint64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/**
 * events__create - watch a process and take over the signals that end us
 * @out: filled; untouched on failure
 * @pid: the process
 *
 * Return: 0; -ESRCH: no such process; or -errno.
 */
int events__create(struct events **out, pid_t pid)
{
	struct events *e = calloc(1, sizeof(*e));
	sigset_t ours;
	int err;

	if (!e)
		return -ENOMEM;
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	sigprocmask(SIG_BLOCK, &ours, &e->mask_before);
	e->signals = signalfd(-1, &ours, SFD_CLOEXEC);
	e->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (e->signals < 0 || e->pidfd < 0) {
		err = -errno;
		events__destroy(e);
		return err;
	}
	e->origin_ns = monotonic_ns();
	*out = e;
	return 0;
}

/** events__destroy - give signals back; NULL is fine */
void events__destroy(struct events *e)
{
	if (!e)
		return;
	if (e->pidfd >= 0)
		close(e->pidfd);
	if (e->signals >= 0)
		close(e->signals);
	sigprocmask(SIG_SETMASK, &e->mask_before, NULL);
	free(e);
}

/** events__now - nanoseconds since events__create() */
uint64_t events__now(const struct events *e)
{
	return monotonic_ns() - e->origin_ns;
}

/**
 * events__start - let the first interval begin now
 * @e: the events
 * @interval_ns: its length, and that of all others
 */
void events__start(struct events *e, uint64_t interval_ns)
{
	e->interval_ns = interval_ns;
	e->deadline_ns = events__now(e) + interval_ns;
}

/* The next deadline that has not passed: late ones are not made up for */
static void advance(struct events *e, uint64_t now)
{
	uint64_t behind = (now - e->deadline_ns) / e->interval_ns;

	e->deadline_ns += (behind + 1) * e->interval_ns;
}

static int read_signal(struct events *e, struct event_signal *signal)
{
	struct signalfd_siginfo info;

	if (read(e->signals, &info, sizeof(info)) != sizeof(info))
		return -errno;
	signal->number = (int)info.ssi_signo;
	signal->from_terminal = info.ssi_code == SI_KERNEL;
	return 0;
}

/**
 * events__wait - sleep until something happens
 * @e: the events, started
 * @event: filled
 * @signal: filled for EVENT_SIGNAL
 *
 * A signal goes before an exit, an exit before the end of an interval.
 *
 * Return: 0 or -errno.
 */
int events__wait(struct events *e, enum event *event,
		 struct event_signal *signal)
{
	struct pollfd fds[] = {
		{ .fd = e->signals, .events = POLLIN },
		{ .fd = e->pidfd, .events = POLLIN },
	};
	uint64_t now = events__now(e);
	uint64_t left = e->deadline_ns > now ? e->deadline_ns - now : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(left / 1000000000ULL),
		.tv_nsec = (long)(left % 1000000000ULL),
	};

	while (ppoll(fds, 2, &timeout, NULL) < 0)
		if (errno != EINTR)
			return -errno;
	if (fds[0].revents) {
		*event = EVENT_SIGNAL;
		return read_signal(e, signal);
	}
	if (fds[1].revents) {
		*event = EVENT_EXIT;
		return 0;
	}
	*event = EVENT_INTERVAL;
	now = events__now(e);
	if (now >= e->deadline_ns)
		advance(e, now);
	return 0;
}
