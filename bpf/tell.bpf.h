/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is told of a single fault beside the row it is counted in: its call stack,
 * and itself where its range is looked into. Counts no row, decides no class.
 *
 * Neither may cost anything when nobody asks: stacks are decided before loading,
 * and what is not looked into is one comparison, with a size of 0.
 */
#ifndef PGWALK_TELL_BPF_H
#define PGWALK_TELL_BPF_H

#include "task.bpf.h"
#include "code.bpf.h"
#include "tell_slot.h"

extern const volatile bool cfg_stacks;	/* there is room for them */
extern bool stacks_paused;		/* nobody looks at them now */
extern __u64 look_start, look_size;	/* the range that is looked into; size 0: none is */
extern __u64 nr_events_lost;
extern __u64 nr_stacks;			/* numbers given; goes beyond STACKS_MAX */

#define STACK_UNKNOWN	(-1)		/* it could not be had, or kept */
#define STACK_UNASKED	(-2)		/* nobody looked when the fault began: it is not told */

/* Which number a call stack has, by a hash of its addresses */
extern struct stack_index_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, STACKS_MAX);
	__type(key, u64);
	__type(value, u32);
} stack_index SEC(".maps");

/* Mapped by user space */
extern struct stack_frames_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STACKS_MAX);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, struct stack_frames);
} stack_frames SEC(".maps");

/* The same, which takes what is in it */
extern struct stack_sites_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STACK_SITES(STACKS_MAX));
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, struct stack_site);
} stack_sites SEC(".maps");

/*
 * The stack of a walk, by a hash of all that the walk found: number, whether the walk
 * went on after it, and the rest of the hash, in one word. 0: free.
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

/* Where each instance of on_fault_enter puts a stack while it looks for its number */
extern struct stack_buffer_map {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FAULT_INSTANCES);
	__type(key, u32);
	__type(value, struct stack_frames);
} fault_stack SEC(".maps");

extern struct single_events_map {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} single_events SEC(".maps");

/* How a fault was learnt of */
enum fault_seen {
	SEEN_BOTH,		/* has a latency */
	SEEN_ENTRY,		/* the exit was missed */
	SEEN_EXIT,		/* the entry was missed */
};

/**
 * tell_wants_after - shall the entry after be asked for, whatever the class needs?
 * @s:		the record
 */
static __always_inline bool tell_wants_after(const struct task_state *s)
{
	return s->look;
}

/* The thread, if the fault of record @s, which is the current task's, is to be told by itself */
static __always_inline s32 look_thread(const struct task_state *s)
{
	struct task_struct *t;

	u64 size = look_size;

	if (!size)
		return 0;
	barrier_var(size);		/* one load less while nobody looks */
	if (s->addr - look_start >= size)
		return 0;
	t = bpf_get_current_task_btf();
	return (u64)t->mm == s->map.id.key.mm ? id_of_thread(t) : 0;	/* not of memory of others */
}

static __always_inline bool stacks_asked(void)
{
	return cfg_stacks && !stacks_paused;
}

/**
 * stack_unknown - what stands for a stack that cannot be had
 */
static __always_inline s32 stack_unknown(void)
{
	return stacks_asked() ? STACK_UNKNOWN : STACK_UNASKED;
}

/* So that two stacks of one hash are not to be expected in any run: 64 bits well mixed */
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

/* Give a stack that was not seen before a number, which it keeps */
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
			return *known;	/* another CPU was first; ours stays empty */
	}
	return n;
}

/* Forget the addresses from number @depth on: they may be data of the process */
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
 * End the stack @f before the first address that is not known to be code.
 *
 * Return: enum code_found of that address; CODE_YES: there is none.
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
 * The number of the stack in @f, as it was walked. A walk that met no lock that was taken
 * is remembered in @known, by @hash.
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
 * stack_find - the number of the user stack that the current task is on
 * @ctx:	of the program
 * @f:		where this program may put it on this CPU
 *
 * Safe within a fault: the kernel walks the frames with page faults disabled, so
 * that a frame that is not in memory ends the walk and is not faulted in.
 *
 * A function that keeps something else in the frame pointer leads the walk to data. The
 * stack ends before the first address in no executable mapping; an address that cannot be
 * looked up now ends it as well. Nothing but a hash is kept of the others.
 *
 * Return: STACK_UNKNOWN if there is none, or no room for it.
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
 * Does the current task fault inside execve(), with @flags in mapping @m? Its user registers
 * are of the program that called execve(), and its memory is that of the next one.
 */
