// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Waits for the interval timer, the exit of the target, signals and terminal input, and returns
 * them as events, one at a time.
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

#define NEVER	UINT64_MAX

/**
 * struct events - sources of events
 * @pidfd: readable once the target has exited; -1: none
 * @cgroup: readable when the cgroup may have been removed; -1: none
 * @missed: readable when the probes have missed an end of a fault; -1: none
 * @terminal: readable when a key was pressed; -1: none
 * @signals: signalfd
 * @mask: signals read from @signals
 * @mask_before: signal mask before events__create()
 * @origin_ns: CLOCK_MONOTONIC at events__create(); the origin of all times
 * @deadline_ns: end of the current interval
 * @interval_ns: length of an interval; 0: intervals have no end
 * @over_ns: end of the session
 */
struct events {
	int pidfd;
	int cgroup;
	int missed;
	int terminal;
	int signals;
	sigset_t mask;
	sigset_t mask_before;
	uint64_t origin_ns;
	uint64_t deadline_ns;
	uint64_t interval_ns;
	uint64_t over_ns;
};

static uint64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/**
 * events__create - block SIGINT, SIGTERM, SIGHUP and SIGUSR1 and read them as events
 * @out: filled; untouched on failure
 *
 * Threads that are started later inherit the mask: no signal is delivered to them.
 *
 * Return: 0 or -errno.
 */
int events__create(struct events **out)
{
	struct events *e = calloc(1, sizeof(*e));
	int err;

	if (!e)
		return -ENOMEM;
	e->pidfd = e->cgroup = e->missed = e->terminal = -1;
	e->deadline_ns = e->over_ns = NEVER;
	sigemptyset(&e->mask);
	sigaddset(&e->mask, SIGINT);
	sigaddset(&e->mask, SIGTERM);
	sigaddset(&e->mask, SIGHUP);
	sigaddset(&e->mask, SIGUSR1);
	sigprocmask(SIG_BLOCK, &e->mask, &e->mask_before);
	e->signals = signalfd(-1, &e->mask, SFD_CLOEXEC);
	if (e->signals < 0) {
		err = -errno;
		events__destroy(e);
		return err;
	}
	e->origin_ns = monotonic_ns();
	*out = e;
	return 0;
}

/** events__destroy - restore the signal mask; NULL is fine */
void events__destroy(struct events *e)
{
	if (!e)
		return;
	events__unwatch_target(e);
	if (e->signals >= 0)
		close(e->signals);
	sigprocmask(SIG_SETMASK, &e->mask_before, NULL);
	free(e);
}

/** events__mask_before - return the signal mask before events__create() */
const sigset_t *events__mask_before(const struct events *e)
{
	return &e->mask_before;
}

/**
 * events__watch_process - report the exit of a process
 * @e: the events
 * @pid: the process
 *
 * Return: 0; -ESRCH: no such process; or -errno.
 */
int events__watch_process(struct events *e, pid_t pid)
{
	e->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	return e->pidfd < 0 ? -errno : 0;
}

/**
 * events__watch_cgroup - report when a cgroup may have been removed
 * @e: the events
 * @fd: descriptor from cgroup__watch(); must outlive @e; negative: none
 */
void events__watch_cgroup(struct events *e, int fd)
{
	e->cgroup = fd;
}

/**
 * events__watch_missed - report when the probes have missed an end of a fault
 * @e: the events
 * @fd: descriptor from probes__missed_fd(); must outlive @e; negative: none
 */
void events__watch_missed(struct events *e, int fd)
{
	e->missed = fd;
}

/** events__unwatch_target - stop reporting the exit of the process or cgroup */
void events__unwatch_target(struct events *e)
{
	if (e->pidfd >= 0)
		close(e->pidfd);
	e->pidfd = e->cgroup = -1;
}

/**
 * events__watch_terminal - report keys and changes of size
 * @e: the events
 * @fd: descriptor of the terminal; must outlive @e
 *
 * Return: 0 or -errno.
 */
int events__watch_terminal(struct events *e, int fd)
{
	e->terminal = fd;
	sigaddset(&e->mask, SIGWINCH);
	sigprocmask(SIG_BLOCK, &e->mask, NULL);
	return signalfd(e->signals, &e->mask, SFD_CLOEXEC) < 0 ? -errno : 0;
}

