/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is remembered of each watched task: which of the kernel's fault counts
 * are accounted for, and the fault it is in. Claims growth; counts no row.
 *
 * The kernel's own counters, task->min_flt and maj_flt, are the truth: a probe
 * may be skipped (its program was preempted on this CPU, another tool attached
 * or detached meanwhile), the counters never are. All growth since the value in
 * @acc is claimed by one cmpxchg, so that the task's own probes, the iterator and the
 * end of the task can race and each fault is still told exactly once. Whoever
 * claims must count; where storage is refused nothing is claimed, and the next
 * event finds the growth still there.
 */
#ifndef PGWALK_TASK_BPF_H
#define PGWALK_TASK_BPF_H

#include "compat.bpf.h"
#include <bpf/bpf_tracing.h>
#include "pgwalk_fault.h"

/* Both counters in one word, a sum: minor below, major above, "initialised" on top */
#define ACC_VALID	(1ULL << 63)
#define ACC_MAJOR_SHIFT	39
#define ACC_MINOR_MASK	((1ULL << ACC_MAJOR_SHIFT) - 1)
#define ACC_MAJOR_MASK	((1ULL << 24) - 1)

/* Our own mark beside FAULT_FLAG_*: the fault had no user registers */
#define RECORD_GUP	(1U << 31)

extern __s32 target;		/* tgid in the initial pid namespace; 0: nobody; -1: many */
extern __u64 target_since;		/* tasks started from then on begin at 0 */
extern __u64 base_minor, base_major;
extern __u64 nr_live, nr_freed, nr_refused, nr_lost, nr_lost_max;
extern __u64 target_mm;		/* its address space, as far as it was seen; 0: not known */
extern __u32 id_level;			/* of the pid namespace of pgtop; 0: the initial one */
extern __u64 id_namespace;		/* its address */
extern __s32 watch_error;			/* an errno of on_task_watch */
extern __u64 leader_freed;
extern __u64 seen_alive, seen_dead;	/* tasks, in the last pass of on_task_settle */
extern const volatile bool cfg_module;
extern bool count_threads;
extern __u32 thp_mode;			/* THP_* */
extern __u32 around_bytes;		/* of a window of fault-around; a page: none */
extern __u64 cgroup_watched;		/* its address */
extern __s32 cgroup_level;
extern const volatile __u32 cfg_rows;
extern const volatile __u32 cfg_scope;	/* WATCH_* */
extern const volatile __u32 cfg_instances;	/* of the programs of a fault, see enter() */
extern const volatile __u32 cfg_slots;	/* a power of two */

#include "row.bpf.h"

/**
 * struct task_state - one task's
 * @acc:	counts accounted for, ACC_*; 0: no baseline yet
 * @open:	which record is open, 0: none; see record_open()
 * @nr_opened:	numbers the records
 * @t0:		when the first call of this fault began
 * @addr:	its address
 * @flags:	FAULT_FLAG_* of the last call, and RECORD_GUP
 * @pending:	the last call was told to come again, and the next has not been seen
 * @ret:	VM_FAULT_* of the calls so far, and RET_USERFAULT
 * @retries:	calls that were told so
 * @retry_ns:	time until the last call began that was a retry
 * @stack:	names the call stack it came from, or STACK_*; see tell_begin()
 * @look:	the thread, where this fault is to be told by itself; else 0
 * @before:	the entry at the first call; kind 0: not known
 * @around:	at first the pages that were mapped where the kernel may map around, -1:
 *		not asked for; at the end how many it mapped there beside the one at @addr
 * @wide:	@around is about the whole table, not about a window of fault-around
 * @map:	the mapping, as the last call saw it
 * @who:	rows of the thread, or where many are watched, of the process
 */
struct task_state {
	u64 acc;
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
	s32 look;
	s32 around;
	u32 wide;
	struct pgwalk_entry before;
	struct mapping map;
	struct who who;
};

