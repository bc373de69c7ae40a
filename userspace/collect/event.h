/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Events of a session: end of an interval, exit of the target, signal, key. */
#ifndef PGWALK_COLLECT_EVENT_H
#define PGWALK_COLLECT_EVENT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum event {
	EVENT_INTERVAL,		/* the interval has ended */
	EVENT_EXIT,		/* every thread of the target has exited */
	EVENT_CGROUP,		/* the watched cgroup may have been removed */
	EVENT_MISSED,		/* the probes have missed an end of a fault */
	EVENT_SIGNAL,		/* SIGINT, SIGTERM, SIGHUP or SIGUSR1 */
	EVENT_INPUT,		/* a key was pressed */
	EVENT_RESIZE,		/* the size of the terminal has changed */
	EVENT_OVER,		/* the session's time is over */
};

/**
 * struct event_signal - a signal
 * @number: SIGINT, SIGTERM, SIGHUP or SIGUSR1
 * @from_terminal: the whole foreground process group received it
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
void events__watch_missed(struct events *e, int fd);
void events__unwatch_target(struct events *e);
int events__watch_terminal(struct events *e, int fd);

uint64_t events__now(const struct events *e);
void events__start(struct events *e, uint64_t interval_ns, uint64_t total_ns);
void events__set_interval(struct events *e, uint64_t interval_ns);
int events__wait(struct events *e, enum event *event,
		 struct event_signal *signal);
bool events__pending(const struct events *e);

#endif
