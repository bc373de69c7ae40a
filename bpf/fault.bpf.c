// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Runs at entry and exit of handle_mm_fault in a watched process, and counts each fault with
 * its class and latency. For other tasks the cost must be minimal: both programs first test
 * if the task is watched.
 *
 * Rules of the kernel that these rely on (mm_account_fault() in mm/memory.c, on
 * 6.1, 6.12 and 7.2): a call counts if neither an error nor RETRY is returned,
 * it is charged to current even in another mm, and it is accounted before the
 * exit program runs. At the exit of a call that returned RETRY or COMPLETED the
 * lock is dropped and the vma may be freed: it is not read.
 */
#include "account.bpf.h"
#include "cache.bpf.h"
#include "fail.bpf.h"
#include "remote.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Weak: without pgwalk.ko the verifier prunes the branch that calls it (cfg_module) */
extern int bpf_pgwalk_probe(u64 addr, u64 flags, void *entry, u32 entry__sz) __ksym __weak;
extern int bpf_pgwalk_present(u64 start, u64 end, u64 flags) __ksym __weak;

/*
 * Arguments and result of handle_mm_fault(). Not read with BPF_PROG(), which would read all
 * of them before the test for a watched task.
 */
#define CALL_VMA(ctx)		((struct vm_area_struct *)(ctx)[0])
#define CALL_ADDRESS(ctx)	((ctx)[1])
#define CALL_FLAGS(ctx)		((u32)(ctx)[2] | ((ctx)[3] ? 0 : RECORD_GUP))
#define CALL_RET(ctx)		((vm_fault_t)(ctx)[4])

/* Read the entry of @addr; kind 0: unknown. @locked: the mapping is locked for reading */
static __always_inline void entry_probe(struct pgwalk_entry *e, u64 addr, bool locked)
{
	u64 flags = locked ? PGWALK_PROBE_LOCKED : 0;

	if (!cfg_module || bpf_pgwalk_probe(addr, flags, e, sizeof(*e)) < 0)
		e->kind = PGWALK_KIND_UNSET;
}

/*
 * Read the entry before a fault of the current process in record @s. If it is empty in shared
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

/* Test if the kernel may map pages around that of record @s, in do_read_fault() */
static __always_inline bool around_possible(const struct task_state *s, u32 flags)
{
	u32 backing = s->map.backing;

	return (backing == BACKING_FILE || backing == BACKING_SHMEM) &&
	       is_empty(&s->before) && !is_write(flags) &&
	       around_bytes > (1U << SHIFT_PAGE);
}

/* Test if the kernel may map the whole folio, in finish_fault(), but not of a private copy */
static __always_inline bool whole_possible(const struct task_state *s, u32 flags)
{
	return s->map.pages && s->before.kind == PGWALK_KIND_NONE &&
	       (!is_write(flags) || s->map.id.key.vm_flags & VM_SHARED);
}

static __always_inline u64 file_page(const struct pgwalk_fault_key *k, u64 addr)
{
	return ((addr - k->start) >> SHIFT_PAGE) + k->offset;
}

static __always_inline u64 file_addr(const struct pgwalk_fault_key *k, u64 page)
{
	return ((page - k->offset) << SHIFT_PAGE) + k->start;
}

/* Cut the range of record @s to the pages in the mapping and in one page table */
static __always_inline void around_clip(struct task_state *s)
{
	const struct pgwalk_fault_key *k = &s->map.id.key;
	u64 table = s->addr & -(1ULL << SHIFT_PMD);

	if (s->around_start < k->start)
		s->around_start = k->start;
	if (s->around_start < table)
		s->around_start = table;
	if (s->around_end > k->end)
		s->around_end = k->end;
	if (s->around_end > table + (1ULL << SHIFT_PMD))
		s->around_end = table + (1ULL << SHIFT_PMD);
}

/*
 * Set the range to the window of do_fault_around(), or without one to the page: a window begins
 * aligned, but not before the mapping, and is of a fixed length.
 */
static __always_inline void around_set_window(struct task_state *s, bool window)
{
	u64 size = window ? around_bytes : 1U << SHIFT_PAGE;

	s->around_start = s->addr & -size;
	if (s->around_start < s->map.id.key.start)
		s->around_start = s->map.id.key.start;
	s->around_end = s->around_start + size;
}

/*
 * Extend the range by the large folios that the kernel may map as a whole; each of them then
 * lies in the mapping and in one table. If the page is not in the cache, the range is the table.
 */
