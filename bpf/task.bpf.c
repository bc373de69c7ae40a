// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Tracks the lives of the watched tasks: sets the baseline of each, and accounts for pending
 * faults when it sleeps or ends. No program here runs during a fault.
 */
#include "account.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/*
 * Test if the kernel may free @t during the program: its parent has reaped it, or nothing waits
 * for it. on_task_free() may then run on another CPU. Without EXIT_DEAD the kernel waits for
 * this program, which runs under rcu_read_lock.
 */
static __always_inline bool is_reaped(struct task_struct *t)
{
	return t->exit_state & EXIT_DEAD;
}

/*
 * Read the pid namespace of pgtop, which runs this iterator. It does not change during
 * a run, because a process stays in the namespace in which it was created.
 */
static __always_inline void id_begin(void)
{
	const struct task_struct *own = bpf_get_current_task_btf();
	/* as a number: the verifier of 6.1 refuses arithmetic on such a pointer */
	u64 pid = (u64)BPF_CORE_READ(own, thread_pid);
	u64 at;

	id_level = BPF_CORE_READ((struct pid *)pid, level);
	at = pid + bpf_core_field_offset(((struct pid *)0)->numbers) +
	     id_level * bpf_core_type_size(struct upid);
	id_namespace = (u64)BPF_CORE_READ((struct upid *)at, ns);
}

/**
 * on_task_watch - make the process of the iteration the target, or watch all in it
 *
 * User space limits the iteration to one process, by its id in its own pid
 * namespace; the tgid is read from the task, as the probes see it. The probes
 * count from the store to target on. The first program that sees a task, a probe
 * or this one, sets its baseline.
 */
SEC("iter/task")
int on_task_watch(struct bpf_iter__task *ctx)
{
	struct task_struct *t = ctx->task;

	if (!t)
		return 0;
	if (t->flags & PF_KTHREAD) {
		if (cfg_scope == WATCH_PROCESS)
			watch_error = 22;	/* EINVAL */
		return 0;
	}
	if (!target && !leader_freed) {
		id_begin();
		target_since = bpf_ktime_get_ns();
		attach_cuts_exits = kernel_cuts_exits();
		if (cfg_scope == WATCH_PROCESS) {
			count_up(&base_minor, BPF_CORE_READ(t, signal, min_flt));
			count_up(&base_major, BPF_CORE_READ(t, signal, maj_flt));
			target = t->tgid;
		} else {
			target = -1;
		}
	}
	mm_record(t, (u64)BPF_CORE_READ(t, mm));
	if (is_watched(t) && !is_reaped(t))
		state_get(t, 0, 0);
	return 0;
}

/**
 * on_cgroup_watch - watch the cgroup of the iteration
 */
SEC("iter/cgroup")
int on_cgroup_watch(struct bpf_iter__cgroup *ctx)
{
	struct cgroup *cgroup = ctx->cgroup;

	if (cgroup) {
		cgroup_level = cgroup->level;
		cgroup_watched = (u64)cgroup;
	}
	return 0;
}

/**
 * on_task_fork - set the baseline of a new thread to 0
 *
 * Runs before the new task does.
 */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_task_fork, struct task_struct *parent, struct task_struct *child)
{
	if (child->tgid == target)
		state_get(child, 0, 0);
	return 0;
}

/* Count the faults of a task until it left the cgroup, and forget the task */
static __slow int state_leave(struct task_state *s, struct task_struct *t)
{
	struct fault_delta g = delta_claim(s, t);

	if (g.minor + g.major)
		delta_settle(s, g.minor, g.major);
	record_close(s);
	s->pending = 0;
	s->accounted = 0;
	count_up(&nr_live, -1);
	count_up(&nr_freed, 1);
	return 0;
}

/**
 * on_task_move - handle a task that was put into a cgroup: by a move, or at its creation
 *
 * The kernel calls cgroup_move_task() for each single task. Without pressure accounting
 * (CONFIG_PSI) user space attaches to css_set_move_task() instead,
 * which is also called for an exiting task: that task stays in its cgroup.
 */
SEC("fexit/cgroup_move_task")
int BPF_PROG(on_task_move, struct task_struct *t)
{
	struct task_state *s;

	if (!target || t->flags & PF_KTHREAD)
		return 0;
	if (cgroup_has(t)) {
		state_get(t, 0, 0);
		return 0;
	}
	s = state_find(t);
	if (s && s->accounted)
		state_leave(s, t);
	return 0;
}

/*
 * Account for @t from another task. @t slept but may wake at any time, so the
 * record is copied and its number compared, and only then is the growth claimed:
 * a claim by @t itself makes this one fail, and a record that it opened after
 * the counters were read cannot be of the growth.
 */
static __slow int rest_settle(struct task_state *s, struct task_struct *t,
				  struct task_state *copy)
{
	u64 accounted = *(volatile u64 *)&s->accounted;
	u64 open = record_opened(s);
	u64 now = accounted_make(t->min_flt, t->maj_flt);
	struct fault_delta g;

	if (now == accounted)
		return 0;
	*copy = *s;
	barrier();
	copy->open = *(volatile u64 *)&s->open == open ? open : 0;
	if (__sync_val_compare_and_swap(&s->accounted, accounted, now) != accounted)
		return 0;
	if (copy->open && __sync_val_compare_and_swap(&s->open, open, 0) != open)
		copy->open = 0;
	g = delta_between(accounted, now);
	delta_settle(copy, g.minor, g.major);
	return 0;
}

