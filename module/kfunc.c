// SPDX-License-Identifier: GPL-2.0
/*
 * The kfuncs, by which BPF programs read the page tables of the current process. They must
 * not sleep, wait for a lock, or look at a VMA that their caller does not hold: they are called
 * in the middle of page faults.
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
#include "compat.h"
#include "entry.h"
#include "frame.h"
#include "kfunc.h"
#include "shmem.h"
#include "walk.h"

/*
 * Without SMP no trylock of a spinlock fails, also not for a program that runs within the
 * critical section of another owner. Preemption is disabled there: once more than by the RCU
 * section of a program. Without CONFIG_PREEMPT_COUNT this cannot be seen; such a program,
 * attached to a function that is called with the lock of a page table held, may read an
 * entry that is just being changed as empty. handle_mm_fault() is none.
 */
#define PREEMPT_COUNT_OF_BPF \
	(IS_ENABLED(CONFIG_PREEMPT_COUNT) && !IS_ENABLED(CONFIG_PREEMPT_RCU) ? 1 : 0)

static bool registered;

/* May this task's own tables be asked for? 0, or why not. */
static int refusal(void)
{
	/* A kernel thread may have borrowed an mm: not its own. */
	if (unlikely(!current->mm || current->flags & PF_KTHREAD))
		return -ESRCH;
	if (!IS_ENABLED(CONFIG_SMP) && preempt_count() > PREEMPT_COUNT_OF_BPF)
		return -EBUSY;
	return unlikely(in_nmi()) ? -EBUSY : 0;
}

/* Physical addresses are what lockdown hides; that a page is there is not. */
static void redact(struct pgwalk_entry *entry)
{
	entry->value = 0;
	entry->pfn = 0;
}

/*
 * The huge page of zeroes is known by its frame. The entry is read again after the frame: if
 * it is the same, the page was not freed in between.
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
 * @flags: 0, PGWALK_PROBE_LOCKED, or this and PGWALK_PROBE_SHMEM
 * @entry: struct pgwalk_entry: the leaf, or the entry at which the walk ended: empty,
 * not present or bad, with its level and shift. Written on success only
 * @entry__sz: bytes of @entry, at least sizeof(struct pgwalk_entry)
 *
 * Scalars and a buffer: these verify alike on every kernel, while a pointer to a vma
 * or an mm would not be trusted in fentry and fexit.
 *
 * Context: any. In an NMI -EBUSY. Tries the lock of a page table for an empty entry, waits
 * for none and never sleeps.
 * Return: 0; -EINVAL: @flags or @entry__sz; -ESRCH: current has no address space of
 * its own; -ERANGE: @addr is not of the user half; -EBUSY: not in this context;
 * -EAGAIN: the entry changed, or is empty and was locked, each time it was read.
 */
__bpf_kfunc int bpf_pgwalk_probe(u64 addr, u64 flags, void *entry, u32 entry__sz)
{
	struct pgwalk_found_entry found;
	int err;

	if (unlikely(flags & ~(PGWALK_PROBE_LOCKED | PGWALK_PROBE_SHMEM) ||
		     flags == PGWALK_PROBE_SHMEM || entry__sz < sizeof(struct pgwalk_entry)))
		return -EINVAL;
	if (unlikely(addr >= TASK_SIZE_MAX))
		return -ERANGE;
	err = refusal();
	if (unlikely(err))
		return err;
	found = pgwalk_walk_current(addr, flags & PGWALK_PROBE_LOCKED);
	if (unlikely(found.level < 0))
		return found.level;
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
 * bpf_pgwalk_present - count the pages of 4K that are mapped in a range of the current process
 * @start: its first address
 * @end: the first address after it; no 2M boundary lies between: one table has it all
 * @flags: 0 or PGWALK_PROBE_LOCKED
 *
 * What is mapped by a huge page is not counted, nor is what only has an entry (swap).
 * Entries are read one after the other: other threads may change them meanwhile.
 * The count is returned under lockdown, too.
 *
 * Context: any. In an NMI -EBUSY. Tries the lock of the table, waits for none, never sleeps.
 * Return: 0 to 512; -EINVAL: @flags, or the range is empty, or of several tables; others as
 * bpf_pgwalk_probe().
 */
__bpf_kfunc int bpf_pgwalk_present(u64 start, u64 end, u64 flags)
{
	int err;

	if (unlikely(flags & ~PGWALK_PROBE_LOCKED || start >= end ||
		     (start ^ (end - 1)) >> PMD_SHIFT))
		return -EINVAL;
	if (unlikely(end > TASK_SIZE_MAX))
		return -ERANGE;
	err = refusal();
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
 * register_btf_kfunc_id_set() succeeds without doing anything if the kernel has no BTF
 * of this module: it was built without, or with that of another kernel, and only a
 * warning says so. What the kernel did take, it shows in /sys/kernel/btf.
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
 * Where that cannot be, the module works without: said once, in the kernel log. There
 * is no exit: the kernel forgets them with the module's BTF, and a program that uses
 * them keeps the module.
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
			"load the module again to have them");
}

/**
 * pgwalk_kfunc_is_there - ask if BPF programs can call the kfuncs
 *
 * Context: any.
 * Return: true if they were registered.
 */
bool pgwalk_kfunc_is_there(void)
{
	return registered;
}
