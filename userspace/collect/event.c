// SPDX-License-Identifier: GPL-2.0
/*
 * The clock, the end of the target, signals and the terminal, as one stream of
 * events. What to do about them is decided elsewhere.
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
 * struct events - where they come from
 * @pidfd: readable once the target has exited; -1: there is none
 * @cgroup: readable when the target may have been removed; -1: there is none
 * @terminal: readable when there are keys; -1: nobody sits there
 * @signals: signalfd
 * @mask: signals that come from there
 * @mask_before: signals that were blocked before
 * @origin_ns: CLOCK_MONOTONIC at create: time begins at 0
 * @deadline_ns: end of the running interval
 * @interval_ns: length of an interval; 0: they do not end
 * @over_ns: the end of it all
 */
struct events {
	int pidfd;
	int cgroup;
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
 * events__create - take over the signals that end us
 * @out: filled; untouched on failure
 *
 * Return: 0 or -errno.
 */
int events__create(struct events **out)
{
	struct events *e = calloc(1, sizeof(*e));
	int err;

	if (!e)
		return -ENOMEM;
	e->pidfd = e->cgroup = e->terminal = -1;
	e->deadline_ns = e->over_ns = NEVER;
	sigemptyset(&e->mask);
	sigaddset(&e->mask, SIGINT);
	sigaddset(&e->mask, SIGTERM);
	sigaddset(&e->mask, SIGHUP);
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

/** events__destroy - give signals back; NULL is fine */
void events__destroy(struct events *e)
{
	if (!e)
		return;
	events__forget_target(e);
	if (e->signals >= 0)
		close(e->signals);
	sigprocmask(SIG_SETMASK, &e->mask_before, NULL);
	free(e);
}

/** events__mask_before - signals that were blocked before events__create() */
const sigset_t *events__mask_before(const struct events *e)
{
	return &e->mask_before;
}

/**
 * events__watch_process - tell when a process exits
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
 * @fd: of cgroup__watch(); to outlive this; below 0: there is none
 */
void events__watch_cgroup(struct events *e, int fd)
{
	e->cgroup = fd;
}

/** events__forget_target - report no exit of the process or cgroup any more */
void events__forget_target(struct events *e)
{
	if (e->pidfd >= 0)
		close(e->pidfd);
	e->pidfd = e->cgroup = -1;
}

/**
 * events__watch_terminal - tell of keys, and of another size
 * @e: the events
 * @fd: of the terminal; to outlive this
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

/** events__now - nanoseconds since events__create() */
uint64_t events__now(const struct events *e)
{
	return monotonic_ns() - e->origin_ns;
}

/**
 * events__start - let the first interval begin now
 * @e: the events
 * @interval_ns: its length, and that of all others
 * @total_ns: of them all; 0: without end
 */
void events__start(struct events *e, uint64_t interval_ns, uint64_t total_ns)
{
	events__set_interval(e, interval_ns);
	e->over_ns = total_ns ? events__now(e) + total_ns : NEVER;
}

/**
 * events__set_interval - intervals are so long from now on
 * @e: the events
 * @interval_ns: 0: they do not end, and neither does the whole
 */
void events__set_interval(struct events *e, uint64_t interval_ns)
{
	e->interval_ns = interval_ns;
	e->deadline_ns = interval_ns ? events__now(e) + interval_ns : NEVER;
	if (!interval_ns)
		e->over_ns = NEVER;
}

/* The next deadline that has not passed: late ones are not made up for */
static void advance(struct events *e, uint64_t now)
{
	uint64_t behind = (now - e->deadline_ns) / e->interval_ns;

	e->deadline_ns += (behind + 1) * e->interval_ns;
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

enum { SIGNALS, PROCESS, CGROUP, TERMINAL, SOURCES };

/* Sleeps at most until the time; a handler that ran (SIGTSTP) is no event */
static int await(const struct events *e, struct pollfd fds[SOURCES],
		 uint64_t until)
{
	const int fd[SOURCES] = { e->signals, e->pidfd, e->cgroup, e->terminal };
	struct timespec timeout;
	uint64_t now, left;
	int i, ready;

	for (i = 0; i < SOURCES; i++)	/* poll passes over those below 0 */
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
 * events__wait - sleep until something happens
 * @e: the events, started
 * @event: filled
 * @signal: filled for EVENT_SIGNAL
 *
 * A signal goes before an exit, an exit before keys, they before the end of an
 * interval, unless that is late already.
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
	else if (fds[TERMINAL].revents)
		*event = EVENT_INPUT;
	return 0;
}

/** events__pending - is there anything but time that events__wait() would tell of? */
bool events__pending(const struct events *e)
{
	struct pollfd fds[SOURCES];

	return !await(e, fds, 0) && (fds[SIGNALS].revents ||
				     fds[PROCESS].revents ||
				     fds[CGROUP].revents ||
				     fds[TERMINAL].revents);
}
