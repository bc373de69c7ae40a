/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reports of single faults: the call stack, and an event if the fault is in the traced range.
 *
 * Neither may cost time when it is not enabled: stacks are enabled before loading,
 * and the test for an empty traced range is one comparison with a size of 0.
 */
#ifndef PGWALK_EMIT_BPF_H
#define PGWALK_EMIT_BPF_H

#include "task.bpf.h"
#include "code.bpf.h"
#include "emit_slot.h"

extern const volatile bool cfg_stacks;	/* maps for stacks have their full size */
extern bool stacks_paused;		/* stacks are not recorded at the moment */
extern __u64 trace_start, trace_size;	/* traced range; size 0: none */
extern __u64 nr_events_lost;
extern __u64 nr_stacks;			/* numbers assigned; may exceed STACKS_MAX */
extern __u64 nr_places;			/* entries added to stack_places */

#define STACK_UNKNOWN	(-1)		/* not captured, or the stack table was full */
#define STACK_DISABLED	(-2)		/* stacks were not recorded when the fault began */

/* Number of a call stack, by a hash of its addresses */
extern struct stack_index_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, STACKS_MAX);
	__type(key, u64);
	__type(value, u32);
} stack_index SEC(".maps");

/* Call stacks by number. Mapped by user space */
extern struct stack_frames_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STACKS_MAX);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, struct stack_frames);
} stack_frames SEC(".maps");

/*
 * Faults by stack and class that are not in stack_places. Mapped by user space, which takes the
 * counts
 */
extern struct stack_sites_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STACK_SITES(STACKS_MAX));
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, struct stack_site);
} stack_sites SEC(".maps");

/*
 * Faults by row of a mapping and stack. User space removes those of a drained generation of rows.
 * Preallocated, so that a fault allocates no memory.
 */
extern struct stack_place_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, STACK_PLACES);
	__type(key, struct stack_place);
	__type(value, struct stack_site);
} stack_places SEC(".maps");

/*
 * Stack of a walk, by a hash of the whole walk: number of the stack, whether the walk
 * had further addresses, and the rest of the hash, in one word. 0: free.
 */
extern struct stack_walk_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STACK_WALKS);
	__type(key, u32);
	__type(value, u64);
} stack_walks SEC(".maps");

#define WALK_STACK	(STACKS_MAX - 1ULL)
#define WALK_IS_CUT	((u64)STACKS_MAX)
#define WALK_HASH	(~(WALK_STACK | WALK_IS_CUT))

/* Buffer of each instance of on_fault_enter for the stack that it looks up */
extern struct stack_buffer_map {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FAULT_INSTANCES);
	__type(key, u32);
	__type(value, struct stack_frames);
} fault_stack SEC(".maps");

/* The ring of single faults, which user space creates when it traces the first range */
struct event_ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

extern struct event_rings_map {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, u32);
	__array(values, struct event_ring);
} event_rings SEC(".maps");

/* Ends of a fault that were seen */
enum fault_seen {
	SEEN_BOTH,		/* has a latency */
	SEEN_ENTRY,		/* the exit was missed */
	SEEN_EXIT,		/* the entry was missed */
};

/**
 * emit_needs_after - test if the entry after is needed for an event
 * @s:		record
 */
static __always_inline bool emit_needs_after(const struct task_state *s)
{
	return s->trace_tid;
}

s32 traced_owner(struct task_state *s);		/* fault.bpf.c */

/* Return the thread of an event of record @s, which is the current task's; 0: no event */
static __always_inline s32 traced_thread(struct task_state *s)
{
	u64 size = trace_size;

	if (!size)
		return 0;
	barrier_var(size);		/* saves a load if no range is traced */
	if (s->addr - trace_start >= size)
		return 0;
	return traced_owner(s);
}

static __always_inline bool stacks_enabled(void)
{
	return cfg_stacks && !stacks_paused;
}

/**
 * stack_unknown - return the number for a stack that cannot be captured
 */