/*
 * Where a task's state is. Its task storage says, and is the state's place when
 * all slots it may use are taken; but a look-up there costs more than anything
 * else a fault needs. So a state usually lives in an array, in the slot of the
 * task's pid, where it is recognised by its owner: one inlined look-up. When a
 * pid changes hands (a thread that is not the leader calls execve) the owner does
 * not match and task storage tells the slot.
 */
#define HOME_HERE	(~0U)

struct task_slot {
	u64 owner;		/* the task_struct; 1: being taken; 0: free */
	struct task_state state;
};

struct task_home {
	u32 slot;		/* its number + 1; HOME_HERE; 0: not decided */
	struct task_state state;
};

/*
 * Slots of the tasks of one process: as memory, for that is less to do than to look into a
 * map. Words, for the skeleton would give user space the type of anything else.
 */
extern __u64 near_slots[SLOTS_ONE][sizeof(struct task_slot) / sizeof(__u64)];

/* Of many */
extern struct task_slot_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);		/* user space sizes it to cfg_slots */
	__type(key, u32);
	__type(value, struct task_slot);
} task_slots SEC(".maps");

extern struct task_home_map {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_home);
} task_homes SEC(".maps");

struct growth {
	u64 minor;
	u64 major;
};

static __always_inline u64 acc_make(u64 minor, u64 major)
{
	return ACC_VALID + (major << ACC_MAJOR_SHIFT) + minor;
}

/* A task of a cgroup may have been born outside */
static __always_inline bool born_watched(struct task_struct *t)
{
	return cfg_scope != WATCH_CGROUP && t->start_time >= target_since;
}

/*
 * Is @t in the cgroup, or in one below it? Addresses are compared: user space keeps
 * the cgroup from being freed as long as we ask.
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
	/* as a number: the verifier refuses arithmetic on such a pointer */
	if (bpf_core_read(&at, sizeof(at), &set->dfl_cgrp))
		return false;
	at += bpf_core_field_offset(((struct cgroup *)0)->ancestors) +
	      cgroup_level * sizeof(void *);
	return !bpf_probe_read_kernel(&ancestor, sizeof(ancestor), (void *)at) &&
	       ancestor == cgroup_watched;
}

/**
 * is_watched - are faults of @t counted?
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
 * Give @t its baseline: 0 if it was born while watched, else what the kernel has
 * counted but for @mine, the fault whose exit this is. The first one here wins.
 */
static __slow int state_init(struct task_state *s, struct task_struct *t, u64 mine_minor,
				 u64 mine_major)
{
	u64 minor = 0, major = 0;

	s->who.task = (u64)t;
	if (id_level)
		who_read(&s->who);
	if (!born_watched(t)) {
		minor = t->min_flt - mine_minor;
		major = t->maj_flt - mine_major;
	}
	if (__sync_val_compare_and_swap(&s->acc, 0, acc_make(minor, major)))
		return 0;
	count_up(&nr_live, 1);
	count_up(&base_minor, minor);
	count_up(&base_major, major);
	return 0;
}

/* Slot @i, of those there are; NULL never happens: it is the verifier who has to be told */
static __always_inline struct task_slot *slot_find(u32 i)
{
	if (cfg_scope == WATCH_PROCESS)
		return (void *)near_slots[i & (SLOTS_ONE - 1)];
	i &= cfg_slots - 1;
	return bpf_map_lookup_elem(&task_slots, &i);
}

/* The slot @t is in, if it is in that of its pid */
static __always_inline struct task_slot *slot_of(struct task_struct *t)
{
	struct task_slot *slot = slot_find(t->pid);

	return slot && slot->owner == (u64)t ? slot : NULL;
}