static __slow int around_extend(struct task_state *s)
{
	const struct pgwalk_fault_key *k = &s->map.id.key;
	struct page_range r = {
		.first = file_page(k, s->around_start),
		.last = file_page(k, s->around_end - 1),
	};

	if (cache_extend(s->map.pages, file_page(k, s->addr), &r)) {
		u64 before = file_page(k, k->start);

		s->around_start = file_addr(k, r.first < before ? before : r.first);
		s->around_end = file_addr(k, r.last + 1);
	} else {
		s->around_start = 0;
		s->around_end = ~0ULL;
	}
	around_clip(s);
	return 0;
}

/* Count the mapped pages in the range of record @s */
static __slow int around_present(struct task_state *s, bool locked)
{
	return cfg_module ? bpf_pgwalk_present(s->around_start, s->around_end,
					       locked ? PGWALK_PROBE_LOCKED : 0) : -1;
}

/*
 * Return @around for the beginning of a fault, with the mapping and the entry before in @s: -1 if
 * no page but that at @addr can be mapped. Without a page table none was mapped before.
 */
static __slow int around_begin(struct task_state *s, u32 flags)
{
	bool window = around_possible(s, flags);

	if (!cfg_module)
		return -1;
	around_set_window(s, window);
	around_clip(s);
	if (whole_possible(s, flags))
		around_extend(s);
	if (s->around_end - s->around_start <= 1U << SHIFT_PAGE)
		return -1;
	if (s->before.kind == PGWALK_KIND_NONE && s->before.level > PGWALK_LEVEL_PTE)
		return 0;
	return around_present(s, true);
}

/* Change @around from the pages mapped before to those that were mapped beside @addr */
static __always_inline void around_count(struct task_state *s, bool locked)
{
	int after = around_present(s, locked);

	s->around = after > s->around ? after - s->around - 1 : 0;
}

/*
 * Test if a call at @addr with @flags is the next try of the fault in @s. After a retry
 * under mmap_lock the kernel sets TRIED; after one under the VMA lock alone
 * it calls again with mmap_lock, and sets TRIED only if the first was major.
 */
static __always_inline bool record_continues(const struct task_state *s, u64 addr, u32 flags)
{
	if (s->addr != addr || !(s->open || s->pending))
		return false;
	return flags & FAULT_FLAG_TRIED ||
	       (s->flags & FAULT_FLAG_VMA_LOCK && !(flags & FAULT_FLAG_VMA_LOCK));
}

/* Return the address space of @t. The verifier makes no search, see mapping_describe() */
static __always_inline u64 mm_of(struct task_struct *t)
{
	struct task_struct *untrusted;

	if (!can_cast() || !bpf_rdonly_cast)
		return (u64)t->mm;
	untrusted = bpf_rdonly_cast(t, cfg_type_task);
	return (u64)untrusted->mm;
}

/*
 * The slow part of mapping_read(): executed when the mapping changes, not for each fault.
 * From 6.4 on the verifier searches all names of the BTF for each pointer that is read through a
 * trusted pointer, on each path to the load: pgtop took seconds to start. Here the pointer
 * is not trusted, and the function is verified once.
 */
__attribute__((__noinline__)) int mapping_describe(struct mapping *m)
{
	if (!m || !bpf_rdonly_cast)
		return 0;
	return describe(m, bpf_rdonly_cast((void *)m->vma, cfg_type_vma), mm_of(bpf_get_current_task_btf()));
}

/*
 * Return the VMA of a call as an untrusted pointer, for mapping_read(): at no cost for the
 * program, and the verifier makes no search, as in mapping_describe().
 */
static __always_inline struct vm_area_struct *vma_untrusted(struct vm_area_struct *vma)
{
	if (!can_cast() || !bpf_rdonly_cast)
		return vma;
	return bpf_rdonly_cast(vma, cfg_type_vma);
}

/* As mapping_read(), with the VMA at the address in @m: for programs with a trusted pointer to it */
__attribute__((__noinline__)) int mapping_read_stored(struct mapping *m)
{
	if (m && can_cast() && bpf_rdonly_cast)
		mapping_read(m, bpf_rdonly_cast((void *)m->vma, cfg_type_vma));
	return 0;
}

/* Return the thread of an event of record @s, which is in the range and not NULL; 0: no event */
__attribute__((__noinline__)) s32 traced_owner(struct task_state *s)
{
	struct task_struct *t = bpf_get_current_task_btf();

	/* not for other mms */
	return s && mm_of(t) == s->map.id.key.mm ? id_of_thread(t) : 0;
}