static __always_inline s32 stack_unknown(void)
{
	return stacks_enabled() ? STACK_UNKNOWN : STACK_DISABLED;
}

/* Hash to 64 well mixed bits, so that equal hashes of two stacks are not expected */
static __slow u64 frames_hash(struct stack_frames *f, u32 depth, u64 h)
{
	u32 i;

	h ^= depth;
	for (i = 0; i < PGWALK_STACK_MAX; i++) {
		if (i >= depth)
			break;
		h = code_mix(h, f->ip[i]);
	}
	return h;
}

/* Assign a number to a new stack */
static __slow s32 stack_place(struct stack_frames *f, u64 hash)
{
	struct stack_frames *place;
	u32 n, *known;

	if (nr_stacks >= STACKS_MAX)
		return STACK_UNKNOWN;
	n = __sync_fetch_and_add(&nr_stacks, 1);
	place = bpf_map_lookup_elem(&stack_frames, &n);
	if (!place)
		return STACK_UNKNOWN;
	__builtin_memcpy(place, f, sizeof(*place));
	if (bpf_map_update_elem(&stack_index, &hash, &n, BPF_NOEXIST)) {
		known = bpf_map_lookup_elem(&stack_index, &hash);
		if (known)
			return *known;	/* another CPU was first; this slot stays empty */
	}
	return n;
}

/* Clear the addresses from number @depth on: they may be data of the process */
static __slow int frames_cut(struct stack_frames *f, u32 depth)
{
	u32 i;

	for (i = 0; i < PGWALK_STACK_MAX; i++) {
		if (i >= f->depth)
			break;
		if (i >= depth)
			f->ip[i] = 0;
	}
	f->depth = depth;
	return 0;
}

/*
 * Cut the stack @f before the first address that is not known to be code.
 *
 * Return: enum code_found of that address; CODE_YES if there is none.
 */
static __slow u32 frames_check(struct stack_frames *f, u64 space)
{
	u32 i, found = CODE_YES;

	for (i = 0; i < PGWALK_STACK_MAX; i++) {
		if (i >= f->depth)
			break;
		found = code_find(f->ip[i], space);
		if (found != CODE_YES) {
			frames_cut(f, i);
			break;
		}
	}
	return found;
}

/*
 * Return the number of the stack in @f, as it was walked. The walk is cached in @known, by
 * @hash, unless mmap_lock was held during the check.
 */
static __slow s32 stack_check(struct stack_frames *f, u64 space, u64 hash, u64 *known)
{
	u32 found = frames_check(f, space), *number;
	u64 frames;
	s32 stack;

	if (!f->depth)
		return STACK_UNKNOWN;
	frames = frames_hash(f, f->depth, 0);
	number = bpf_map_lookup_elem(&stack_index, &frames);
	stack = number ? *number : stack_place(f, frames);
	if (stack >= 0 && found != CODE_BUSY)
		*known = (hash & WALK_HASH) | (stack & WALK_STACK) |
			 (found == CODE_NO ? WALK_IS_CUT : 0);
	return stack;
}

/**
 * stack_find - return the number of the user stack of the current task
 * @ctx:	context of the program
 * @f:		buffer of this program on this CPU
 *
 * Safe within a fault: the kernel walks the frames with page faults disabled, so
 * that a frame that is not in memory ends the walk and is not faulted in.
 *
 * A function that uses the frame pointer for another purpose leads the walk to data. The
 * stack is cut before the first address in no executable mapping, or the first that cannot
 * be looked up now. Only a hash is kept of the other addresses.
 *
 * Return: the number; STACK_UNKNOWN if there is no stack, or no room for it.
 */