/** events__now - return the time since events__create(), in nanoseconds */
uint64_t events__now(const struct events *e)
{
	return monotonic_ns() - e->origin_ns;
}

/**
 * events__start - begin the first interval
 * @e: the events
 * @interval_ns: length of an interval
 * @total_ns: length of the session; 0: unlimited
 */
void events__start(struct events *e, uint64_t interval_ns, uint64_t total_ns)
{
	events__set_interval(e, interval_ns);
	e->over_ns = total_ns ? events__now(e) + total_ns : NEVER;
}

/**
 * events__set_interval - change the length of intervals
 * @e: the events
 * @interval_ns: length; 0: the interval and the session have no end
 */
void events__set_interval(struct events *e, uint64_t interval_ns)
{
	e->interval_ns = interval_ns;
	e->deadline_ns = interval_ns ? events__now(e) + interval_ns : NEVER;
	if (!interval_ns)
		e->over_ns = NEVER;
}

/* Set the next deadline that has not passed. Missed intervals are skipped */
static void advance(struct events *e, uint64_t now)
{
	uint64_t missed = (now - e->deadline_ns) / e->interval_ns;

	e->deadline_ns += (missed + 1) * e->interval_ns;
}

static int read_signal(struct events *e, enum event *event,
		       struct event_signal *signal)
{
	struct signalfd_siginfo info;

	if (read(e->signals, &info, sizeof(info)) != sizeof(info))
		return -errno;
	*event = info.ssi_signo == SIGWINCH ? EVENT_RESIZE : EVENT_SIGNAL;
	signal->number = (int)info.ssi_signo;
	signal->from_terminal = info.ssi_code == SI_KERNEL;
	return 0;
}

enum { SIGNALS, PROCESS, CGROUP, MISSED, TERMINAL, SOURCES };

/* Sleep until @until at most. Restarted after a signal handler (SIGTSTP) */
static int await(const struct events *e, struct pollfd fds[SOURCES],
		 uint64_t until)
{
	const int fd[SOURCES] = { e->signals, e->pidfd, e->cgroup, e->missed, e->terminal };
	struct timespec timeout;
	uint64_t now, left;
	int i, ready;

	for (i = 0; i < SOURCES; i++)	/* poll() ignores negative descriptors */
		fds[i] = (struct pollfd){ .fd = fd[i], .events = POLLIN };
	do {
		now = events__now(e);
		left = until > now ? until - now : 0;
		timeout.tv_sec = (time_t)(left / 1000000000ULL);
		timeout.tv_nsec = (long)(left % 1000000000ULL);
		ready = ppoll(fds, SOURCES, until == NEVER ? NULL : &timeout,
			      NULL);
	} while (ready < 0 && errno == EINTR);
	return ready < 0 ? -errno : 0;
}

/**
 * events__wait - sleep until an event occurs
 * @e: the events, started
 * @event: filled
 * @signal: filled for EVENT_SIGNAL
 *
 * Priority: signal, exit, end of the session, end of an interval, cgroup, missed end,
 * key.
 *
 * Return: 0 or -errno.
 */
int events__wait(struct events *e, enum event *event,
		 struct event_signal *signal)
{
	uint64_t until = e->deadline_ns < e->over_ns ? e->deadline_ns :
						       e->over_ns;
	struct pollfd fds[SOURCES];
	uint64_t now;
	int err = await(e, fds, until);

	if (err)
		return err;
	now = events__now(e);
	*event = EVENT_INTERVAL;
	if (fds[SIGNALS].revents)
		return read_signal(e, event, signal);
	if (fds[PROCESS].revents)
		*event = EVENT_EXIT;
	else if (now >= e->over_ns)
		*event = EVENT_OVER;
	else if (now >= e->deadline_ns)
		advance(e, now);
	else if (fds[CGROUP].revents)
		*event = EVENT_CGROUP;
	else if (fds[MISSED].revents)
		*event = EVENT_MISSED;
	else if (fds[TERMINAL].revents)
		*event = EVENT_INPUT;
	return 0;
}

/** events__pending - does an event other than a deadline wait? */
bool events__pending(const struct events *e)
{
	struct pollfd fds[SOURCES];

	return !await(e, fds, 0) && (fds[SIGNALS].revents ||
				     fds[PROCESS].revents ||
				     fds[CGROUP].revents ||
				     fds[MISSED].revents ||
				     fds[TERMINAL].revents);
}
