// SPDX-License-Identifier: GPL-2.0
/*
 * The lives of the watched tasks: where each one's counting begins, and what
 * is still pending when it rests or ends. Sees no fault happen.
 */
#include "account.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/*
 * May @t end meanwhile? Its parent has it, or nobody needs it: the kernel may free it
 * in the middle of what we do, which runs on_task_free() on another CPU. Until this
 * mark is there it waits for us, who run under rcu_read_lock.
 */
static __always_inline bool is_going(struct task_struct *t)
{
	return t->exit_state & EXIT_DEAD;
}

/*
 * Ids are those of the pid namespace of pgtop, which runs this. It does not change during
 * a run: a process keeps the namespace that it was born in.
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
 * User space limits the iteration to one process, named in its own pid
 * namespace; its tgid is taken from the task, as the probes see it. The probes
 * count from the store to target on, and whoever meets a task first, a probe
 * or this program, sets its baseline.
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
		if (cfg_scope == WATCH_PROCESS) {
			count_up(&base_minor, t->signal->min_flt);
			count_up(&base_major, t->signal->maj_flt);
			target = t->tgid;
		} else {
			target = -1;
		}
	}
	mm_note(t);
	if (is_watched(t) && !is_going(t))
		state_get(t, 0, 0);
	return 0;
}

/**
 * on_cgroup_watch - make the cgroup of the iteration the one that is watched
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
 * on_task_fork - a thread is born: it starts at 0, whoever sees it first
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

/* It is outside now: count what it did inside, and forget it */
static __slow int state_leave(struct task_state *s, struct task_struct *t)
{
	struct growth g = growth_claim(s, t);

	if (g.minor + g.major)
		growth_settle(s, g.minor, g.major);
	record_close(s);
	s->pending = 0;
	s->acc = 0;
	count_up(&nr_live, -1);
	count_up(&nr_freed, 1);
	return 0;
}

/**
 * on_task_move - a task was put into a cgroup: by a move, or because it is born there
 *
 * cgroup_move_task() is the kernel's own way to say so for each single task; where
 * pressure is not accounted (CONFIG_PSI) user space has css_set_move_task() in its
 * place, which is also called for a task on its way out: that stays where it was.
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
	if (s && s->acc)
		state_leave(s, t);
	return 0;
}

/*
 * Settle @t from outside. It was seen at rest but may wake at any time, so the
 * record is copied and its number compared, and only then is the growth claimed:
 * a claim of the task's own would make ours fail, and a record it opened after
 * the counters were read cannot own what they had grown by.
 */
static __slow int rest_settle(struct task_state *s, struct task_struct *t,
				  struct task_state *copy)
{
	u64 acc = *(volatile u64 *)&s->acc;
	u64 open = *(volatile u64 *)&s->open;
	u64 now = acc_make(t->min_flt, t->maj_flt);
	struct growth g;

	if (now == acc)
		return 0;
	*copy = *s;
	barrier();
	copy->open = *(volatile u64 *)&s->open == open ? open : 0;
	if (__sync_val_compare_and_swap(&s->acc, acc, now) != acc)
		return 0;
	if (copy->open && __sync_val_compare_and_swap(&s->open, open, 0) != open)
		copy->open = 0;
	g = growth_between(acc, now);
	growth_settle(copy, g.minor, g.major);
	return 0;
}

/* Where the iterator keeps its copy of a record: user space serialises iterations */
static struct task_state settle_copy;

static __always_inline bool at_rest(struct task_struct *t)
{
	return t->exit_state || (t->__state != TASK_RUNNING && !t->on_cpu);
}

/**
 * on_task_settle - account what tasks that do not run have pending
 *
 * A task asleep inside a fault has not been charged for it (the kernel accounts
 * right before the exit program): what has grown is of an earlier one. A running
 * task is left alone: it settles itself.
 */