static __slow s32 stack_find(void *ctx, struct stack_frames *f)
{
	long bytes = bpf_get_stack(ctx, f->ip, sizeof(f->ip), BPF_F_USER_STACK);
	u64 space, hash, walk, *known;
	u32 slot;

	if (bytes <= 0)
		return STACK_UNKNOWN;
	space = code_space(&f->depth);
	f->depth = bytes / sizeof(f->ip[0]);
	hash = frames_hash(f, f->depth, space);
	slot = hash & (STACK_WALKS - 1);
	known = bpf_map_lookup_elem(&stack_walks, &slot);
	if (!known)
		return STACK_UNKNOWN;
	walk = *(volatile u64 *)known;
	if ((walk ^ hash) & WALK_HASH)
		return stack_check(f, space, hash, known);
	if (walk & WALK_IS_CUT)
		frames_cut(f, 0);
	return walk & WALK_STACK;
}

/*
 * Test if the current task faults inside execve(), with @flags in mapping @m. Its user
 * registers are those of the old program, and its memory is that of the new one.
 */
static __always_inline bool is_execve(const struct mapping *m, u32 flags)
{
	if (flags & FAULT_FLAG_USER)
		return false;
	return (m->id.key.vm_flags & VM_STACK_INCOMPLETE) == VM_STACK_INCOMPLETE ||
	       BPF_CORE_READ_BITFIELD(bpf_get_current_task_btf(), in_execve);
}

/**
 * emit_begin - record the parts of an event that are only known when a fault begins
 * @ctx:	context of the program at the beginning of handle_mm_fault
 * @s:		record; its address and mapping are set
 * @flags:	FAULT_FLAG_*
 * @instance:	instance of that program; below FAULT_INSTANCES
 *
 * Each program has a separate buffer: the kernel does not run it again on a CPU where a
 * run was preempted, with PREEMPT_RT or without, and a run stays on its CPU.
 */
static __always_inline void emit_begin(void *ctx, struct task_state *s, u32 flags, u32 instance)
{
	s->trace_tid = traced_thread(s);
	s->stack = STACK_DISABLED;
	if (cfg_stacks && stacks_enabled()) {
		struct stack_frames *f = bpf_map_lookup_elem(&fault_stack, &instance);

		s->stack = f && !is_execve(&s->map, flags) ? stack_find(ctx, f) : STACK_UNKNOWN;
	}
}

/**
 * emit_unbegun - do the work of emit_begin() if the beginning was missed; there is no stack
 */
static __always_inline void emit_unbegun(struct task_state *s)
{
	s->trace_tid = traced_thread(s);
	s->stack = stack_unknown();
}

static __always_inline void site_add(struct stack_site *site, u64 ns)
{
	__sync_fetch_and_add(&site->latency_ns, ns);
	__sync_fetch_and_add(&site->count, 1);
}

/* Test if @row is the index of a row of a mapping in the array of rows */
static __always_inline bool is_mapping_row(u32 row)
{
	u32 half = ROW_FIRST + cfg_rows;

	return row != ROW_MORE && (row < half ? row : row - half) >= ROW_FIRST;
}

/*
 * Count a fault of @stack in the row with index @row. The row is of the generation that the running
 * program has read, so user space finds the entry when it drains that generation.
 *
 * Return: false if there is no room, or the kernel cannot add an entry in this context.
 */
static __slow bool place_count(u32 row, s32 stack, u64 ns)
{
	struct stack_place place = { .row = row, .stack = stack };
	struct stack_site *site = bpf_map_lookup_elem(&stack_places, &place), empty = {};

	if (!site) {
		if (!bpf_map_update_elem(&stack_places, &place, &empty, BPF_NOEXIST))
			count_up(&nr_places, 1);
		site = bpf_map_lookup_elem(&stack_places, &place);
	}
	if (!site)
		return false;
	site_add(site, ns);
	return true;
}

/**
 * stack_count - count a fault for a call stack, if stacks are recorded
 * @stack:	number of the call stack, or STACK_*
 * @row:	index of its row of a mapping, from row_find(); 0: none
 * @class:	enum pgwalk_fault_class
 * @ns:		latency; 0: not known
 *
 * Without a row in the array, or without room, the fault is counted without its mapping.
 *
 * Return: 0.
 */
