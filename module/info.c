// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reports the paging modes of this kernel and CPU, the features that the module has here
 * and its cost counters, as one record.
 */
#include <linux/mm.h>
#include <linux/string.h>

#include "arch/config.h"
#include "arch/parts.h"
#include "arch/pgtable.h"
#include "buffer.h"
#include "compat.h"
#include "delegate.h"
#include "info.h"
#include "kfunc.h"
#include "stats.h"
#include "uapi/pgwalk.h"

static u64 features(void)
{
	/* numa-hint is reported if a VMA can be read without waiting. */
	bool reads_vma = !PGWALK_WALK_UNLOCKED || PGWALK_VMA_RCU;

	return PGWALK_FEATURE_SCAN | PGWALK_FEATURE_VMAS | PGWALK_FEATURE_TRANSLATE |
	       PGWALK_FEATURE_FRAMES | (PGWALK_RMAP ? PGWALK_FEATURE_RMAP : 0) |
	       pgwalk_arch_features() |
	       PGWALK_FEATURE_MM | PGWALK_FEATURE_TABLES |
	       (pgwalk_kfunc_is_registered() ? PGWALK_FEATURE_KFUNC : 0) |
	       (reads_vma ? PGWALK_FEATURE_NUMA_HINT : 0) |
	       (pgwalk_delegate_is_on() ? PGWALK_FEATURE_DELEGATE : 0);
}

/* Fill the levels from the root down. A level that this CPU folds is left out. */
static void fill_geometry(struct pgwalk_info *info)
{
	unsigned int level;

	for (level = PGWALK_LEVEL_PGD; level; level--) {
		if (!pgwalk_arch_has_level(level))
			continue;
		info->geometry[info->nr_levels++] = (struct pgwalk_geometry) {
			.level = level,
			.shift = pgwalk_arch_shift(level),
			.leaf = pgwalk_arch_may_be_leaf(level),
			.entries = pgwalk_arch_entries(level),
		};
	}
}

/**
 * pgwalk_info_fill - fill in the whole record
 * @info: all fields are set; @size is the size of the kernel's struct
 *
 * Context: any.
 */
void pgwalk_info_fill(struct pgwalk_info *info)
{
	*info = (struct pgwalk_info) {
		.size = sizeof(*info),
		.abi = PGWALK_ABI_VERSION,
		.features = features(),
		.paging = pgwalk_arch_paging() |
			  (PGWALK_TABLES_RCU ? PGWALK_PAGING_RCU_TABLES : 0),
		.user_end = pgwalk_arch_user_end(),
		.zero_pfn = page_to_pfn(ZERO_PAGE(0)),
		.newest_tested = PGWALK_NEWEST_TESTED,
		.page_shift = PAGE_SHIFT,
		.arch = PGWALK_ARCH,
		.buffer_bytes = pgwalk_buffer_total(),
	};
	fill_geometry(info);
	pgwalk_stats_fill(info);
}

/**
 * pgwalk_info_redact - leave the fields that a delegated file may report
 * @info: filled; the fields that depend on other users, or have a frame number, are set to 0
 *
 * Context: any.
 */
void pgwalk_info_redact(struct pgwalk_info *info)
{
	const u64 calls = PGWALK_FEATURE_SCAN | PGWALK_FEATURE_VMAS | PGWALK_FEATURE_TRANSLATE |
			  PGWALK_FEATURE_MM | PGWALK_FEATURE_TABLES | PGWALK_FEATURE_NUMA_HINT |
			  PGWALK_FEATURE_DELEGATE;
	struct pgwalk_info kept = {
		.size = info->size,
		.abi = info->abi,
		.features = (info->features & calls) | PGWALK_FEATURE_REDACTED,
		.paging = info->paging,
		.nr_levels = info->nr_levels,
		.user_end = info->user_end,
		.newest_tested = info->newest_tested,
		.page_shift = info->page_shift,
		.arch = info->arch,
	};

	memcpy(kept.geometry, info->geometry, sizeof(kept.geometry));
	*info = kept;
}
