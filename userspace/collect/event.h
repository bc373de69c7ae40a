/* SPDX-License-Identifier: GPL-2.0 */
/* What happens next: an interval ends, the target exits, a signal or a key comes. */
#ifndef PGWALK_COLLECT_EVENT_H
#define PGWALK_COLLECT_EVENT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum event {
	EVENT_INTERVAL,		/* the time has come */
	EVENT_EXIT,		/* every thread of the target has exited */
	EVENT_CGROUP,		/* the watched cgroup may have been removed */
	EVENT_SIGNAL,		/* somebody wants us to end */
	EVENT_INPUT,		/* there are keys to be read */
	EVENT_RESIZE,		/* the terminal has another size */
	EVENT_OVER,		/* all the time that was given is over */
};

/**
 * struct event_signal - which signal, and whom it was meant for
 * @number: SIGINT, SIGTERM or SIGHUP
 * @from_terminal: everything in the foreground got it, not only we
 */
struct event_signal {
	int number;
	bool from_terminal;
};

struct events;

int events__create(struct events **out);
void events__destroy(struct events *e);
const sigset_t *events__mask_before(const struct events *e);

int events__watch_process(struct events *e, pid_t pid);
void events__watch_cgroup(struct events *e, int fd);
void events__forget_target(struct events *e);
int events__watch_terminal(struct events *e, int fd);

uint64_t events__now(const struct events *e);
void events__start(struct events *e, uint64_t interval_ns, uint64_t total_ns);
void events__set_interval(struct events *e, uint64_t interval_ns);
int events__wait(struct events *e, enum event *event,
		 struct event_signal *signal);
bool events__pending(const struct events *e);

#endif