static __slow int stack_count(s32 stack, u32 row, u32 class, u64 ns)
{
	u32 i = (stack + 1) * PGWALK_FAULT_CLASS_NR + class;
	struct stack_site *site;

	if (!cfg_stacks || stack == STACK_DISABLED)
		return 0;
	if (is_mapping_row(row) && place_count(row, stack, ns))
		return 0;
	site = bpf_map_lookup_elem(&stack_sites, &i);
	if (site)
		site_add(site, ns);
	return 0;
}

/* Return the index of the row of @m and @class that was found last; 0: it has none */
static __always_inline u32 row_found(const struct mapping *m, u32 class)
{
	return cfg_scope == WATCH_PROCESS && class < PGWALK_FAULT_CLASS_NR ? m->ref.slot[class] : 0;
}

static __always_inline u32 event_flags(const struct task_state *s, u32 seen, bool major)
{
	return (s->flags & FAULT_FLAG_WRITE ? PGWALK_EVENT_WRITE : 0) |
	       (s->flags & FAULT_FLAG_INSTRUCTION ? PGWALK_EVENT_EXEC : 0) |
	       (s->flags & FAULT_FLAG_USER ? 0 : PGWALK_EVENT_KERNEL) |
	       (s->flags & RECORD_GUP ? PGWALK_EVENT_GUP : 0) |
	       (major ? PGWALK_EVENT_MAJOR : 0) |
	       (seen == SEEN_BOTH ? PGWALK_EVENT_TIMED : 0);
}

/**
 * event_begin - reserve an event and fill it in from record @s, except the entry after
 * @s:		record
 * @class:	enum pgwalk_fault_class
 * @flags:	PGWALK_EVENT_*
 * @now:	end of the fault, or 0
 *
 * Return: the event, for event_end(); NULL: no room, which was counted.
 */
static __always_inline struct pgwalk_fault_event *event_begin(const struct task_state *s,
							      u32 class, u32 flags, u64 now)
{
	struct pgwalk_fault_event *e;
	u32 zero = 0;
	void *ring = bpf_map_lookup_elem(&event_rings, &zero);

	e = ring ? bpf_ringbuf_reserve(ring, sizeof(*e), 0) : NULL;
	if (!e) {
		__sync_fetch_and_add(&nr_events_lost, 1);
		return NULL;
	}
	e->addr = s->addr;
	e->time_ns = now ? now : bpf_ktime_get_ns();
	e->latency_ns = flags & PGWALK_EVENT_TIMED ? now - s->t0 : 0;
	e->before = s->before;
	e->tid = s->trace_tid;
	e->class = class;
	e->flags = flags;
	e->retries = s->retries;
	return e;
}

/**
 * event_end - submit an event
 *
 * User space is not woken: it polls.
 */
static __always_inline void event_end(struct pgwalk_fault_event *e)
{
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
}

static __slow int event_emit(struct task_state *s, u32 class, u32 flags, u64 now)
{
	struct pgwalk_fault_event *e = event_begin(s, class, flags, now);

	if (e) {
		e->after = s->after;
		event_end(e);
	}
	return 0;
}

/**
 * record_emit - emit the event of a fault that has been counted, if it is traced
 * @s:		its record, with the entry after; not NULL
 * @class:	enum pgwalk_fault_class
 * @seen:	enum fault_seen
 * @now:	end of the fault, for SEEN_BOTH; else 0
 * @major:	the kernel counted it as major
 */
static __always_inline void record_emit(struct task_state *s, u32 class, u32 seen, u64 now,
					bool major)
{
	if (cfg_stacks)
		stack_count(s->stack, row_found(&s->map, class), class,
			    seen == SEEN_BOTH ? now - s->t0 : 0);
	if (s->trace_tid)
		event_emit(s, class, event_flags(s, seen, major), now);
}

#endif /* PGWALK_EMIT_BPF_H */