static __always_inline bool is_execve(const struct mapping *m, u32 flags)
{
	if (flags & FAULT_FLAG_USER)
		return false;
	return (m->id.key.vm_flags & VM_STACK_INCOMPLETE) == VM_STACK_INCOMPLETE ||
	       BPF_CORE_READ_BITFIELD(bpf_get_current_task_btf(), in_execve);
}

/**
 * tell_begin - a fault begins: remember what can only be had now
 * @ctx:	of the program at the beginning of handle_mm_fault
 * @s:		the record; its address and mapping are written
 * @flags:	FAULT_FLAG_*
 * @instance:	of that program; below FAULT_INSTANCES
 *
 * Each program has a buffer of its own: the kernel does not run it again on a CPU where one
 * run of it has been preempted, with PREEMPT_RT or without, and a run stays on its CPU.
 */
static __always_inline void tell_begin(void *ctx, struct task_state *s, u32 flags, u32 instance)
{
	s->look = look_thread(s);
	s->stack = STACK_UNASKED;
	if (cfg_stacks && stacks_asked()) {
		struct stack_frames *f = bpf_map_lookup_elem(&fault_stack, &instance);

		s->stack = f && !is_execve(&s->map, flags) ? stack_find(ctx, f) : STACK_UNKNOWN;
	}
}

/**
 * tell_unbegun - the same where the beginning was missed; there is no stack
 */
static __always_inline void tell_unbegun(struct task_state *s)
{
	s->look = look_thread(s);
	s->stack = stack_unknown();
}

/**
 * stack_count - one fault more of @class from call stack @stack, if that was asked for
 */
static __slow int stack_count(s32 stack, u32 class, u64 ns)
{
	u32 i = (stack + 1) * PGWALK_FAULT_CLASS_NR + class;
	struct stack_site *site;

	if (!cfg_stacks || stack == STACK_UNASKED)
		return 0;
	site = bpf_map_lookup_elem(&stack_sites, &i);
	if (!site)
		return 0;
	__sync_fetch_and_add(&site->latency_ns, ns);
	__sync_fetch_and_add(&site->count, 1);
	return 0;
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
 * event_begin - write what record @s tells of a single fault; the entry after is the caller's
 * @s:		the record
 * @class:	enum pgwalk_fault_class
 * @flags:	PGWALK_EVENT_*
 * @now:	when it ended, or 0
 *
 * Return: what has to be given to event_end(), or NULL: there is no room, which was counted.
 */
static __always_inline struct pgwalk_fault_event *event_begin(const struct task_state *s,
							      u32 class, u32 flags, u64 now)
{
	struct pgwalk_fault_event *e;

	e = bpf_ringbuf_reserve(&single_events, sizeof(*e), 0);
	if (!e) {
		__sync_fetch_and_add(&nr_events_lost, 1);
		return NULL;
	}
	e->addr = s->addr;
	e->time_ns = now ? now : bpf_ktime_get_ns();
	e->latency_ns = flags & PGWALK_EVENT_TIMED ? now - s->t0 : 0;
	e->before = s->before;
	e->tid = s->look;
	e->class = class;
	e->flags = flags;
	e->retries = s->retries;
	return e;
}

/**
 * event_end - hand over what event_begin() began
 *
 * Nobody is woken: user space comes by itself.
 */
static __always_inline void event_end(struct pgwalk_fault_event *e)
{
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
}

static __slow int event_tell(struct task_state *s, struct pgwalk_entry *after, u32 class, u32 flags,
			     u64 now)
{
	struct pgwalk_fault_event *e = event_begin(s, class, flags, now);

	if (e) {
		e->after = *after;
		event_end(e);
	}
	return 0;
}

/**
 * record_tell - a fault has been counted: tell of it by itself, if somebody wants that
 * @s:		its record; not NULL
 * @after:	the entry after it, kind 0 where it was not asked for; not NULL
 * @class:	enum pgwalk_fault_class
 * @seen:	enum fault_seen
 * @now:	when it ended, for SEEN_BOTH; else 0
 * @major:	as the kernel counted it
 */
static __always_inline void record_tell(struct task_state *s, struct pgwalk_entry *after,
					u32 class, u32 seen, u64 now, bool major)
{
	stack_count(s->stack, class, seen == SEEN_BOTH ? now - s->t0 : 0);
	if (s->look)
		event_tell(s, after, class, event_flags(s, seen, major), now);
}

#endif /* PGWALK_TELL_BPF_H */
