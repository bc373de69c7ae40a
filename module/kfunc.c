// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Implements the kfuncs with which BPF programs read the page tables of the current process.
 * They must not sleep, wait for a lock, or read a VMA that their caller does not hold, because
 * they are called in the middle of page faults.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "access.h"
#include "arch/pgtable.h"
#include "compat.h"
#include "entry.h"
#include "frame/frame.h"
#include "kfunc.h"
#include "shmem.h"
#include "walk.h"

/*
 * Without SMP a trylock of a spinlock never fails, even if the BPF program interrupted the
 * owner of the lock inside its critical section. Preemption is then disabled once more than by
 * the RCU section of the program. Without CONFIG_PREEMPT_COUNT this cannot be detected: a
 * program attached to a function that is called with a page table lock held may read an
 * entry as empty while it is being changed. handle_mm_fault() is not such a function.
 */
#define PREEMPT_COUNT_OF_BPF \
	(IS_ENABLED(CONFIG_PREEMPT_COUNT) && !IS_ENABLED(CONFIG_PREEMPT_RCU) ? 1 : 0)

static bool registered;

/* Return 0 if the tables of the current task may be read, else an error. */
static int check_context(void)
{
	/* A kernel thread may have borrowed an mm of another process. */
	if (unlikely(!current->mm || current->flags & PF_KTHREAD))
		return -ESRCH;
	if (!IS_ENABLED(CONFIG_SMP) && preempt_count() > PREEMPT_COUNT_OF_BPF)
		return -EBUSY;
	return unlikely(in_nmi()) ? -EBUSY : 0;
}

/* Lockdown hides physical addresses, but not the fact that a page is present. */
static void redact(struct pgwalk_entry *entry)
{
	entry->value = 0;
	entry->pfn = 0;
}

/*
 * Recognize the huge zero page by its frame. The entry is read again after the frame: if the
 * value is unchanged, the page was not freed in between.
 */
static void refine_huge(struct pgwalk_entry *entry, u64 addr, bool locked)
{
	struct pgwalk_found_entry again;

	if ((entry->kind != PGWALK_KIND_PRESENT && entry->kind != PGWALK_KIND_SPECIAL) ||
	    entry->flags & (PGWALK_F_WRITE | PGWALK_F_DIRTY) ||
	    !pgwalk_frame_is_huge_zero(entry->pfn))
		return;
	again = pgwalk_walk_current(addr, locked);
	if (again.level == entry->level && again.value == entry->value)
		entry->kind = PGWALK_KIND_ZERO;
}

__bpf_kfunc_start_defs();

/**
 * bpf_pgwalk_probe - read the entry that maps an address in the current process
 * @addr: an address of the user half
 * @flags: 0, PGWALK_PROBE_LOCKED, or PGWALK_PROBE_LOCKED | PGWALK_PROBE_SHMEM
 * @entry: struct pgwalk_entry: the leaf, or the entry at which the walk ended: empty,
 * not present or bad, with its level and shift. Written on success only
 * @entry__sz: bytes of @entry, at least sizeof(struct pgwalk_entry)
 *
 * The arguments are scalars and a buffer, which every kernel's verifier accepts. A pointer to
 * a vma or an mm would not be trusted in fentry and fexit.
 *
 * Context: any but NMI. Tries the lock of a page table for an empty entry; never waits
 * for a lock and never sleeps.
 * Return: 0; -EINVAL: @flags or @entry__sz; -ESRCH: current has no address space of
 * its own; -ERANGE: @addr is not in the user half; -EBUSY: not allowed in this context;
 * -EAGAIN: on each try the entry changed, or was empty while its table was locked.
 */
