// SPDX-License-Identifier: GPL-2.0
/*
 * Tells a pointer to a table from any other entry, where descent.h does not at sight. It
 * must not read a table.
 */
#include <linux/pgtable.h>

#include "compat.h"
#include "descent.h"

/**
 * pgwalk_descent_judge - ask what the kernel would go on with, by its own predicates
 * @level: enum pgwalk_level
 * @value: an entry of it, for which that is not clear at sight
 *
 * Context: any.
 * Return: true: it points to a table.
 */
bool pgwalk_descent_judge(unsigned int level, u64 value)
{
	switch (level) {
	case PGWALK_LEVEL_PGD:
		if (!pgtable_l5_enabled())	/* the pgd is the p4d, whose predicates judge */
			return pgwalk_descent_judge(PGWALK_LEVEL_P4D, value);
		return !pgd_none(__pgd(value)) && !pgd_bad(__pgd(value));
	case PGWALK_LEVEL_P4D:
		return !p4d_none(__p4d(value)) && p4d_present(__p4d(value)) &&
		       !p4d_bad(__p4d(value));
	case PGWALK_LEVEL_PUD:
		return !pud_none(__pud(value)) && !pgwalk_pud_leaf(__pud(value)) &&
		       pud_present(__pud(value)) && !pud_bad(__pud(value));
	default:
		return !pmd_none(__pmd(value)) && pmd_present(__pmd(value)) &&
		       !pmd_leaf(__pmd(value)) && !pmd_bad(__pmd(value));
	}
}
