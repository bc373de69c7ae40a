/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The loaded probes, private to this directory. Only these files use libbpf. */
#ifndef PGWALK_COLLECT_PROBES_H
#define PGWALK_COLLECT_PROBES_H

#include <bpf/libbpf.h>

#include "events.h"
#include "../../../bpf/row_slot.h"
#include "../../../bpf/emit_slot.h"
#include "fault.skel.h"

/**
 * struct generation - one of the two halves of the array of rows
 * @memory:	its beginning, mapped
 * @bytes:	size of @memory
 * @rows:	rows in @memory, after the permanent ones
 * @slots:	its slots
 * @head:	stored in the place of a slot
 */
struct generation {
	char *memory;
	size_t bytes;
	__u32 rows;
	struct row_slot *slots;
	struct generation_head *head;
};

/**
 * struct stacks - call stacks and their faults; NULL without stacks
 * @frames:	by number; mapped
 * @sites:	by number and class, see struct stack_site; mapped
 * @taken:	faults by mapping, drained with their rows; room for PLACES_TAKEN
 * @nr_taken:	number of @taken
 * @nr_freed:	entries of stack_places that were freed; those in use are nr_places less these
 */
struct stacks {
	const struct stack_frames *frames;
	struct stack_site *sites;
	struct pgwalk_fault_stack *taken;
	__u32 nr_taken;
	__u64 nr_freed;
};

/* Kernel settings that the classes of faults depend on */
enum probes_setting {
	PROBES_THP,
	PROBES_THP_2M,
	PROBES_AROUND,
	PROBES_SETTINGS,
};

struct change;

/**
 * struct skipped_ends - runs at the two ends of a fault that the kernel skipped
 * @entries:	of programs at the entry
 * @exits:	of programs at the exit
 */
struct skipped_ends {
	__u64 entries;
	__u64 exits;
};

/**
 * struct probes - the loaded programs and the two generations of rows
 * @skel:	the skeleton
 * @object:	changed copy of the object file of @skel; NULL: unchanged
 * @generations: both halves of @rows
 * @number:	generation that programs write to: generations[@number & 1]
 * @more_left:	the last drain failed, and left rows beside the array
 * @folded:	faults drained from the rows "(other mappings)"
 * @has_module: loaded with pgwalk.ko's kfunc
 * @scope:	the processes that are counted
 * @cgroup:	iterator that holds the watched cgroup; NULL: none
 * @instances:	programs loaded for each end of a fault
 * @attached:	programs attached to each end of a fault
 * @quiet_ms:	time without need after which an instance is detached
 * @needed_ms:	last time when all attached instances were needed, ms of CLOCK_MONOTONIC
 * @nr_missed:	missed ends when last checked
 * @nr_rescued:	ends that only the first instance had handled when last checked
 * @skipped:	runs of each instance that the kernel had skipped before @attached changed last
 * @missed_before: upper limit of the missed ends of the instances attached before that
 * @change:	change of @attached in progress; NULL: none
 * @missed:	ring that wakes user space when an end was missed; NULL: only one instance
 * @settle:	iterator over the target's tasks; NULL before probes__watch()
 * @stacks:	call stacks
 * @events:	ring of single faults; NULL before the first traced range
 * @events_fd:	its map, if it exists
 * @events_bytes: its size
 * @event_fn:	consumer of @events during probes__events()
 * @event_ctx:	argument of @event_fn
 * @settings:	open files of the kernel settings; 0 or negative: not open
 * @has_tlb:	the kernel has the tracepoint of TLB flushes
 * @tlb:	link of the counter of TLB flushes; NULL: not attached
 */
struct probes {
	struct fault_bpf *skel;
	void *object;
	struct generation generations[2];
	__u64 number;
	bool more_left;
	__u64 folded;
	bool has_module;
	enum probes_scope scope;
	struct bpf_link *cgroup;
	unsigned int instances;
	unsigned int attached;
	unsigned int quiet_ms;
	__u64 needed_ms;
	__u64 nr_missed;
	__u64 nr_rescued;
	struct skipped_ends skipped[PROBES_INSTANCES];
	struct skipped_ends missed_before;
	struct change *change;
	struct ring_buffer *missed;
	struct bpf_link *settle;
	struct stacks stacks;
	struct ring_buffer *events;
	int events_fd;
	__u32 events_bytes;
	probes_event_fn event_fn;
	void *event_ctx;
	int settings[PROBES_SETTINGS];
	bool has_tlb;
	struct bpf_link *tlb;
};

/**
 * struct kernel_type_ids - ids of types in the BTF of the kernel
 * @vma:	struct vm_area_struct
 * @task:	struct task_struct
 * @rb_node:	struct rb_node
 * @tlb_flush:	the tracepoint tlb_flush, which only x86 has; 0: there is none
 */
struct kernel_type_ids {
	__u32 vma;
	__u32 task;
	__u32 rb_node;
	__u32 tlb_flush;
};

/* kernel_types.c */
int kernel_types__copy(const struct btf *programs, int fd, struct kernel_type_ids *ids);

/* rows.c */
void probes__size_rows(struct probes *p, __u32 max);
int probes__map_rows(struct probes *p);
void probes__unmap_rows(struct probes *p);

/* probe_config.c */
void probes__configure(struct probes *p);
void probes__close_settings(struct probes *p);

/* events.c */
void probes__size_events(struct probes *p, const struct probes_cfg *cfg);
int probes__open_events(struct probes *p);
void probes__close_events(struct probes *p);

/* event_stacks.c */
void probes__size_stacks(struct probes *p, bool wanted);
int probes__map_stacks(struct probes *p);
void probes__unmap_stacks(struct probes *p);
int probes__take_places(struct probes *p, const struct row_slot *slots, __u32 first, __u32 nr);

/* event_ring.c */
void probes__close_ring(struct probes *p);

/* instances.c */
void probes__size_instances(struct probes *p, unsigned int quiet_ms);
int probes__open_instances(struct probes *p);
void probes__close_instances(struct probes *p);
int probes__attach_instances(struct probes *p, unsigned int nr);
__u64 probes__missed_runs(const struct bpf_program *prog);
void probes__count_skipped(const struct probes *p, struct probes_counts *counts);

#endif /* PGWALK_COLLECT_PROBES_H */
