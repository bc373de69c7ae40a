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
#include "cache.bpf.h"
#include "fail.bpf.h"
#include "remote.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Weak: without pgwalk.ko the branch that calls it is dead (cfg_module) and pruned */
extern int bpf_pgwalk_probe(u64 addr, u64 flags, void *entry, u32 entry__sz) __ksym __weak;
extern int bpf_pgwalk_present(u64 start, u64 end, u64 flags) __ksym __weak;

/*
 * What handle_mm_fault() is called with, and returns. Read by hand and not by BPF_PROG(),
 * which would have all of it read before the others are sent away.
 */
#define CALL_VMA(ctx)		((struct vm_area_struct *)(ctx)[0])
#define CALL_ADDRESS(ctx)	((ctx)[1])
#define CALL_FLAGS(ctx)		((u32)(ctx)[2] | ((ctx)[3] ? 0 : RECORD_GUP))
#define CALL_RET(ctx)		((vm_fault_t)(ctx)[4])

/* Read the entry of @addr; kind 0: unknown. @locked: the mapping is, for reading */
static __always_inline void entry_probe(struct pgwalk_entry *e, u64 addr, bool locked)
{
	u64 flags = locked ? PGWALK_PROBE_LOCKED : 0;

	if (!cfg_module || bpf_pgwalk_probe(addr, flags, e, sizeof(*e)) < 0)
		e->kind = PGWALK_KIND_UNSET;
}

/*
 * Read the entry before a fault of the current process in record @s. Where it is empty in shared
 * memory, the page may be in swap: only the shmem object has the swap entry.
 */
static __always_inline void before_probe(struct task_state *s, u64 addr)
{
	u64 flags = PGWALK_PROBE_LOCKED;

	if (s->map.backing == BACKING_SHMEM)
		flags |= PGWALK_PROBE_SHMEM;
	if (!cfg_module || bpf_pgwalk_probe(addr, flags, &s->before, sizeof(s->before)) < 0)
		s->before.kind = PGWALK_KIND_UNSET;
}

/* May the kernel map pages around the one that record @s is about? do_read_fault() does */
static __always_inline bool around_possible(const struct task_state *s, u32 flags)
{
	u32 backing = s->map.backing;

	return (backing == BACKING_FILE || backing == BACKING_SHMEM) &&
	       is_empty(&s->before) && !is_write(flags) &&
	       around_bytes > (1U << SHIFT_4K);
}

/* May the kernel map the whole folio? finish_fault() does, but not of a private copy */
static __always_inline bool whole_possible(const struct task_state *s, u32 flags)
{
	return s->map.pages && s->before.kind == PGWALK_KIND_NONE &&
	       (!is_write(flags) || s->map.id.key.vm_flags & VM_SHARED);
}

struct around_range {
	u64 start;
	u64 end;
};

/* The part of an area of @size bytes, a power of two, that lies in the mapping and the table */
static __always_inline struct around_range range_of(const struct task_state *s, u64 size)
{
	const struct pgwalk_fault_key *k = &s->map.id.key;
	u64 table_end = (s->addr | ((1ULL << SHIFT_2M) - 1)) + 1;
	struct around_range r = { .start = s->addr & -size };

	if (r.start < k->start)
		r.start = k->start;
	r.end = r.start + size;
	if (r.end > k->end)
		r.end = k->end;
	if (r.end > table_end)
		r.end = table_end;
	return r;
}

/*
 * How many pages are mapped in the window of do_fault_around(): it begins aligned, but
 * not before the mapping, is of a fixed length, and ends with the mapping or the table.
 * Folios that are mapped whole lie in one table.
 */
static __slow int around_present(struct task_state *s, bool locked)
{
	struct around_range r = range_of(s, s->wide ? 1ULL << SHIFT_2M : around_bytes);

	return cfg_module ?
	       bpf_pgwalk_present(r.start, r.end, locked ? PGWALK_PROBE_LOCKED : 0) : -1;
}

static __always_inline u64 file_page(const struct pgwalk_fault_key *k, u64 addr)
{
	return ((addr - k->start) >> SHIFT_4K) + k->offset;
}

/*
 * Does a folio of the file reach beyond the window, or with @window false beyond the page?
 * The whole table is counted then, and only then: that takes longer than all else.
 */
static __slow int around_is_wide(struct task_state *s, bool window)
{
	const struct pgwalk_fault_key *k = &s->map.id.key;
	struct around_range r = range_of(s, window ? around_bytes : 1ULL << SHIFT_4K);

	return cache_exceeds(s->map.pages, file_page(k, s->addr), file_page(k, r.start),
			     file_page(k, r.end - 1));
}

/* What @around is when a fault begins, with the mapping and the entry before in @s */
static __slow int around_begin(struct task_state *s, u32 flags)
{
	bool window = around_possible(s, flags);

	s->wide = cfg_module && whole_possible(s, flags) && around_is_wide(s, window);
	return window || s->wide ? around_present(s, true) : -1;
}

