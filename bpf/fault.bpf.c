// SPDX-License-Identifier: GPL-2.0
/*
 * The two ends of handle_mm_fault in a watched process: what the fault was, what
 * it did and how long it took. Must cost others next to nothing: the first thing
 * either program does is to leave if the task is not watched.
 *
 * Rules of the kernel these rely on (mm/memory.c, mm_account_fault, the same in
 * 6.1, 6.12 and 7.2): a call counts if neither an error nor RETRY is returned,
 * it is charged to current whoever's mm it is, and it is accounted before the
 * exit program runs. At the exit of a call that returned RETRY or COMPLETED the
 * lock is gone and the vma may be too: it is not looked at.
 */
#include "account.bpf.h"
#include "fail.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Weak: without pgwalk.ko the branch that calls it is dead (cfg_module) and pruned */
extern int bpf_pgwalk_probe(u64 addr, u64 flags, void *entry, u32 entry__sz) __ksym __weak;
extern int bpf_pgwalk_present(u64 start, u64 end) __ksym __weak;

/* Ask for the entry of @addr; leaves kind 0 where there is no answer */
static __always_inline void entry_probe(struct pgwalk_entry *e, u64 addr)
{
	e->kind = PGWALK_KIND_UNSET;
	if (cfg_module && bpf_pgwalk_probe(addr, 0, e, sizeof(*e)) < 0)
		e->kind = PGWALK_KIND_UNSET;
}

/* May the kernel map pages around the one that record @s is about? do_read_fault() does */
static __always_inline bool around_possible(const struct task_state *s, u32 flags)
{
	u32 backing = s->map.backing;

	return (backing == BACKING_FILE || backing == BACKING_SHMEM) &&
	       s->before.kind == PGWALK_KIND_NONE && !is_write(flags) &&
	       around_bytes > (1U << SHIFT_4K);
}

/*
 * How many pages are mapped in the window of do_fault_around(): it begins aligned, but
 * not before the mapping, is of a fixed length, and ends with the mapping or the table.
 */
static __slow int around_present(struct task_state *s)
{
	const struct pgwalk_fault_key *k = &s->map.id.key;
	u64 start = s->addr & -(u64)around_bytes, end;
	u64 table_end = (s->addr | ((1ULL << SHIFT_2M) - 1)) + 1;

	if (start < k->start)
		start = k->start;
	end = start + around_bytes;
	if (end > k->end)
		end = k->end;
	if (end > table_end)
		end = table_end;
	return cfg_module ? bpf_pgwalk_present(start, end) : -1;
}

/* Make of the pages there were before those that came beside the one asked for */
static __always_inline void around_count(struct task_state *s)
{
	int after = around_present(s);

	s->around = after > s->around ? after - s->around - 1 : 0;
}

/*
 * Is a call at @addr with @flags the next try of the fault in @s? After a retry
 * under the mmap_lock the kernel says TRIED; after one under the VMA lock alone
 * it comes again with the mmap_lock, and TRIED only if the first was major.
 */
static __always_inline bool record_continues(const struct task_state *s, u64 addr, u32 flags)
{
	if (s->addr != addr || !(s->open || s->pending))
		return false;
	return flags & FAULT_FLAG_TRIED ||
	       (s->flags & FAULT_FLAG_VMA_LOCK && !(flags & FAULT_FLAG_VMA_LOCK));
}

SEC("fentry/handle_mm_fault")
int BPF_PROG(on_fault_enter, struct vm_area_struct *vma, unsigned long address,
	     unsigned int flags, struct pt_regs *regs)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_state *s;
	struct growth g;

	if (!is_watched(t))
		return 0;
	s = state_get(t, 0, 0);
	if (!s)
		return 0;
	g = growth_claim(s, t);
	if (g.minor + g.major)
		growth_settle(s, g.minor, g.major);
	if (record_continues(s, address, flags)) {
		s->retries += !s->pending;	/* its exit was missed, not counted yet */
		record_close(s);
		mapping_read(&s->map, vma);
		s->retry_ns = bpf_ktime_get_ns() - s->t0;
	} else {
		record_close(s);
		mapping_read(&s->map, vma);
		s->addr = address;
		s->retries = 0;
		s->retry_ns = 0;
		s->ret = 0;
		if (vma->vm_mm == t->mm)
			entry_probe(&s->before, address);
		else
			s->before.kind = PGWALK_KIND_UNSET;
		s->around = around_possible(s, flags) ? around_present(s) : -1;
		tell_begin(ctx, s);
		s->t0 = bpf_ktime_get_ns();
	}
	s->pending = 0;
	s->flags = flags | (regs ? 0 : RECORD_GUP);
	record_open(s);
	return 0;
}