/* Account for growth before this call: the task is new here, or probes were skipped */
static __slow int missed_settle(struct task_state *s, struct task_struct *t)
{
	delta_catch_up(s, t);
	return 0;
}

/* Handle the beginning of a call of @t with state @s; @instance is that of the program */
static __always_inline int fault_begin(unsigned long long *ctx, struct task_struct *t,
				       struct task_state *s, u32 instance)
{
	/* A check of an untrusted pointer in each fault would cost more than the search of the verifier */
	u64 mm = (u64)t->mm;
	struct vm_area_struct *vma;
	bool continues;
	u64 address;
	u32 flags;

	barrier_var(mm);
	if (s->accounted != accounted_make(t->min_flt, t->maj_flt))
		missed_settle(s, t);
	barrier_var(ctx);
	vma = vma_untrusted(CALL_VMA(ctx));
	address = CALL_ADDRESS(ctx);
	flags = CALL_FLAGS(ctx);
	continues = record_continues(s, address, flags);
	if (continues)
		s->retries += !s->pending;	/* its exit was missed, not counted yet */
	record_close(s);
	mapping_read(&s->map, vma);
	if (continues) {
		s->retry_ns = bpf_ktime_get_ns() - s->t0;
	} else {
		s->addr = address;
		s->ret = 0;
		s->retries = 0;
		s->retry_ns = 0;
		if (s->map.id.key.mm == mm)
			before_probe(s, address);
		else
			s->before.kind = PGWALK_KIND_UNSET;
		s->around = -1;
		if (around_possible(s, flags) || whole_possible(s, flags))
			s->around = around_begin(s, flags);
		emit_begin(ctx, s, flags, instance);
		s->t0 = bpf_ktime_get_ns();
	}
	s->flags = flags;
	s->pending = 0;
	record_open(s);
	return 0;
}

/*
 * While a BPF program is preempted, the kernel skips the same program for other tasks on
 * that CPU until the preempted run has ended. It does not skip another program. So each end of
 * a fault has up to FAULT_INSTANCES programs. The first that is not
 * skipped does the work; the others find from the state of the task that it is done. They may
 * run in any order. A call that one of them has handled has an open record with its address
 * and flags, and no growth since. (The record can also be of an earlier try that failed, if
 * all exits of that try were skipped: the latency then begins with that try.)
 *
 * Only the first instance has the code. The others jump to it (bpf_tail_call()), for which
 * the kernel does not test if it runs already: the verifier takes as long for each program with the
 * code as for all other programs. The code reads the number of its instance from the
 * cookie of the link that called it.
 */
struct fault_code_map {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
};

struct fault_code_map enter_code SEC(".maps"), exit_code SEC(".maps");

/* Return the number of the instance; without @several, a constant, there is one */
static __always_inline u32 instance_of(const unsigned long long *ctx, bool several)
{
	return several ? bpf_get_attach_cookie((void *)ctx) : 0;
}

/*
 * Since 6.13 a program has memory for its stack on each CPU, because no other run of it can be in
 * progress there. A run that was jumped to would overwrite the stack of a preempted run. A program
 * that contains a jump has no such memory ("bpf: Find eligible subprogs for private stack support").
 * This one is never taken.
 */
static __always_inline void stack_keep_shared(const unsigned long long *ctx, void *code)
{
	if (!cfg_instances)
		bpf_tail_call((void *)ctx, code, 0);
}

static __always_inline bool is_begun(const struct task_state *s, struct task_struct *t,
				     const unsigned long long *ctx)
{
	return s->open && s->addr == CALL_ADDRESS(ctx) && s->flags == CALL_FLAGS(ctx) &&
	       s->accounted == accounted_make(t->min_flt, t->maj_flt);
}

/*
 * Count an end of a fault that only the first of several attached instances has handled. The kernel
 * calls it last, because it was attached first. User space keeps the others attached while
 * this count grows. @instance is the one that handles the end.
 */
static __always_inline void rescue_count(u32 instance)
{
	if (!instance && nr_attached > 1)
		count_up(&nr_rescued_ends, 1);
}

static __always_inline int enter(unsigned long long *ctx, bool several)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_state *s;
	u32 instance;

	if (!is_watched(t))
		return 0;
	s = state_place(t);
	if (!s || (several && is_begun(s, t, ctx)))
		return 0;
	instance = instance_of(ctx, several);
	if (several)
		rescue_count(instance);
	return fault_begin(ctx, t, s, instance);
}