/* Make of the pages there were before those that came beside the one asked for */
static __always_inline void around_count(struct task_state *s, bool locked)
{
	int after = around_present(s, locked);

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

/* The counters are not where they were left: the task is new here, or probes were skipped */
static __slow int missed_settle(struct task_state *s, struct task_struct *t)
{
	growth_catch_up(s, t);
	return 0;
}

/* A call begins, of @t, whose state is @s; @instance: of the program that runs */
static __always_inline int fault_begin(unsigned long long *ctx, struct task_struct *t,
				       struct task_state *s, u32 instance)
{
	struct vm_area_struct *vma;
	u64 address;
	u32 flags;

	if (s->acc != acc_make(t->min_flt, t->maj_flt))
		missed_settle(s, t);
	barrier_var(ctx);
	vma = CALL_VMA(ctx);
	address = CALL_ADDRESS(ctx);
	flags = CALL_FLAGS(ctx);
	if (record_continues(s, address, flags)) {
		s->retries += !s->pending;	/* its exit was missed, not counted yet */
		record_close(s);
		mapping_read(&s->map, vma);
		s->retry_ns = bpf_ktime_get_ns() - s->t0;
	} else {
		record_close(s);
		mapping_read(&s->map, vma);
		s->addr = address;
		s->ret = 0;
		s->retries = 0;
		s->retry_ns = 0;
		if (s->map.id.key.mm == (u64)t->mm)
			before_probe(s, address);
		else
			s->before.kind = PGWALK_KIND_UNSET;
		s->around = -1;
		if (around_possible(s, flags) || whole_possible(s, flags))
			s->around = around_begin(s, flags);
		tell_begin(ctx, s, flags, instance);
		s->t0 = bpf_ktime_get_ns();
	}
	s->flags = flags;
	s->pending = 0;
	record_open(s);
	return 0;
}

/*
 * Where the kernel preempts a BPF program, it skips the same program of every other task on
 * that CPU until the preempted run has ended. It does not skip another program. So each end of
 * a fault has up to FAULT_INSTANCES programs with the same code there. The first that is not
 * skipped does the work; the state of the task shows the others that it is done. They may run
 * in any order. A call with which one of them has begun has an open record: of its address and
 * flags, and with no growth since. (The record can also be of an earlier try that failed, if
 * all exits of that try were skipped: the latency then begins with it.)
 */
static __always_inline bool is_begun(const struct task_state *s, struct task_struct *t,
				     const unsigned long long *ctx)
{
	return s->open && s->addr == CALL_ADDRESS(ctx) && s->flags == CALL_FLAGS(ctx) &&
	       s->acc == acc_make(t->min_flt, t->maj_flt);
}

static __always_inline int enter(unsigned long long *ctx, u32 instance)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_state *s;

	if (!is_watched(t))
		return 0;
	s = state_place(t);
	if (!s || (cfg_instances > 1 && is_begun(s, t, ctx)))
		return 0;
	return fault_begin(ctx, t, s, instance);
}

SEC("fentry/handle_mm_fault")
int on_fault_enter(unsigned long long *ctx)
{
	return enter(ctx, 0);
}

SEC("fentry/handle_mm_fault")
int on_fault_enter_second(unsigned long long *ctx)
{
	return enter(ctx, 1);
}

