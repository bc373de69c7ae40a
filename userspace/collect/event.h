/* SPDX-License-Identifier: GPL-2.0 */
/* What happens next: an interval ends, the target exits, a signal comes. */
#ifndef PGWALK_COLLECT_EVENT_H
#define PGWALK_COLLECT_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum event {
	EVENT_INTERVAL,		/* the time has come */
	EVENT_EXIT,		/* every thread of the target has exited */
	EVENT_SIGNAL,		/* somebody wants us to end */
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

int events__create(struct events **out, pid_t pid);
void events__destroy(struct events *e);

uint64_t events__now(const struct events *e);
void events__start(struct events *e, uint64_t interval_ns);
int events__wait(struct events *e, enum event *event,
		 struct event_signal *signal);

#endif