SEC("fentry/handle_mm_fault")
int on_fault_enter(unsigned long long *ctx)
{
	return enter(ctx, false);
}

/* In place of on_fault_enter() if there are several instances */
SEC("fentry/handle_mm_fault")
int on_fault_enter_first(unsigned long long *ctx)
{
	stack_keep_shared(ctx, &enter_code);
	return enter(ctx, true);
}

/* The code tests again if the call is handled. Here the test is for speed */
static __always_inline int enter_further(unsigned long long *ctx)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_slot *slot;

	if (!is_watched(t))
		return 0;
	slot = slot_of(t);
	if (!slot || !is_begun(&slot->state, t, ctx))
		bpf_tail_call(ctx, &enter_code, 0);
	return 0;
}

SEC("fentry/handle_mm_fault")
int on_fault_enter_second(unsigned long long *ctx)
{
	return enter_further(ctx);
}

SEC("fentry/handle_mm_fault")
int on_fault_enter_third(unsigned long long *ctx)
{
	return enter_further(ctx);
}

/* Count a fault of which only the exit was seen, while the vma is still locked */
static __slow int unopened_count(struct task_state *s, struct vm_area_struct *vma, u64 addr,
				     u32 flags, bool major)
{
	mapping_read(&s->map, vma);
	s->addr = addr;
	s->flags = flags;
	s->retries = 0;
	s->ret = 0;
	s->around = -1;
	s->before.kind = PGWALK_KIND_UNSET;
	s->after = (struct pgwalk_entry){};
	emit_unbegun(s);
	end_missed();
	record_count(s, HOW(SEEN_EXIT, major), 0);
	return 0;
}

/*
 * Handle the exit of a call that does not match the open record, or with more growth
 * than one fault can cause. A record, and growth beyond this call's own fault, are of
 * an older fault: its exit was missed, and the entry of this call was missed.
 */