__bpf_kfunc int bpf_pgwalk_probe(u64 addr, u64 flags, void *entry, u32 entry__sz)
{
	struct pgwalk_found_entry found;
	int err;

	if (unlikely(flags & ~(PGWALK_PROBE_LOCKED | PGWALK_PROBE_SHMEM) ||
		     flags == PGWALK_PROBE_SHMEM || entry__sz < sizeof(struct pgwalk_entry)))
		return -EINVAL;
	if (unlikely(addr >= pgwalk_arch_user_end()))
		return -ERANGE;
	err = check_context();
	if (unlikely(err))
		return err;
	found = pgwalk_walk_current(addr, flags & PGWALK_PROBE_LOCKED);
	if (unlikely(found.level < 0))
		return found.level;
	/* Most faults are of an empty entry in a table of ptes. It has no physical address. */
	if (likely(found.level == PGWALK_LEVEL_PTE && !found.value &&
		   !(flags & PGWALK_PROBE_SHMEM))) {
		*(struct pgwalk_entry *)entry = (struct pgwalk_entry) {
			.kind = PGWALK_KIND_NONE,
			.level = PGWALK_LEVEL_PTE,
			.shift = PAGE_SHIFT,
		};
		return 0;
	}
	pgwalk_entry_decode(entry, found.level, found.value);
	if (flags & PGWALK_PROBE_SHMEM)
		pgwalk_shmem_refine_current(addr, entry);
	if (found.level == PGWALK_LEVEL_PMD)
		refine_huge(entry, addr, flags & PGWALK_PROBE_LOCKED);
	if (unlikely(pgwalk_access_is_locked_down()))
		redact(entry);
	return 0;
}

/**
 * bpf_pgwalk_present - count the mapped 4K pages in a range of the current process
 * @start: first address
 * @end: first address after the range; the range is covered by one table of ptes (2M)
 * @flags: 0 or PGWALK_PROBE_LOCKED
 *
 * Pages that a huge page maps are not counted, nor are non-present entries (swap).
 * Entries are read one after the other, while other threads may change them.
 * The count is also returned under lockdown.
 *
 * Context: any but NMI. Tries the lock of the table; never waits for it, never sleeps.
 * Return: 0 to 512; -EINVAL: @flags, or the range is empty, or is not in one table; others as
 * bpf_pgwalk_probe().
 */
__bpf_kfunc int bpf_pgwalk_present(u64 start, u64 end, u64 flags)
{
	int err;

	if (unlikely(flags & ~PGWALK_PROBE_LOCKED || start >= end ||
		     (start ^ (end - 1)) >> pgwalk_arch_shift(PGWALK_LEVEL_PMD)))
		return -EINVAL;
	if (unlikely(end > pgwalk_arch_user_end()))
		return -ERANGE;
	err = check_context();
	if (unlikely(err))
		return err;
	return pgwalk_walk_current_present(start, end, flags & PGWALK_PROBE_LOCKED);
}

__bpf_kfunc_end_defs();

BTF_KFUNCS_START(pgwalk_kfunc_ids)
BTF_ID_FLAGS(func, bpf_pgwalk_probe)
BTF_ID_FLAGS(func, bpf_pgwalk_present)
BTF_KFUNCS_END(pgwalk_kfunc_ids)

static const struct btf_kfunc_id_set pgwalk_kfunc_set = {
	.owner = THIS_MODULE,
	.set = &pgwalk_kfunc_ids,
};

/*
 * Test if the kernel accepted the module's BTF; it shows accepted BTF in /sys/kernel/btf.
 * register_btf_kfunc_id_set() returns 0 without any effect if the kernel has no BTF of this
 * module (built without BTF, or with that of another kernel), and only logs a warning.
 */
static bool kernel_has_our_btf(void)
{
	struct kernfs_node *dir = kernfs_find_and_get(kernel_kobj->sd, "btf");
	struct kernfs_node *file = NULL;

	if (dir)
		file = kernfs_find_and_get(dir, KBUILD_MODNAME);
	kernfs_put(file);
	kernfs_put(dir);
	return file;
}

static int register_kfuncs(void)
{
	if (!kernel_has_our_btf())
		return -ENOENT;
	return register_btf_kfunc_id_set(BPF_PROG_TYPE_TRACING, &pgwalk_kfunc_set);
}

/**
 * pgwalk_kfunc_init - offer the kfuncs to BPF programs
 *
 * If the registration fails, the module works without kfuncs and logs a message once. There
 * is no exit function: the kernel drops the kfuncs with the module's BTF, and a program that
 * uses them holds a reference to the module.
 *
 * Context: module init.
 */
void pgwalk_kfunc_init(void)
{
	int err = register_kfuncs();

	registered = !err;
	if (err)
		pr_info("no kfuncs for BPF programs (%pe): %s\n", ERR_PTR(err), err == -ENOENT ?
			"the kernel has no BTF of this module" :
			"load the module again to retry");
}

/**
 * pgwalk_kfunc_is_registered - test if BPF programs can call the kfuncs
 *
 * Context: any.
 * Return: true if they were registered.
 */
bool pgwalk_kfunc_is_registered(void)
{
	return registered;
}