SEC("iter/task")
int on_task_settle(struct bpf_iter__task *ctx)
{
	struct task_struct *t = ctx->task;
	struct task_state *s;

	if (!t || !is_watched(t) || is_going(t))
		return 0;
	mm_note(t);		/* an idle target does not do so itself */
	s = state_get(t, 0, 0);
	if (t->exit_state)
		seen_dead += !!s;
	else
		seen_alive++;
	if (s && at_rest(t))
		rest_settle(s, t, &settle_copy);
	return 0;
}

/* A dying task without state: none was ever made, or it is refused (6.1) */
static __always_inline void unknown_free(struct task_struct *t)
{
	u64 minor = t->min_flt, major = t->maj_flt;

	if (storage_lookup_may_fail()) {
		count_up(&nr_refused, 1);
		count_up(&nr_lost, minor + major ? 1 : 0);
	} else if (born_watched(t) && minor + major) {
		struct who who = { .task = (u64)t };

		row_add_unattributed(&who, minor, major);
	}
}

static __always_inline void state_end(struct task_state *s, struct task_struct *t)
{
	growth_catch_up(s, t);
	count_up(&nr_live, -1);
	count_up(&nr_freed, 1);
}

/*
 * The id of a task that is being freed. In a pid namespace below the initial one it is the
 * last that was read, unless execve of a thread that is not the leader has swapped theirs
 * since then.
 *
 * Return: 0: not known, or it is one of many.
 */
static __always_inline s32 id_of_freed(struct task_struct *t)
{
	struct task_state *s;
	s32 id;

	if (!id_level)
		return cfg_scope == WATCH_PROCESS ? t->pid : t->tgid;
	s = state_find(t);
	if (!s || s->who.pid != t->pid)
		return 0;
	id = s->who.ref.id.key.id;
	return id == PGWALK_ID_OUTSIDE ? 0 : id;
}

/*
 * A thread has ended, or with its leader, which the kernel lets go of last, a process. By
 * its number as it is now: execve of a thread that is not the leader swaps theirs.
 */
static __always_inline void end_tell(struct task_struct *t, s32 id)
{
	if (!id)
		return;
	if (cfg_scope == WATCH_PROCESS && count_threads)
		who_end(PGWALK_SCOPE_THREAD, id);
	else if (cfg_scope != WATCH_PROCESS && t->group_leader == t)
		who_end(PGWALK_SCOPE_PROCESS, id);
}

/*
 * A slot is clean when it is free: nobody finds an old state in it. Task storage that
 * still tells of it is not believed, for the owner is another.
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

static __slow int home_free(struct task_struct *t, bool watched)
{
	struct task_home *home = bpf_task_storage_get(&task_homes, t, 0, 0);
	struct task_slot *slot;

	if (!home) {
		if (watched)
			unknown_free(t);
		return 0;
	}
	slot = home_slot(home);
	if (!slot && watched)
		state_end(&home->state, t);
	else if (slot && slot->owner == (u64)t)
		slot_free(slot, t, watched);
	return 0;
}

/**
 * on_task_free - a task's counters will never change again: settle the last growth
 *
 * sched_process_exit would be too early: a task still faults after it. The
 * leader of the process goes last but for threads whose RCU callbacks are still
 * due; when it and all of them are gone the tgid may be another's: it is left.
 * (A leader replaced by execve of a thread is by then no leader of itself.)
 */
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_task_free, struct task_struct *t)
{
	bool watched = is_watched(t);
	struct task_slot *slot;
	s32 id;

	/* who has left the cgroup may have a slot */
	if (!watched && cfg_scope != WATCH_CGROUP)
		return 0;
	id = watched ? id_of_freed(t) : 0;
	slot = slot_of(t);
	if (slot)
		slot_free(slot, t, watched);
	else
		home_free(t, watched);
	if (watched)
		end_tell(t, id);
	if (cfg_scope != WATCH_PROCESS)
		return 0;
	if (t->group_leader == t)
		leader_freed = 1;
	if (leader_freed && !nr_live)
		target = target_mm = 0;
	return 0;
}