/* Copy of a record for the iterator: user space serialises iterations */
static struct task_state settle_copy;

static __always_inline bool at_rest(struct task_struct *t)
{
	return t->exit_state || (t->__state != TASK_RUNNING && !t->on_cpu);
}

/**
 * on_task_settle - account for pending faults of tasks that do not run
 *
 * A task that sleeps inside a fault has not been charged for it (the kernel accounts
 * right before the exit program): its growth is of an earlier fault. A running
 * task is skipped, because its own probes account for it.
 */
SEC("iter/task")
int on_task_settle(struct bpf_iter__task *ctx)
{
	struct task_struct *t = ctx->task;
	struct task_state *s;

	if (!t || !is_watched(t) || is_reaped(t))
		return 0;
	mm_record(t, (u64)BPF_CORE_READ(t, mm));	/* the probes of an idle target do not do it */
	s = state_get(t, 0, 0);
	if (t->exit_state)
		seen_dead += !!s;
	else
		seen_alive++;
	if (s && at_rest(t))
		rest_settle(s, t, &settle_copy);
	return 0;
}

/* Handle a dying task without state: it never had one, or it cannot be looked up (6.1) */
static __always_inline void unknown_free(struct task_struct *t)
{
	u64 minor = t->min_flt, major = t->maj_flt;

	if (storage_lookup_may_fail()) {
		count_up(&nr_refused, 1);
		count_up(&nr_lost, minor + major ? 1 : 0);
	} else if (born_watched(t) && minor + major) {
		struct scope_rows scope = { .task = (u64)t };

		row_add_unattributed(&scope, minor, major);
	}
}

static __always_inline void state_end(struct task_state *s, struct task_struct *t)
{
	delta_catch_up(s, t);
	count_up(&nr_live, -1);
	count_up(&nr_freed, 1);
}

/*
 * Return the id of a task that is being freed. In a pid namespace below the initial one it is
 * the last that was read, unless execve of a thread that is not the leader has swapped ids
 * since then.
 *
 * Return: 0 if the id is not known, or is PGWALK_ID_OUTSIDE.
 */
static __always_inline s32 id_of_freed(struct task_struct *t)
{
	struct task_state *s;
	s32 id;

	if (!id_level)
		return cfg_scope == WATCH_PROCESS ? t->pid : t->tgid;
	s = state_find(t);
	if (!s || s->scope.pid != t->pid)
		return 0;
	id = s->scope.ref.id.key.id;
	return id == PGWALK_ID_OUTSIDE ? 0 : id;
}

/*
 * Mark the rows of a thread that has ended, or with its leader, which the kernel frees last, of
 * a process. The current id is used, because execve of a thread that is not the leader swaps ids.
 */
static __always_inline void mark_ended(struct task_struct *t, s32 id)
{
	if (!id)
		return;
	if (cfg_scope == WATCH_PROCESS && count_threads)
		scope_end(PGWALK_SCOPE_THREAD, id, 0);
	else if (cfg_scope != WATCH_PROCESS && BPF_CORE_READ(t, group_leader) == t)
		scope_end(PGWALK_SCOPE_PROCESS, id, (u64)t);
}

/*
 * Clear and release a slot: a new owner must not find an old state in it. Task storage that
 * still refers to it is ignored, because the owner differs.
 */
static __slow int slot_free(struct task_slot *slot, struct task_struct *t, bool watched)
{
	if (watched)
		state_end(&slot->state, t);
	__builtin_memset(&slot->state, 0, sizeof(slot->state));
	barrier();
	slot->owner = 0;
	return 0;
}

static __slow int state_ref_free(struct task_struct *t, bool watched)
{
	struct state_ref *ref = bpf_task_storage_get(&state_refs, t, 0, 0);
	struct task_slot *slot;

	if (!ref) {
		if (watched)
			unknown_free(t);
		return 0;
	}
	slot = state_ref_slot(ref);
	if (!slot && watched)
		state_end(&ref->state, t);
	else if (slot && slot->owner == (u64)t)
		slot_free(slot, t, watched);
	return 0;
}

/**
 * on_task_free - account for the last growth of a task: its counters are final
 *
 * sched_process_exit would be too early, because a task still faults after it. The
 * leader of the process is freed last, except for threads with pending RCU callbacks.
 * When all of them are freed the tgid may be reused, so the target is dropped.
 * (A leader replaced by execve of a thread is no longer its own group_leader then.)
 */
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_task_free, struct task_struct *t)
{
	bool watched = is_watched(t);
	struct task_slot *slot;
	s32 id;

	/* a task that has left the cgroup may have a slot */
	if (!watched && cfg_scope != WATCH_CGROUP)
		return 0;
	id = watched ? id_of_freed(t) : 0;
	slot = slot_of(t);
	if (slot)
		slot_free(slot, t, watched);
	else
		state_ref_free(t, watched);
	if (watched)
		mark_ended(t, id);
	if (cfg_scope != WATCH_PROCESS)
		return 0;
	if (BPF_CORE_READ(t, group_leader) == t)
		leader_freed = 1;
	if (leader_freed && !nr_live)
		target = target_mm = 0;
	return 0;
}
