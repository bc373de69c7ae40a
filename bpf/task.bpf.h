/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The state of each watched task: the kernel's fault counts that are accounted for, and the
 * current fault. Claims growth; counts no row.
 *
 * The kernel's own counters, task->min_flt and maj_flt, are the reference: the kernel may skip
 * a probe (its program was preempted on this CPU, another tool attached or detached), but
 * always counts. All growth since the value in @accounted is claimed by one cmpxchg, so that
 * the task's own probes, the iterator and the end of the task can race and each fault is
 * counted exactly once. The program that claims must count. If storage is refused,
 * nothing is claimed, and the next event claims the growth.
 */
#ifndef PGWALK_TASK_BPF_H
#define PGWALK_TASK_BPF_H

#include "compat.bpf.h"
#include <bpf/bpf_tracing.h>
#include "pgwalk_fault.h"

/* Both counters in one word: minor in the low bits, major above, ACCOUNTED_VALID on top */
#define ACCOUNTED_VALID	(1ULL << 63)
#define ACCOUNTED_MAJOR_SHIFT	39
#define ACCOUNTED_MINOR_MASK	((1ULL << ACCOUNTED_MAJOR_SHIFT) - 1)
#define ACCOUNTED_MAJOR_MASK	((1ULL << 24) - 1)

/* A flag beside FAULT_FLAG_*: the fault had no user registers */
#define RECORD_GUP	(1U << 31)

extern __s32 target;		/* tgid in the initial pid namespace; 0: none; -1: several */
extern __u64 target_since;		/* time in ns; tasks started later have baseline 0 */
extern __u64 base_minor, base_major;
extern __u64 nr_live, nr_freed, nr_refused, nr_lost, nr_lost_max;
extern __u64 target_mm;		/* its last known address space; 0: not known */
extern __u32 id_level;			/* level of pgtop's pid namespace; 0: the initial one */
extern __u64 id_namespace;		/* address of that pid namespace */
extern __s32 watch_error;			/* an errno of on_task_watch */
extern __u64 leader_freed;
extern __u64 seen_alive, seen_dead;	/* tasks in the last pass of on_task_settle */
extern const volatile bool cfg_module;
extern bool count_threads;
extern __u32 thp_mode;			/* THP_* */
extern __u32 around_bytes;		/* window of fault-around; a page: none */
extern __u64 cgroup_watched;		/* address of the watched cgroup */
extern __s32 cgroup_level;
extern const volatile __u32 cfg_rows;	/* of a generation, in the array */
extern const volatile __u32 cfg_rows_max;	/* of a generation, with those beside the array */
extern const volatile __u32 cfg_scope;	/* WATCH_* */
extern const volatile bool cfg_cgroups;	/* keys of processes have their cgroup */
extern const volatile __u32 cfg_instances;	/* programs per end of a fault, see enter() */
extern const volatile __u32 cfg_slots;	/* a power of two */
extern __u32 nr_attached;		/* of cfg_instances */
extern __u64 nr_missed_ends;		/* ends of faults that no instance handled */
extern __u64 nr_rescued_ends;		/* those that only the first of several handled */
extern __u32 missed_signalled;		/* user space was woken, and has not looked yet */
extern bool attach_cuts_exits;		/* as kernel_cuts_exits(), for user space */

#include "row.bpf.h"

/**
 * struct task_state - state of a task
 * @accounted:	counts that are accounted for, ACCOUNTED_*; 0: no baseline yet
 * @open:	number of the open record, 0: none; see record_open()
 * @nr_opened:	number of the last record
 * @t0:		time when the first call of this fault began, in ns
 * @addr:	faulting address
 * @flags:	FAULT_FLAG_* of the last call, and RECORD_GUP
 * @pending:	the last call returned VM_FAULT_RETRY, and the next one was not seen yet
 * @ret:	VM_FAULT_* of the calls so far, and RET_USERFAULT
 * @retries:	number of calls that returned VM_FAULT_RETRY
 * @retry_ns:	time from @t0 to the beginning of the last retry
 * @stack:	number of the call stack, or STACK_*; see emit_begin()
 * @trace_tid:	thread id for the event of this fault; 0: no event
 * @before:	entry at the first call; kind 0: not known
 * @after:	entry after the fault, set before record_count(); kind 0: not read. Here and not on the
 *		stack of a program: since 7.3 the verifier analyses a function again for each call
 *		that passes it an address of the stack
 * @around:	at first the pages that were mapped where the kernel may map around, -1:
 *		not counted; at the end how many it mapped there beside the one at @addr
 * @around_start: first address of the range that @around is about; valid if @around is not -1
 * @around_end:	first address after that range
 * @map:	mapping at the last call
 * @scope:	rows of the thread, or if several are watched, of the process
 */
