// SPDX-License-Identifier: GPL-2.0
/*
 * Tells how this kernel and CPU page, what the module can do here and what it has
 * cost, as one record. It must not compute what somebody else keeps.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <asm/cpufeature.h>

#include "attach.h"
#include "compat.h"
#include "cost.h"
#include "entry.h"
#include "info.h"
#include "kfunc.h"
#include "uapi/pgwalk.h"

static u64 paging(void)
{
	return (pgtable_l5_enabled() ? PGWALK_PAGING_LA57 : 0) |
	       (boot_cpu_has(X86_FEATURE_PTI) ? PGWALK_PAGING_PTI : 0) |
	       (PGWALK_TABLES_RCU ? PGWALK_PAGING_RCU_TABLES : 0) |
	       (boot_cpu_has(X86_FEATURE_GBPAGES) ? PGWALK_PAGING_GB_LEAF : 0) |
	       (boot_cpu_has(X86_FEATURE_NX) ? PGWALK_PAGING_NX : 0) |
	       (boot_cpu_has(X86_FEATURE_OSPKE) ? PGWALK_PAGING_PKU : 0) |
	       (boot_cpu_has(X86_FEATURE_PCID) ? PGWALK_PAGING_PCID : 0);
}

static u64 features(void)
{
	/* numa-hint needs a VMA that can be read without waiting. */
	bool ask = !PGWALK_WALK_UNLOCKED || PGWALK_VMA_RCU;

	return PGWALK_FEATURE_SCAN | PGWALK_FEATURE_VMAS | PGWALK_FEATURE_TRANSLATE |
	       PGWALK_FEATURE_FRAMES | (PGWALK_RMAP ? PGWALK_FEATURE_RMAP : 0) |
	       PGWALK_FEATURE_SEGMENTS |
	       PGWALK_FEATURE_MM | PGWALK_FEATURE_TABLES |
	       (pgwalk_kfunc_is_there() ? PGWALK_FEATURE_KFUNC : 0) |
	       (ask ? PGWALK_FEATURE_NUMA_HINT : 0);
}

static unsigned int entries_of(unsigned int level)
{
	switch (level) {
	case PGWALK_LEVEL_PTE:
		return PTRS_PER_PTE;
	case PGWALK_LEVEL_PMD:
		return PTRS_PER_PMD;
	case PGWALK_LEVEL_PUD:
		return PTRS_PER_PUD;
	case PGWALK_LEVEL_P4D:
		return PTRS_PER_P4D;
	default:
		return PTRS_PER_PGD;
	}
}

static bool may_be_leaf(unsigned int level)
{
	return level <= PGWALK_LEVEL_PMD ||
	       (level == PGWALK_LEVEL_PUD && boot_cpu_has(X86_FEATURE_GBPAGES));
}

/* From the root down; with four levels the p4d is folded into the pgd. */
static void fill_geometry(struct pgwalk_info *info)
{
	unsigned int level;

	for (level = PGWALK_LEVEL_PGD; level; level--) {
		if (level == PGWALK_LEVEL_P4D && !pgtable_l5_enabled())
			continue;
		info->geometry[info->nr_levels++] = (struct pgwalk_geometry) {
			.level = level,
			.shift = pgwalk_entry_shift(level),
			.leaf = may_be_leaf(level),
			.entries = entries_of(level),
		};
	}
}

/**
 * pgwalk_info_fill - tell everything
 * @info: set whole; @size to that of the kernel's struct
 *
 * Context: any.
 */
void pgwalk_info_fill(struct pgwalk_info *info)
{
	*info = (struct pgwalk_info) {
		.size = sizeof(*info),
		.abi = PGWALK_ABI_VERSION,
		.features = features(),
		.paging = paging(),
		.attached = pgwalk_attach_count(),
		.user_end = TASK_SIZE_MAX,
		.zero_pfn = page_to_pfn(ZERO_PAGE(0)),
		.newest_tested = PGWALK_NEWEST_TESTED,
	};
	fill_geometry(info);
	pgwalk_cost_fill(info);
}