SEC("fentry/handle_mm_fault")
int on_fault_enter_third(unsigned long long *ctx)
{
	return enter(ctx, 2);
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
 * Is the fault in @s plain: an empty place in a table of ptes, and no pages to be mapped
 * around it? If it is counted as minor, its class and leaf follow from its mapping and
 * flags. Without the module there is no entry that they could follow from.
 */
static __always_inline bool is_plain(const struct task_state *s)
{
	if (!cfg_module)
		return !(s->ret & (VM_FAULT_MAJOR | RET_USERFAULT));
	return !(s->ret & RET_USERFAULT) &&
	       *(u16 *)&s->before.kind == (PGWALK_KIND_NONE | PGWALK_LEVEL_PTE << 8) &&
	       s->around < 0;
}

/*
 * Does this call end the plain fault that is open in @s, and is that all that has grown?
 * Then it is claimed: what growth_claim() does, where the outcome is known.
 */
static __always_inline bool plain_claim(struct task_state *s, struct task_struct *t,
					const unsigned long long *ctx)
{
	u32 flags = CALL_FLAGS(ctx);
	u64 acc;

	if (!s->open || s->addr != CALL_ADDRESS(ctx) || s->flags != flags || !is_plain(s) ||
	    CALL_RET(ctx) & (VM_FAULT_ERROR | VM_FAULT_RETRY))
		return false;
	acc = *(volatile u64 *)&s->acc;
	if (acc_make(t->min_flt, t->maj_flt) != acc + 1)
		return false;
	return __sync_val_compare_and_swap(&s->acc, acc, acc + 1) == acc;
}

static __slow int plain_classify(struct task_state *s)
{
	struct pgwalk_entry unknown = {};

	s->map.plain_flags = s->flags;
	s->map.plain_verdict = record_classify(s, &unknown, false);
	return 0;
}

/* Tell of a plain fault by itself: what its class did not need is asked for now */
static __slow int plain_tell(struct task_state *s, u32 class, u64 now)
{
	struct pgwalk_fault_event *e = event_begin(s, class, event_flags(s, SEEN_BOTH, false), now);

	if (e) {
		e->after = (struct pgwalk_entry){};
		entry_probe(&e->after, s->addr, true);
		event_end(e);
	}
	return 0;
}

/*
 * Count the plain fault that was claimed in @s, as most are: what record_count() does, with
 * the verdict on the last one of its mapping.
 */
static __always_inline void plain_count(struct task_state *s, u64 now)
{
	u32 verdict, class;

	record_close(s);
	if (s->map.plain_flags != s->flags)
		plain_classify(s);
	verdict = s->map.plain_verdict;
	class = verdict & VERDICT_CLASS;
	rows_add_fault(s, verdict, HOW(SEEN_BOTH, false), now, true);
	if (cfg_stacks)
		stack_count(s->stack, class, now - s->t0);
	if (s->look)
		plain_tell(s, class, now);
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
		entry_probe(&after, s->addr, vma_valid);
	if (s->around >= 0)
		around_count(s, vma_valid);
	record_count(s, &after, HOW(SEEN_BOTH, major), now);
}

/* The exit of a call that did not end a plain fault, as far as is known yet */
static __slow int exit_other(const unsigned long long *ctx, struct task_struct *t, u64 now)
{
	struct vm_area_struct *vma = CALL_VMA(ctx);
	u64 address = CALL_ADDRESS(ctx);
	u32 flags = CALL_FLAGS(ctx);
	vm_fault_t ret = CALL_RET(ctx);
	bool counts = !(ret & (VM_FAULT_ERROR | VM_FAULT_RETRY));
	bool major = ret & VM_FAULT_MAJOR || flags & FAULT_FLAG_TRIED;
	struct task_state *s = state_get(t, counts && !major, counts && major);
	struct growth g;
	int took;

	if (!s)
		return 0;
	g = growth_claim(s, t);
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

/**
 * on_userfault - the kernel hands a fault to a userfaultfd
 *
 * Called within handle_mm_fault() (mm/memory.c, huge_memory.c, shmem.c, hugetlb.c), where it
 * mostly has it return RETRY. Neither the flags of a mapping nor the entry decide that: a
 * page of shared memory is missing only if the file has none.
 */
SEC("fentry/handle_userfault")
int on_userfault(unsigned long long *ctx)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_state *s;

	(void)ctx;
	if (!is_watched(t))
		return 0;
	s = state_find(t);
	if (s && s->open)
		s->ret |= RET_USERFAULT;
	return 0;
}

/* See remote.bpf.h. Of a call that is to come again, or failed, nothing is counted */
static __always_inline void exit_remote(const unsigned long long *ctx, struct task_struct *t,
					bool watched)
{
	if (watched && cfg_scope == WATCH_PROCESS)
		return;
	if (remote_possible(t, CALL_VMA(ctx), CALL_FLAGS(ctx) & RECORD_GUP, watched) &&
	    !(CALL_RET(ctx) & (VM_FAULT_ERROR | VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
		remote_count(CALL_VMA(ctx));
}

/*
 * Has another instance ended this call, or is there nothing of it to be counted? A call
 * whose entries were all skipped and that runs out of memory looks so, too: it is not counted.
 */
static __always_inline bool is_ended(const struct task_state *s, struct task_struct *t)
{
	return !s->open && s->acc == acc_make(t->min_flt, t->maj_flt);
}

/*
 * A fault in the memory of another process leaves no state that shows another instance that
 * it is counted: one instance counts them, with @counts_remote. Those for which it is skipped
 * are missing.
 */
static __always_inline int leave(const unsigned long long *ctx, bool counts_remote)
{
	struct task_struct *t = bpf_get_current_task_btf();
	bool watched = is_watched(t);
	struct task_state *s;
	struct task_slot *slot;
	u64 now;

	if (counts_remote)
		exit_remote(ctx, t, watched);
	if (!watched)
		return 0;
	slot = slot_of(t);
	if (cfg_instances > 1) {
		s = slot ? &slot->state : state_home(t);
		if (!s || is_ended(s, t))
			return 0;
	}
	now = bpf_ktime_get_ns();
	if (slot && plain_claim(&slot->state, t, ctx))
		plain_count(&slot->state, now);
	else
		exit_other(ctx, t, now);
	return 0;
}

SEC("fexit/handle_mm_fault")
int on_fault_exit(unsigned long long *ctx)
{
	return leave(ctx, true);
}

SEC("fexit/handle_mm_fault")
int on_fault_exit_second(unsigned long long *ctx)
{
	return leave(ctx, false);
}

SEC("fexit/handle_mm_fault")
int on_fault_exit_third(unsigned long long *ctx)
{
	return leave(ctx, false);
}