struct task_state {
	u64 accounted;
	u64 open;
	u64 nr_opened;
	u64 t0;
	u64 addr;
	u32 flags;
	u32 pending;
	u32 ret;
	u32 retries;
	u64 retry_ns;
	s32 stack;
	s32 trace_tid;
	s32 around;
	u64 around_start;
	u64 around_end;
	struct pgwalk_entry before;
	struct pgwalk_entry after;
	struct mapping map;
	struct scope_rows scope;
};

/*
 * Place of a task's state. Its task storage refers to the state, and contains it if
 * all slots that it may use are taken. A look-up of task storage is the slowest part of a
 * fault, so a state is usually in an array, in the slot of the
 * task's pid, and is identified by its owner: one inlined look-up. When a
 * pid changes its task (a thread that is not the leader calls execve), the owner does
 * not match and task storage refers to the slot.
 */
#define STATE_IN_REF	(~0U)

struct task_slot {
	u64 owner;		/* task_struct; 1: being assigned; 0: free */
	struct task_state state;
};

struct state_ref {
	u32 slot;		/* slot + 1; STATE_IN_REF; 0: not decided */
	struct task_state state;
};

/*
 * Slots of the tasks of one process: global memory, because access is faster than a map
 * look-up. Words, because the skeleton would give user space the type of any other member.
 */
extern __u64 fast_slots[SLOTS_ONE][sizeof(struct task_slot) / sizeof(__u64)];

/* Slots of several processes */
extern struct task_slot_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);		/* user space sizes it to cfg_slots */
	__type(key, u32);
	__type(value, struct task_slot);
} task_slots SEC(".maps");

extern struct state_ref_map {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct state_ref);
} state_refs SEC(".maps");

/* Wakes user space, which then attaches a further instance */
extern struct missed_ends_map {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} missed_ends SEC(".maps");

struct fault_delta {
	u64 minor;
	u64 major;
};

static __always_inline u64 accounted_make(u64 minor, u64 major)
{
	return ACCOUNTED_VALID + (major << ACCOUNTED_MAJOR_SHIFT) + minor;
}

/* A task of a cgroup may have been created outside of it */
static __always_inline bool born_watched(struct task_struct *t)
{
	return cfg_scope != WATCH_CGROUP && t->start_time >= target_since;
}

/*
 * Test if @t is in the cgroup, or in one below it. Addresses are compared: user space keeps
 * the cgroup from being freed while it is watched.
 */
static __always_inline bool cgroup_has(struct task_struct *t)
{
	struct css_set *set = t->cgroups;
	struct cgroup *cgroup = set->dfl_cgrp;
	u64 at, ancestor = 0;

	if ((u64)cgroup == cgroup_watched)
		return true;
	if (cgroup->level <= cgroup_level)
		return false;
	/* as a number: the verifier rejects arithmetic on such a pointer */
	if (bpf_core_read(&at, sizeof(at), &set->dfl_cgrp))
		return false;
	at += bpf_core_field_offset(((struct cgroup *)0)->ancestors) +
	      cgroup_level * sizeof(void *);
	return !bpf_probe_read_kernel(&ancestor, sizeof(ancestor), (void *)at) &&
	       ancestor == cgroup_watched;
}

/**
 * is_watched - test if faults of @t are counted
 */
static __always_inline bool is_watched(struct task_struct *t)
{
	if (cfg_scope == WATCH_PROCESS)
		return t->tgid == target;
	if (!target || t->flags & PF_KTHREAD)
		return false;
	return cfg_scope == WATCH_ALL || cgroup_has(t);
}

/*
 * Set the baseline of @t: 0 if it was created while watched, else the kernel's
 * counts without @mine, the fault that is exiting. The first call sets it.
 */
static __slow int state_init(struct task_state *s, struct task_struct *t, u64 mine_minor,
				 u64 mine_major)
{
	u64 minor = 0, major = 0, accounted;

	s->scope.task = (u64)t;
	if (id_level)
		scope_read_id(&s->scope);
	if (!born_watched(t)) {
		minor = t->min_flt - mine_minor;
		major = t->maj_flt - mine_major;
	}
	accounted = accounted_make(minor, major);
	if (__sync_val_compare_and_swap(&s->accounted, 0, accounted))
		return 0;
	/* If the task was moved out of the cgroup during this program, on_task_move() may have found no baseline */
	if (cfg_scope == WATCH_CGROUP && !cgroup_has(t) &&
	    __sync_val_compare_and_swap(&s->accounted, accounted, 0) == accounted)
		return 0;
	count_up(&nr_live, 1);
	count_up(&base_minor, minor);
	count_up(&base_major, major);
	return 0;
}

/* Return slot @i; never NULL, but the verifier does not know it */
static __always_inline struct task_slot *slot_find(u32 i)
{
	if (cfg_scope == WATCH_PROCESS)
		return (void *)fast_slots[i & (SLOTS_ONE - 1)];
	i &= cfg_slots - 1;
	return bpf_map_lookup_elem(&task_slots, &i);
}

