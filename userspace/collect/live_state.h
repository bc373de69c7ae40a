/* SPDX-License-Identifier: GPL-2.0 */
/* What live.c and live_interval.c share; no others include it. */
#ifndef PGWALK_COLLECT_LIVE_STATE_H
#define PGWALK_COLLECT_LIVE_STATE_H

#include "around.h"
#include "bpf.h"
#include "focus.h"
#include "live.h"
#include "look.h"
#include "callers.h"
#include "sink.h"
#include "target.h"

/**
 * struct live - who is watched
 * @asked: who takes the records, and answers
 * @sink: he, for those who only tell
 * @target: whom
 * @device: the module; else NULL
 * @look: at mappings; NULL where many are watched
 * @callers: call stacks; NULL: not wanted
 * @focus: the mapping that is looked into
 * @told: the target as it was last told
 * @counts: of the probes, at the end of the last interval
 * @closed_ns: that end
 * @self_ns: CPU time of ours, until then
 * @walk_ns: of the looks
 * @by_thread: threads are counted
 * @all_through: they were, since the interval began
 * @signalled: a signal came already
 */
struct live {
	struct live_options options;
	struct live_sink asked;
	struct sink sink;
	struct target target;
	struct events *events;
	struct probes *probes;
	struct device *device;
	struct look *look;
	struct callers *callers;
	struct focus *focus;
	struct around *around;
	struct record_target told;
	struct probes_counts counts;
	uint64_t closed_ns;
	uint64_t self_ns;
	uint64_t walk_ns;
	bool by_thread;
	bool all_through;
	bool signalled;
};

/* live_interval.c */
int live__tell_target(struct live *l);
uint64_t live__self_ns(void);

#endif