static __slow int exit_unmatched(struct task_state *s, struct fault_delta *g, bool counts,
				     bool major)
{
	bool mine = counts && g->minor + g->major;
	int took = 0;

	if (mine)
		took = delta_take(g, major) ? 2 : 1;
	if (g->minor + g->major)
		delta_settle(s, g->minor, g->major);
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
 * Test if the fault in @s is plain: an empty entry in a table of ptes, and no pages to be mapped
 * around it. If it is counted as minor, its class and leaf follow from its mapping and
 * flags. Without the module no entry is known.
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
 * Test if this call ends the plain fault that is open in @s, and the growth is that fault only.
 * If so, claim it as delta_claim() does.
 */
static __always_inline bool plain_claim(struct task_state *s, struct task_struct *t,
					const unsigned long long *ctx)
{
	u32 flags = CALL_FLAGS(ctx);
	u64 accounted;

	if (!s->open || s->addr != CALL_ADDRESS(ctx) || s->flags != flags || !is_plain(s) ||
	    CALL_RET(ctx) & (VM_FAULT_ERROR | VM_FAULT_RETRY))
		return false;
	accounted = *(volatile u64 *)&s->accounted;
	if (accounted_make(t->min_flt, t->maj_flt) != accounted + 1)
		return false;
	return __sync_val_compare_and_swap(&s->accounted, accounted, accounted + 1) == accounted;
}

static __slow int plain_classify(struct task_state *s)
{
	s->after = (struct pgwalk_entry){};
	s->map.plain_flags = s->flags;
	s->map.plain_classified = record_classify(s, false);
	return 0;
}

/* Emit the event of a plain fault. Read the entry after, which its class did not need */
static __slow int plain_emit(struct task_state *s, u32 class, u64 now)
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
 * Count the plain fault that was claimed in @s. Most faults are plain. Does the work of
 * record_count(), with the cached result for the last plain fault in its mapping.
 */
static __always_inline void plain_count(struct task_state *s, u64 now)
{
	u32 classified, class;

	record_close(s);
	if (s->map.plain_flags != s->flags)
		plain_classify(s);
	classified = s->map.plain_classified;
	class = classified & CLASSIFIED_CLASS;
	rows_add_fault(s, classified, HOW(SEEN_BOTH, false), now, true);
	if (cfg_stacks)
		stack_count(s->stack, row_found(&s->map, class), class, now - s->t0);
	if (s->trace_tid)
		plain_emit(s, class, now);
}

/*
 * Count a fault with both ends seen. If the entry of a retry was missed, the
 * mapping may be another one by now, because the lock was dropped.
 */
static __always_inline void matched_count(struct task_state *s, struct vm_area_struct *vma,
					  bool vma_valid, u32 flags, bool major, u64 now)
{
	s->after = (struct pgwalk_entry){};
	if (s->pending) {
		s->flags = flags;
		s->pending = 0;
		if (vma_valid)
			mapping_read(&s->map, vma);
	}
	if (after_matters(&s->map, &s->before, s->addr, flags) || emit_needs_after(s))
		entry_probe(&s->after, s->addr, vma_valid);
	if (s->around >= 0)
		around_count(s, vma_valid);
	record_count(s, HOW(SEEN_BOTH, major), now);
}

/* Handle the exit of a call that did not end a plain fault */
static __slow int exit_other(const unsigned long long *ctx, struct task_struct *t, u64 now)
{
	struct vm_area_struct *vma = vma_untrusted(CALL_VMA(ctx));
	u64 address = CALL_ADDRESS(ctx);
	u32 flags = CALL_FLAGS(ctx);
	vm_fault_t ret = CALL_RET(ctx);
	bool counts = !(ret & (VM_FAULT_ERROR | VM_FAULT_RETRY));
	bool major = ret & VM_FAULT_MAJOR || flags & FAULT_FLAG_TRIED;
	struct task_state *s = state_get(t, counts && !major, counts && major);
	struct fault_delta g;
	int took;

	if (!s)
		return 0;
	g = delta_claim(s, t);
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
		row_add_unattributed(&s->scope, took == 1, took == 2);
	else
		unopened_count(s, vma, address, flags, took == 2);
	return 0;
}

/**
 * on_userfault - record that the kernel passes a fault to a userfaultfd
 *
 * Called within handle_mm_fault() (mm/memory.c, huge_memory.c, shmem.c, hugetlb.c), which
 * then mostly returns RETRY. Neither the flags of a mapping nor the entry decide that: a
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

/*
 * See remote.bpf.h. A call that is retried or failed is not counted.
 *
 * A fault in the memory of another process leaves no state from which another instance could
 * find that it was counted, so only the first instance counts them. Faults for which it is
 * skipped are missing. @several: see instance_of().
 */
static __always_inline void exit_remote(const unsigned long long *ctx, struct task_struct *t,
					bool watched, bool several)
{
	if (watched && cfg_scope == WATCH_PROCESS)
		return;
	if (remote_possible(t, CALL_VMA(ctx), CALL_FLAGS(ctx) & RECORD_GUP, watched) &&
	    !(CALL_RET(ctx) & (VM_FAULT_ERROR | VM_FAULT_RETRY | VM_FAULT_COMPLETED)) &&
	    !instance_of(ctx, several))
		remote_count(vma_untrusted(CALL_VMA(ctx)));
}

/*
 * Test if another instance has handled the exit, or if there is nothing to count. A call
 * that runs out of memory after all its entries were skipped looks the same: it is not counted.
 */
static __always_inline bool is_ended(const struct task_state *s, struct task_struct *t)
{
	return !s->open && s->accounted == accounted_make(t->min_flt, t->maj_flt);
}

static __always_inline int leave(const unsigned long long *ctx, bool several)
{
	struct task_struct *t = bpf_get_current_task_btf();
	bool watched = is_watched(t);
	struct task_state *s;
	struct task_slot *slot;
	u64 now;

	exit_remote(ctx, t, watched, several);
	if (!watched)
		return 0;
	slot = slot_of(t);
	if (several) {
		s = slot ? &slot->state : state_by_ref(t);
		if (!s || is_ended(s, t))
			return 0;
		rescue_count(instance_of(ctx, several));
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
	return leave(ctx, false);
}

/* In place of on_fault_exit() if there are several instances */
SEC("fexit/handle_mm_fault")
int on_fault_exit_first(unsigned long long *ctx)
{
	stack_keep_shared(ctx, &exit_code);
	return leave(ctx, true);
}

static __always_inline int leave_further(unsigned long long *ctx)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_slot *slot;

	if (!is_watched(t))
		return 0;
	slot = slot_of(t);
	if (!slot || !is_ended(&slot->state, t))
		bpf_tail_call(ctx, &exit_code, 0);
	return 0;
}

SEC("fexit/handle_mm_fault")
int on_fault_exit_second(unsigned long long *ctx)
{
	return leave_further(ctx);
}

SEC("fexit/handle_mm_fault")
int on_fault_exit_third(unsigned long long *ctx)
{
	return leave_further(ctx);
}