/* A fault whose exit is the first that is seen of it, and the vma is still ours to read */
static __slow int unopened_count(struct task_state *s, struct vm_area_struct *vma, u64 addr,
				     u32 flags, bool major)
{
	struct pgwalk_entry unknown = {};

	mapping_read(&s->map, vma);
	s->addr = addr;
	s->flags = flags;
	s->retries = 0;
	s->ret = 0;
	s->around = -1;
	s->before.kind = PGWALK_KIND_UNSET;
	tell_unbegun(s);
	record_count(s, &unknown, HOW(SEEN_EXIT, major), 0);
	return 0;
}

/*
 * The exit of a call that the open record does not explain, or with more growth
 * than one fault can cause. A record and growth beyond this call's own one are
 * an older fault whose exit was missed; this call's own entry was missed.
 */
static __slow int exit_unmatched(struct task_state *s, struct growth *g, bool counts,
				     bool major)
{
	bool mine = counts && g->minor + g->major;
	int took = 0;

	if (mine)
		took = growth_take(g, major) ? 2 : 1;
	if (g->minor + g->major)
		growth_settle(s, g->minor, g->major);
	record_close(s);
	s->pending = 0;
	return took;		/* 0: not this call, 1: a minor fault, 2: a major one */
}

static __always_inline bool record_matches(const struct task_state *s, u64 addr, u32 flags)
{
	return (s->open || s->pending) && s->addr == addr &&
	       (s->flags == flags || (s->pending && record_continues(s, addr, flags)));
}

/*
 * Both ends of a counted fault were seen. A missed entry of a retry makes no
 * difference but that the mapping may be another by now: the lock was dropped.
 */
static __always_inline void matched_count(struct task_state *s, struct vm_area_struct *vma,
					  bool vma_valid, u32 flags, bool major, u64 now)
{
	struct pgwalk_entry after = {};

	if (s->pending) {
		s->flags = flags;
		s->pending = 0;
		if (vma_valid)
			mapping_read(&s->map, vma);
	}
	if (after_matters(&s->map, &s->before, s->addr, flags) || tell_wants_after(s))
		entry_probe(&after, s->addr);
	if (s->around >= 0)
		around_count(s);
	record_count(s, &after, HOW(SEEN_BOTH, major), now);
}

SEC("fexit/handle_mm_fault")
int BPF_PROG(on_fault_exit, struct vm_area_struct *vma, unsigned long address,
	     unsigned int flags, struct pt_regs *regs, vm_fault_t ret)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_state *s;
	bool counts, major;
	struct growth g;
	u64 now;
	int took;

	if (!is_watched(t))
		return 0;
	now = bpf_ktime_get_ns();
	counts = !(ret & (VM_FAULT_ERROR | VM_FAULT_RETRY));
	major = ret & VM_FAULT_MAJOR || flags & FAULT_FLAG_TRIED;
	s = state_get(t, counts && !major, counts && major);
	if (!s)
		return 0;
	g = growth_claim(s, t);
	flags |= regs ? 0 : RECORD_GUP;
	if (record_matches(s, address, flags) && g.minor + g.major <= counts) {
		s->ret |= ret;
		record_close(s);
		if (g.minor + g.major) {
			matched_count(s, vma, !(ret & VM_FAULT_COMPLETED), flags, g.major, now);
		} else if (ret & VM_FAULT_RETRY) {
			s->flags = flags;
			s->retries++;
			s->pending = 1;
		} else if (ret & VM_FAULT_OOM) {
			fail_count(&s->map, PGWALK_FAULT_OOM, flags, s->stack);
		}
		return 0;
	}
	took = exit_unmatched(s, &g, counts, major);
	if (ret & VM_FAULT_OOM) {
		mapping_read(&s->map, vma);
		fail_count(&s->map, PGWALK_FAULT_OOM, flags, stack_unknown());
	}
	if (!took)
		return 0;
	if (ret & VM_FAULT_COMPLETED)
		row_add_unattributed(&s->who, took == 1, took == 2);
	else
		unopened_count(s, vma, address, flags, took == 2);
	return 0;
}
