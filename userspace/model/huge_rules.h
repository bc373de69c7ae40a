/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Differences between kernels in the rules of huge pages, and the settings that allow a size. For huge*.c only. */
#ifndef PGWALK_MODEL_HUGE_RULES_H
#define PGWALK_MODEL_HUGE_RULES_H

#include "huge.h"

/* Flags with the same number in all supported kernels */
#define VM_PFNMAP	0x400ULL
#define VM_IO		0x4000ULL
#define VM_DONTEXPAND	0x40000ULL
#define VM_HUGETLB	0x400000ULL
#define VM_MIXEDMAP	0x10000000ULL
#define VM_HUGEPAGE	0x20000000ULL
#define VM_NOHUGEPAGE	0x40000000ULL
#define VM_SPECIAL	(VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP)

#define UFFD_ARMED	(PGWALK_FACT_UFFD_MISSING | PGWALK_FACT_UFFD_MINOR | PGWALK_FACT_UFFD_WP | \
			 PGWALK_FACT_UFFD_RWP)

/**
 * struct huge_rules - differences between kernels
 * @version: first kernel with these rules, of those that were read
 * @needs_writable: a slot without a writable entry is refused (SCAN_PAGE_RO)
 * @empty_error: errno of empty entries with userfaultfd (SCAN_EXCEED_NONE_PTE)
 * @empty_table: a page table without entries is collapsed
 * @anon_vma_refuses: a private mapping of a file with any copied page is refused
 * @file_needs_directory: a slot of shared memory is refused where the table of the level above its own is missing
 * @file_needs_table: so is a slot without a page table, unless its folio is huge
 * @forced_shmem_size: MADV_COLLAPSE obeys the settings of sizes of shared memory, in files without a name
 * @tmpfs_sizes: the mount option huge= allows folios of all sizes, not only huge ones
 * @keeps_lazyfree: khugepaged leaves pages alone that are freed with MADV_FREE and were not written since
 * @eligible_of_size: THPeligible of shared memory counts only sizes that fit into the mapping
 */
struct huge_rules {
	uint32_t version;
	bool needs_writable;
	int empty_error;
	bool empty_table;
	bool anon_vma_refuses;
	bool file_needs_directory;
	bool file_needs_table;
	bool forced_shmem_size;
	bool tmpfs_sizes;
	bool keeps_lazyfree;
	bool eligible_of_size;
};

/* What the settings say about folios of a size, without MADV_COLLAPSE */
enum huge_setting {
	HUGE_SETTING_ALLOWED,
	HUGE_SETTING_NEVER,		/* the setting of the size */
	HUGE_SETTING_MADVISE,
	HUGE_SETTING_INHERIT_NEVER,	/* the size inherits it */
	HUGE_SETTING_INHERIT_MADVISE,
	HUGE_SETTING_DENY,		/* shmem_enabled */
	HUGE_SETTING_FORCE,		/* shmem_enabled is force, which other sizes have */
	HUGE_SETTING_MOUNT_NEVER,	/* the mount option huge= */
	HUGE_SETTING_MOUNT_ADVISE,
	HUGE_SETTING_MOUNT_UNKNOWN,
	HUGE_SETTING_WITHIN_SIZE,	/* the file is too short */
	HUGE_SETTING_TMPFS,		/* tmpfs of this kernel has huge folios only */
};

bool huge__is_special(const struct huge_mapping *m);
bool huge__is_lazyfree(const struct pgwalk_frame_run *run);
bool huge__is_unadvised(const struct huge *h, const struct huge_mapping *m);

bool huge_setting__allows(uint8_t setting, uint64_t vm_flags);
bool huge_setting__allows_forced(const struct huge *h, const struct huge_mapping *m);
enum huge_setting huge_setting__anon(const struct huge *h, const struct huge_mapping *m, unsigned int shift);
enum huge_setting huge_setting__shmem(const struct huge *h, const struct huge_mapping *m, unsigned int shift);
enum huge_setting huge_setting__collapse(const struct huge *h, const struct huge_mapping *m);
uint8_t huge_setting__of(const struct huge *h, const struct huge_mapping *m, unsigned int shift);
int huge_setting__shmem_eligible(const struct huge *h, const struct huge_mapping *m);

#endif
