// SPDX-License-Identifier: GPL-2.0
/*
 * Translates one address, logical or linear, into a record: the segment, the entries of
 * all levels and the mapping, these two read in one hold. It must not print, nor touch
 * user memory.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <asm/cpufeature.h>
#include <asm/pkru.h>

#include "entry.h"
#include "facts.h"
#include "hint.h"
#include "hold.h"
#include "registers.h"
#include "segment.h"
#include "shmem.h"
#include "target.h"
#include "translate.h"
#include "uapi/pgwalk.h"
#include "vma.h"
#include "walk.h"

static void fill_vma(struct pgwalk_translate *t, struct mm_struct *mm)
{
	struct pgwalk_vma_look look;

	if (!pgwalk_vma_look(mm, t->linear, &look))
		look = (struct pgwalk_vma_look) {};
	t->vma_start = look.start;
	t->vma_end = look.end;
	t->vm_flags = look.vm_flags;
	t->vma_kind = look.kind;
	t->vma_prot = look.prot;
	pgwalk_facts_fill(t, mm);
	if (t->pkru_tid)
		t->facts |= PGWALK_FACT_PKRU;
}

/* From the root down; with four levels there is no p4d between pgd and pud. */
static void fill_steps(struct pgwalk_translate *t, const struct pgwalk_path *path,
		       unsigned long root_pfn)
{
	u64 table_pfn = root_pfn;
	unsigned int level;

	for (level = PGWALK_LEVEL_PGD; level >= path->level; level--) {
		struct pgwalk_step *step = &t->step[t->nr_steps];

		if (level == PGWALK_LEVEL_P4D && !pgtable_l5_enabled())
			continue;
		pgwalk_entry_decode(&step->entry, level, path->value[level]);
		step->table_pfn = table_pfn;
		step->index = (t->linear >> step->entry.shift) % PTRS_PER_PTE;
		table_pfn = step->entry.pfn;
		t->nr_steps++;
	}
}

/*
 * Each level must allow it; one that has NX forbids execution below it. But with PTI the
 * kernel forbids itself to run what is user mode's, in its own copy of the root only.
 */
static unsigned int prot_of_steps(const struct pgwalk_translate *t)
{
	const u64 all = PGWALK_F_PRESENT | PGWALK_F_USER;
	u64 flags = all | PGWALK_F_WRITE, nx = 0;
	unsigned int i;

	for (i = 0; i < t->nr_steps; i++) {
		flags &= t->step[i].entry.flags;
		if (i || !boot_cpu_has(X86_FEATURE_PTI))
			nx |= t->step[i].entry.flags & PGWALK_F_NX;
	}
	if ((flags & all) != all)
		return 0;
	return PGWALK_PROT_READ | (flags & PGWALK_F_WRITE ? PGWALK_PROT_WRITE : 0) |
	       (nx ? 0 : PGWALK_PROT_EXEC);
}

/*
 * The CPU checks the key of the leaf against PKRU for data accesses to pages of user mode,
 * not for instruction fetches: execute-only memory is memory whose key has access disabled.
 */
static unsigned int prot_of_key(const struct pgwalk_translate *t)
{
	unsigned int bits;

	if (!(t->facts & PGWALK_FACT_PKRU))
		return t->prot;
	bits = t->pkru >> (2 * t->step[t->nr_steps - 1].entry.pkey);
	if (bits & PKRU_AD_BIT)
		return t->prot & ~(PGWALK_PROT_READ | PGWALK_PROT_WRITE);
	return bits & PKRU_WD_BIT ? t->prot & ~PGWALK_PROT_WRITE : t->prot;
}

/* Within the hold: mmap_lock and mm_users are held. */
static void read_levels(struct pgwalk_translate *t, struct pgwalk_hold *hold)
{
	struct pgwalk_path path;

	fill_vma(t, hold->mm);
	switch (pgwalk_walk_path(hold, t->linear, &path)) {
	case 0:
		t->status = PGWALK_TRANSLATE_DONE;
		break;
	case -ENOENT:
		t->status = PGWALK_TRANSLATE_NO_VMA;
		return;
	default:
		t->status = PGWALK_TRANSLATE_RACED;
		return;
	}
	fill_steps(t, &path, PHYS_PFN(__pa(hold->mm->pgd)));
	pgwalk_hint_refine(hold, t->linear, &t->step[t->nr_steps - 1].entry);
	pgwalk_shmem_refine(hold, t->linear, &t->step[t->nr_steps - 1].entry);
	t->prot = prot_of_steps(t);
	t->prot = prot_of_key(t);
}

/* Protection keys are checked against a register of the thread. */
static int read_pkru_of(struct pgwalk_translate *t, const struct pgwalk_target *target)
{
	struct pgwalk_pkru pkru;
	int err = pgwalk_registers_pkru(target, t->tid, &pkru);

	t->pkru = pkru.value;
	t->pkru_tid = pkru.tid;
	if (pkru.running)
		t->thread_flags |= PGWALK_THREAD_RUNNING;
	return err;
}

static int translate_linear(struct pgwalk_translate *t, const struct pgwalk_target *target)
{
	struct pgwalk_hold hold = { .mm = target->mm, .vmas = true };
	int err = read_pkru_of(t, target);

	if (err)
		return err;
	do {
		err = pgwalk_hold_begin(&hold);
		if (err)
			return err;
		t->nr_steps = 0;
		read_levels(t, &hold);
		pgwalk_hold_end(&hold);
	} while (t->status == PGWALK_TRANSLATE_RACED && pgwalk_hold_may_wait(&hold) &&
		 !fatal_signal_pending(current));
	return 0;
}

static int translate_logical(struct pgwalk_translate *t, const struct pgwalk_target *target)
{
	struct pgwalk_thread thread;
	int err = pgwalk_registers_read(target, t->tid, &thread);
	unsigned int status;

	if (err)
		return err;
	t->tid = thread.tid;
	t->thread_flags = thread.flags;
	t->segment = thread.segment[t->reg - 1];
	status = pgwalk_segment_linear(&t->segment, thread.flags & PGWALK_THREAD_32BIT, t->addr,
				       &t->linear);
	if (status == PGWALK_SEGMENT_OK)
		return translate_linear(t, target);
	t->segment.status = status;
	t->status = PGWALK_TRANSLATE_SEGMENT;
	return 0;
}

/**
 * pgwalk_translate_fill - translate an address
 * @t: in: @addr, @reg and @tid; without a register @addr is of the user half. Out: all that
 *     is said to be. What is not set must be zero
 * @target: the process
 *
 * Context: process context, may sleep; mmap_lock is held for one address.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone, or there is no
 * such thread.
 */
int pgwalk_translate_fill(struct pgwalk_translate *t, const struct pgwalk_target *target)
{
	if (t->reg)
		return translate_logical(t, target);
	t->linear = t->addr;
	return translate_linear(t, target);
}