/* Return the slot of @t if it is the one of its pid */
static __always_inline struct task_slot *slot_of(struct task_struct *t)
{
	struct task_slot *slot = slot_find(t->pid);

	return slot && slot->owner == (u64)t ? slot : NULL;
}

/* Choose the place of @t's state. Its own probe and the iterator may do it at once */
static __slow int state_ref_choose(struct state_ref *ref, struct task_struct *t)
{
	int k;

	for (k = 0; k < 4; k++) {
		u32 i = (t->pid + k) & (cfg_slots - 1);
		struct task_slot *slot = slot_find(i);

		if (!slot || __sync_val_compare_and_swap(&slot->owner, 0, 1))
			continue;
		if (__sync_val_compare_and_swap(&ref->slot, 0, i + 1))
			slot->owner = 0;	/* the other program was first */
		else
			slot->owner = (u64)t;
		return 0;
	}
	__sync_val_compare_and_swap(&ref->slot, 0, STATE_IN_REF);
	return 0;
}

/* Return the slot that task storage refers to; NULL: the state is in @ref itself */
static __always_inline struct task_slot *state_ref_slot(struct state_ref *ref)
{
	u32 i = *(volatile u32 *)&ref->slot - 1;

	return i < cfg_slots ? slot_find(i) : NULL;
}

static __slow struct task_state *state_by_ref(struct task_struct *t)
{
	struct state_ref *ref = bpf_task_storage_get(&state_refs, t, 0,
						     BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct task_slot *slot;

	if (!ref) {
		count_up(&nr_refused, 1);
		return NULL;
	}
	if (!ref->slot)
		state_ref_choose(ref, t);
	slot = state_ref_slot(ref);
	if (!slot)
		return &ref->state;
	return slot->owner == (u64)t ? &slot->state : NULL;
}

/**
 * state_place - return the state of @t, possibly without a baseline
 *
 * Return: the state; NULL: as for state_get().
 */
static __always_inline struct task_state *state_place(struct task_struct *t)
{
	struct task_slot *slot = slot_of(t);

	return slot ? &slot->state : state_by_ref(t);
}

/**
 * state_get - return the state of @t, with a baseline
 *
 * Return: the state; NULL: nothing can be done now. The kernel refuses storage, or another CPU
 * is just assigning the slot to @t, or the slot was released when @t ended.
 */
static __always_inline struct task_state *state_get(struct task_struct *t, u64 mine_minor,
						    u64 mine_major)
{
	struct task_state *s = state_place(t);

	if (s && !s->accounted)
		state_init(s, t, mine_minor, mine_major);
	return s;
}

/**
 * state_find - return the state of @t, possibly without a baseline; NULL: it has none
 */
static __always_inline struct task_state *state_find(struct task_struct *t)
{
	struct task_slot *slot = slot_of(t);
	struct state_ref *ref;

	if (slot)
		return &slot->state;
	ref = bpf_task_storage_get(&state_refs, t, 0, 0);
	if (!ref || !ref->slot)
		return NULL;
	slot = state_ref_slot(ref);
	if (!slot)
		return &ref->state;
	return slot->owner == (u64)t ? &slot->state : NULL;
}

/**
 * delta_between - return the difference of two values of accounted
 */
static __always_inline struct fault_delta delta_between(u64 from, u64 to)
{
	struct fault_delta g = {
		.minor = (to - from) & ACCOUNTED_MINOR_MASK,
		.major = (to - from) >> ACCOUNTED_MAJOR_SHIFT & ACCOUNTED_MAJOR_MASK,
	};

	return g;
}

/**
 * delta_claim - claim the growth of @t's counters since the last claim
 *
 * @accounted is read before the counters, so that the counters are never older. If
 * the cmpxchg fails another program has claimed; after four failures the rest is
 * left to the next event.
 */
static __always_inline struct fault_delta delta_claim(struct task_state *s, struct task_struct *t)
{
	struct fault_delta none = {};
	int i;

	for (i = 0; i < 4; i++) {
		u64 accounted = *(volatile u64 *)&s->accounted;
		u64 now = accounted_make(t->min_flt, t->maj_flt);

		if (now == accounted || !accounted)	/* 0: the task has left the cgroup */
			return none;
		if (__sync_val_compare_and_swap(&s->accounted, accounted, now) == accounted)
			return delta_between(accounted, now);
	}
	return none;
}

/**
 * delta_take - take one fault out of @g, of the expected kind if there is one
 *
 * Return: true if it was a major one.
 */
static __always_inline bool delta_take(struct fault_delta *g, bool expect_major)
{
	if (g->major && (expect_major || !g->minor)) {
		g->major--;
		return true;
	}
	g->minor--;
	return false;
}

#endif /* PGWALK_TASK_BPF_H */
