// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Translates one address, logical or linear, into a record: the segment, the entries of
 * all levels and the mapping. Entries and mapping are read in one section.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "arch/parts.h"
#include "arch/pgtable.h"
#include "compat.h"
#include "entry.h"
#include "facts.h"
#include "mm_section.h"
#include "refine.h"
#include "shmem.h"
#include "target.h"
#include "translate.h"
#include "uapi/pgwalk.h"
#include "vma.h"
#include "walk.h"

static void fill_vma(struct pgwalk_translate *t, struct pgwalk_mm_section *section)
{
	struct vm_area_struct *vma = pgwalk_mm_section_find_vma(section, t->linear);

	if (vma && vma->vm_start <= t->linear) {
		t->vma_start = vma->vm_start;
		t->vma_end = vma->vm_end;
		t->vm_flags = vma->vm_flags;
		t->vma_kind = pgwalk_vma_kind(vma);
		t->vma_prot = pgwalk_vma_prot(vma->vm_flags);
	} else {
		t->vma_start = 0;
		t->vma_end = 0;
		t->vm_flags = 0;
		t->vma_kind = 0;
		t->vma_prot = 0;
	}
	pgwalk_facts_fill(t, vma);
	if (t->pkru_tid)
		t->facts |= PGWALK_FACT_PKRU;
}

static __always_inline void fill_step(struct pgwalk_step *step, unsigned int level, u64 value,
				      u64 table_pfn, unsigned long addr)
{
	if (likely(level > PGWALK_LEVEL_PTE && pgwalk_arch_is_ordinary_table(value)))
		pgwalk_entry_decode_table(&step->entry, level, value);
	else if (likely(level == PGWALK_LEVEL_PTE && pgwalk_arch_is_ordinary(value)))
		pgwalk_entry_decode_ordinary(&step->entry, value);
	else
		pgwalk_entry_decode(&step->entry, level, value);
	step->table_pfn = table_pfn;
	step->index = pgwalk_arch_index(level, addr);
	step->reserved = 0;
}

/* Flags of the steps of a translation: @all: each step has them; @any: a step after the first one */
struct step_flags {
	u64 all;
	u64 any;
};

/* Fill the steps from the root down. A level that this CPU folds has no step. */
static struct step_flags fill_steps(struct pgwalk_translate *t, const struct pgwalk_path *path,
				    unsigned long root_pfn)
{
	struct step_flags flags = { .all = ~0ULL };
	struct pgwalk_step *step = t->step;
	u64 table_pfn = root_pfn;
	unsigned int level;

	/* Unrolled, so that shift, index and level of each step are constants. */
#pragma GCC unroll 5
	for (level = PGWALK_LEVEL_PGD; level >= PGWALK_LEVEL_PTE; level--) {
		if (level < path->level)
			break;
		if (!pgwalk_arch_has_level(level))
			continue;
		fill_step(step, level, path->value[level], table_pfn, t->linear);
		flags.all &= step->entry.flags;
		if (level != PGWALK_LEVEL_PGD)
			flags.any |= step->entry.flags;
		table_pfn = step->entry.pfn;
		step++;
	}
	t->nr_steps = step - t->step;
	return flags;
}

/* Within the section: mmap_lock and mm_users are held. */
static void read_levels(struct pgwalk_translate *t, struct pgwalk_mm_section *section)
{
	struct pgwalk_entry *last;
	struct pgwalk_path path PGWALK_UNINITIALIZED;
	struct step_flags flags;

	fill_vma(t, section);
	switch (pgwalk_walk_path(section, t->linear, &path)) {
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
	flags = fill_steps(t, &path, PHYS_PFN(__pa(section->mm->pgd)));
	last = &t->step[t->nr_steps - 1].entry;
	if (!pgwalk_refine_is_final(last)) {
		pgwalk_refine_entry(section, t->linear, last);
		pgwalk_shmem_refine(section, t->linear, last);
	}
	/* A refinement changes no flag that decides the access. */
	t->prot = pgwalk_arch_prot(t, flags.all, flags.any);
}

static int read_linear(struct pgwalk_translate *t, const struct pgwalk_target *target,
		       struct pgwalk_vma_hint *hint)
{
	struct pgwalk_mm_section section PGWALK_UNINITIALIZED;
	int err;

	pgwalk_mm_section_init(&section, target->mm, hint);

	do {
		err = pgwalk_mm_section_begin(&section);
		if (err)
			return err;
		t->nr_steps = 0;
		read_levels(t, &section);
		pgwalk_mm_section_end(&section);
	} while (t->status == PGWALK_TRANSLATE_RACED && pgwalk_mm_section_may_wait(&section) &&
		 !fatal_signal_pending(current));
	return 0;
}

static int translate_linear(struct pgwalk_translate *t, const struct pgwalk_target *target,
			    struct pgwalk_vma_hint *hint)
{
	return pgwalk_arch_read_keys(t, target) ?: read_linear(t, target, hint);
}

static int translate_logical(struct pgwalk_translate *t, const struct pgwalk_target *target,
			     struct pgwalk_vma_hint *hint)
{
	int err = pgwalk_arch_linear(t, target);

	if (err)
		return err < 0 ? err : 0;
	return translate_linear(t, target, hint);
}

/**
 * pgwalk_translate_fill - translate an address
 * @t: in: @addr, @reg and @tid; without a register @addr is in the user half. Out: the fields
 *     that struct pgwalk_translate documents as set, and @nr_steps of @step. All other fields but
 *     @step must be zero
 * @target: the process
 * @hint: VMA of the translation before, of the same address space; zero at first. NULL: none
 *
 * Context: process context, may sleep; mmap_lock is held for one address.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone, or there is no
 * such thread; -EOPNOTSUPP: a register on an architecture without segments.
 */
int pgwalk_translate_fill(struct pgwalk_translate *t, const struct pgwalk_target *target,
			  struct pgwalk_vma_hint *hint)
{
	if (t->reg)
		return translate_logical(t, target, hint);
	t->linear = t->addr;
	return translate_linear(t, target, hint);
}

/* Remove raw entries, frame numbers, places in swap, and the facts, which are about the page cache. */
static void redact(struct pgwalk_translate *t)
{
	unsigned int i;

	for (i = 0; i < PGWALK_MAX_LEVELS; i++) {
		if (i < t->nr_steps)
			t->step[i].entry.flags |= PGWALK_F_REDACTED;
		t->step[i].table_pfn = 0;
		t->step[i].entry.value = 0;
		t->step[i].entry.pfn = 0;
		t->step[i].entry.swap_type = 0;
	}
	t->vma_offset = 0;
	t->vma_pkey = 0;
	t->facts = 0;
	t->flags = PGWALK_REDACTED;
}

/**
 * pgwalk_translate_fill_redacted - translate an address for a user that may not see frames
 * @t: as for pgwalk_translate_fill(), without @reg and @tid. No register is read
 * @target: the process
 * @hint: as for pgwalk_translate_fill()
 *
 * Context: as pgwalk_translate_fill().
 * Return: as pgwalk_translate_fill().
 */
int pgwalk_translate_fill_redacted(struct pgwalk_translate *t, const struct pgwalk_target *target,
				   struct pgwalk_vma_hint *hint)
{
	int err;

	t->linear = t->addr;
	err = read_linear(t, target, hint);
	redact(t);
	return err;
}
