/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way down from the root of an address space: for walk.c and walk_copy.c, which keep
 * the rules that it counts on (walk.c lists them). Inline, for it is most of each read.
 */
#ifndef PGWALK_DESCENT_H
#define PGWALK_DESCENT_H

#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "entry_x86.h"
#include "uapi/pgwalk.h"

/**
 * struct pgwalk_descent - where a walk from the root came to
 * @level:	of the last entry that was read; PGWALK_LEVEL_PTE: that is the pmd, it points
 *		to a table of ptes, and none of these was read yet
 * @entry:	the last entry that was read, in its table
 * @value:	what it was
 */
struct pgwalk_descent {
	unsigned int level;
	void *entry;
	u64 value;
};

bool pgwalk_descent_judge(unsigned int level, u64 value);

/* An entry with PSE set is no table on any level, be it present or not. */
static __always_inline bool pgwalk_descent_is_table(unsigned int level, u64 value)
{
	return likely(pgwalk_entry_x86_is_table(value)) ||
	       (value && !(value & _PAGE_PSE) && pgwalk_descent_judge(level, value));
}

/*
 * Go down from the root until there is no table to go on with. The result is good as
 * long as interrupts stay off. @values, if not NULL, is given all that was read.
 */
static __always_inline struct pgwalk_descent
pgwalk_descend(struct mm_struct *mm, unsigned long addr, u64 *values)
{
	struct pgwalk_descent at = { .level = PGWALK_LEVEL_PGD };
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pgd_t *pgd;

	/* Rule 1 of walk.c. Rules 2 and 3 are the callers'. */
	lockdep_assert_irqs_disabled();

	/* With PTI this is the kernel's pgd; user mode has a copy, not walked. */
	pgd = pgd_offset(mm, addr);
	at.entry = pgd;
	at.value = pgd_val(READ_ONCE(*pgd));
	if (values)
		values[PGWALK_LEVEL_PGD] = at.value;

	/* With four levels the pgd is the p4d: there is no entry between. */
	if (pgtable_l5_enabled()) {
		if (!pgwalk_descent_is_table(PGWALK_LEVEL_PGD, at.value))
			return at;
		p4d = (p4d_t *)pgwalk_entry_x86_table(at.value) + p4d_index(addr);
		at = (struct pgwalk_descent){ PGWALK_LEVEL_P4D, p4d, p4d_val(READ_ONCE(*p4d)) };
		if (values)
			values[PGWALK_LEVEL_P4D] = at.value;
	}
	if (!pgwalk_descent_is_table(PGWALK_LEVEL_P4D, at.value))
		return at;

	pud = (pud_t *)pgwalk_entry_x86_table(at.value) + pud_index(addr);
	at = (struct pgwalk_descent){ PGWALK_LEVEL_PUD, pud, pud_val(READ_ONCE(*pud)) };
	if (values)
		values[PGWALK_LEVEL_PUD] = at.value;
	if (!pgwalk_descent_is_table(PGWALK_LEVEL_PUD, at.value))
		return at;

	pmd = (pmd_t *)pgwalk_entry_x86_table(at.value) + pmd_index(addr);
	at = (struct pgwalk_descent){ PGWALK_LEVEL_PMD, pmd, pmd_val(READ_ONCE(*pmd)) };
	if (values)
		values[PGWALK_LEVEL_PMD] = at.value;
	if (pgwalk_descent_is_table(PGWALK_LEVEL_PMD, at.value))
		at.level = PGWALK_LEVEL_PTE;
	return at;
}

/*
 * Is this still the table? If not, what was read from it may be of a table on its
 * way out, though not of one that was freed. The CPU and the aging of pages set
 * and clear the accessed bit at any time: it says nothing.
 */
static __always_inline bool pgwalk_descent_is_unchanged(const struct pgwalk_descent *at)
{
	u64 now = pmd_val(READ_ONCE(*(pmd_t *)at->entry));

	return !((now ^ at->value) & ~(u64)_PAGE_ACCESSED);
}

/* Not pte_offset_map(): it takes RCU, which disabled interrupts imply, and is not exported. */
static __always_inline const pte_t *
pgwalk_descent_pte(const struct pgwalk_descent *at, unsigned long addr)
{
	return (const pte_t *)pgwalk_entry_x86_table(at->value) + pte_index(addr);
}

/*
 * The lock of the table that the last entry of a descent is in (rule 4 of walk.c). NULL: an
 * entry that points to tables only, and is never cleared while a page is mapped below it.
 */
static __always_inline spinlock_t *
pgwalk_descent_lock(struct mm_struct *mm, const struct pgwalk_descent *at)
{
	pmd_t pmd;

	switch (at->level) {
	case PGWALK_LEVEL_PTE:
		pmd = __pmd(at->value);
		return pte_lockptr(mm, &pmd);
	case PGWALK_LEVEL_PMD:
		return pmd_lockptr(mm, at->entry);
	case PGWALK_LEVEL_PUD:
		return pud_lockptr(mm, at->entry);
	default:
		return NULL;
	}
}

#endif /* PGWALK_DESCENT_H */