/* Settle where @t's state shall be; two may try at once (its own probe, the iterator) */
static __slow int home_choose(struct task_home *home, struct task_struct *t)
{
	int k;

	for (k = 0; k < 4; k++) {
		u32 i = (t->pid + k) & (cfg_slots - 1);
		struct task_slot *slot = slot_find(i);

		if (!slot || __sync_val_compare_and_swap(&slot->owner, 0, 1))
			continue;
		if (__sync_val_compare_and_swap(&home->slot, 0, i + 1))
			slot->owner = 0;	/* the other was first */
		else
			slot->owner = (u64)t;
		return 0;
	}
	__sync_val_compare_and_swap(&home->slot, 0, HOME_HERE);
	return 0;
}

/* The slot that task storage tells, or NULL: the state is in @home itself */
static __always_inline struct task_slot *home_slot(struct task_home *home)
{
	u32 i = *(volatile u32 *)&home->slot - 1;

	return i < cfg_slots ? slot_find(i) : NULL;
}

static __slow struct task_state *state_home(struct task_struct *t)
{
	struct task_home *home = bpf_task_storage_get(&task_homes, t, 0,
						      BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct task_slot *slot;

	if (!home) {
		count_up(&nr_refused, 1);
		return NULL;
	}
	if (!home->slot)
		home_choose(home, t);
	slot = home_slot(home);
	if (!slot)
		return &home->state;
	return slot->owner == (u64)t ? &slot->state : NULL;
}

/**
 * state_place - the state of @t, which may be without a baseline
 *
 * Return: NULL: as state_get() says.
 */
static __always_inline struct task_state *state_place(struct task_struct *t)
{
	struct task_slot *slot = slot_of(t);

	return slot ? &slot->state : state_home(t);
}

/**
 * state_get - the state of @t, with a baseline
 *
 * Return: NULL: do nothing now. The kernel refuses storage, or the slot is not @t's: it is
 * just being taken for it by another CPU, or was given back, all settled, when @t ended.
 */
static __always_inline struct task_state *state_get(struct task_struct *t, u64 mine_minor,
						    u64 mine_major)
{
	struct task_state *s = state_place(t);

	if (s && !s->acc)
		state_init(s, t, mine_minor, mine_major);
	return s;
}

/**
 * state_find - the state of @t, if it has one; it may be without a baseline
 */
static __always_inline struct task_state *state_find(struct task_struct *t)
{
	struct task_slot *slot = slot_of(t);
	struct task_home *home;

	if (slot)
		return &slot->state;
	home = bpf_task_storage_get(&task_homes, t, 0, 0);
	if (!home || !home->slot)
		return NULL;
	slot = home_slot(home);
	if (!slot)
		return &home->state;
	return slot->owner == (u64)t ? &slot->state : NULL;
}

/**
 * growth_between - what lies between two values of acc
 */
static __always_inline struct growth growth_between(u64 from, u64 to)
{
	struct growth g = {
		.minor = (to - from) & ACC_MINOR_MASK,
		.major = (to - from) >> ACC_MAJOR_SHIFT & ACC_MAJOR_MASK,
	};

	return g;
}

/**
 * growth_claim - take what @t's counters have grown by since last claimed
 *
 * @acc is read before the counters, so that these are never behind it. Losing
 * the cmpxchg means another has claimed; after four such rounds the rest is
 * left to the next event.
 */
static __always_inline struct growth growth_claim(struct task_state *s, struct task_struct *t)
{
	struct growth none = {};
	int i;

	for (i = 0; i < 4; i++) {
		u64 acc = *(volatile u64 *)&s->acc;
		u64 now = acc_make(t->min_flt, t->maj_flt);

		if (now == acc || !acc)		/* 0: it has left the cgroup */
			return none;
		if (__sync_val_compare_and_swap(&s->acc, acc, now) == acc)
			return growth_between(acc, now);
	}
	return none;
}

/**
 * growth_take - take one fault out of @g, of the kind expected if there is one
 *
 * Return: was it a major one?
 */
static __always_inline bool growth_take(struct growth *g, bool expect_major)
{
	if (g->major && (expect_major || !g->minor)) {
		g->major--;
		return true;
	}
	g->minor--;
	return false;
}

#endif /* PGWALK_TASK_BPF_H */
