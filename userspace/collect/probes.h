/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The loaded probes, for the files of this directory that load, attach and drain
 * them: no others include it. Besides them nobody knows libbpf.
 */
#ifndef PGWALK_COLLECT_PROBES_H
#define PGWALK_COLLECT_PROBES_H

#include <bpf/libbpf.h>

#include "tell.h"
#include "../../bpf/row_slot.h"
#include "../../bpf/tell_slot.h"
#include "fault.skel.h"

/**
 * struct generation - one of the two halves of the array of rows, mapped
 * @slots:	its memory
 * @head:	in the place of a slot
 */
struct generation {
	struct row_slot *slots;
	struct generation_head *head;
};

/**
 * struct stacks - the call stacks and their faults, mapped; NULL without them
 * @frames:	by number
 * @sites:	by number and class, see struct stack_site
 */
struct stacks {
	const struct stack_frames *frames;
	struct stack_site *sites;
};

/**
 * struct probes - the loaded programs and the two generations of rows
 * @rows:	both, mapped
 * @bytes:	of each
 * @number:	of the generation that programs write to: generations[@number & 1]
 * @folded:	faults drained from the rows "(other mappings)"
 * @scope:	whose faults
 * @cgroup:	keeps the watched cgroup; NULL without one
 * @instances:	programs loaded for each end of a fault
 * @skipped:	runs of the instances that the kernel had skipped at the last look
 * @skipped_at:	when their number changed last, seconds of CLOCK_MONOTONIC
 * @settle:	the iterator over the target's tasks, NULL before probes__watch()
 * @stacks:	see there
 * @events:	where single faults arrive
 * @event_fn:	who takes them, during probes__events()
 * @event_ctx:	for @event_fn
 * @tlb:	the attached counter of TLB flushes, NULL when it is not watched
 */
struct probes {
	struct fault_bpf *skel;
	struct generation generations[2];
	struct row_slot *rows;
	size_t bytes;
	__u64 number;
	__u64 folded;
	bool has_module;
	enum probes_scope scope;
	struct bpf_link *cgroup;
	unsigned int instances;
	__u64 skipped;
	__u64 skipped_at;
	struct bpf_link *settle;
	struct stacks stacks;
	struct ring_buffer *events;
	probes_event_fn event_fn;
	void *event_ctx;
	struct bpf_link *tlb;
};

/* rows.c */
void probes__size_rows(struct probes *p, __u32 rows);
int probes__map_rows(struct probes *p);
void probes__unmap_rows(struct probes *p);

/* tune.c */
void probes__tune(struct probes *p);

/* tell.c: all that tell.h has, before loading, after it, and at the end */
void probes__size_tell(struct probes *p, const struct probes_cfg *cfg);
int probes__open_tell(struct probes *p);
void probes__close_tell(struct probes *p);

/* tell_stack.c */
void probes__size_stacks(struct probes *p, bool wanted);
int probes__map_stacks(struct probes *p);
void probes__unmap_stacks(struct probes *p);

/* tell_event.c */
int probes__open_events(struct probes *p);

/* instances.c */
void probes__size_instances(struct probes *p);
void probes__follow_skips(struct probes *p);
__u64 probes__missed_runs(const struct bpf_program *prog);
void probes__count_skipped(const struct probes *p, struct probes_counts *counts);

#endif /* PGWALK_COLLECT_PROBES_H */
