// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decides whether the settings allow folios of a size in a mapping: sysfs with its inheritance, and huge= of a tmpfs. The
 * rules are those of thp_vma_allowable_orders() in include/linux/huge_mm.h and of shmem_is_huge() or
 * shmem_allowable_huge_orders() in mm/shmem.c, read in 6.1.192, 6.12.95 and 7.3.4.
 */
#include <stddef.h>

#include "../lib/page_size.h"
#include "huge_rules.h"

static const struct inspect_thp_size *size_of(const struct huge *h, unsigned int shift)
{
	unsigned int i;

	for (i = 0; i < h->thp->nr_sizes; i++)
		if (h->thp->size[i].shift == shift)
			return &h->thp->size[i];
	return NULL;
}

/**
 * huge_setting__allows - test if a setting allows huge pages in a mapping
 * @setting: enum inspect_thp_setting
 * @vm_flags: flags of the mapping
 */
bool huge_setting__allows(uint8_t setting, uint64_t vm_flags)
{
	switch (setting) {
	case INSPECT_THP_MADVISE:
	case INSPECT_THP_ADVISE:
		return vm_flags & VM_HUGEPAGE;
	case INSPECT_THP_NEVER:
	case INSPECT_THP_DENY:
		return false;
	}
	return true;
}

/* A setting that does not allow is never, or has a condition that is not met */
static enum huge_setting judge(uint8_t setting, bool inherited, uint64_t vm_flags)
{
	if (huge_setting__allows(setting, vm_flags))
		return HUGE_SETTING_ALLOWED;
	if (setting == INSPECT_THP_NEVER)
		return inherited ? HUGE_SETTING_INHERIT_NEVER : HUGE_SETTING_NEVER;
	return inherited ? HUGE_SETTING_INHERIT_MADVISE : HUGE_SETTING_MADVISE;
}

/**
 * huge_setting__anon - decide about a size of folios of anonymous memory
 * @h: the rules
 * @m: the mapping
 * @shift: log2 of the size in bytes
 *
 * Return: enum huge_setting.
 */
enum huge_setting huge_setting__anon(const struct huge *h, const struct huge_mapping *m, unsigned int shift)
{
	const struct inspect_thp_size *size = size_of(h, shift);

	/* before 6.8 there is one setting, for huge pages; a size without the file enabled is for shared memory only */
	if (!size || size->anon == INSPECT_THP_UNKNOWN)
		return size || shift != h->shift ? HUGE_SETTING_NEVER : judge(h->thp->anon, false, m->vm_flags);
	if (size->anon == INSPECT_THP_INHERIT)
		return judge(h->thp->anon, true, m->vm_flags);
	return judge(size->anon, false, m->vm_flags);
}

/* Does the first folio of the mapping end inside of the file? The kernel tests that of the fault; it tests this one for smaps */
static bool is_within(const struct huge_mapping *m, unsigned int shift)
{
	const uint64_t size = 1ULL << shift, page = page_bytes();

	return ((m->offset + size) & -size) <= ((m->file_size + page - 1) & -page);
}

/* The setting of the filesystem, with its exceptions in shmem_enabled */
static enum huge_setting judge_mount(const struct huge *h, const struct huge_mapping *m, unsigned int shift)
{
	if (h->thp->shmem == INSPECT_THP_DENY)
		return HUGE_SETTING_DENY;
	if (h->thp->shmem == INSPECT_THP_FORCE)
		return shift == h->shift ? HUGE_SETTING_ALLOWED : HUGE_SETTING_FORCE;
	switch (m->mount) {
	case INSPECT_THP_ALWAYS:
		return HUGE_SETTING_ALLOWED;
	case INSPECT_THP_WITHIN_SIZE:
		return m->vm_flags & VM_HUGEPAGE || is_within(m, shift) ? HUGE_SETTING_ALLOWED :
									HUGE_SETTING_WITHIN_SIZE;
	case INSPECT_THP_ADVISE:
		return m->vm_flags & VM_HUGEPAGE ? HUGE_SETTING_ALLOWED : HUGE_SETTING_MOUNT_ADVISE;
	case INSPECT_THP_NEVER:
		return HUGE_SETTING_MOUNT_NEVER;
	}
	return HUGE_SETTING_MOUNT_UNKNOWN;
}

/* What a size inherits: whether the filesystem has large folios at all */
static enum huge_setting judge_inherited(const struct huge *h, const struct huge_mapping *m)
{
	const unsigned int smallest = h->rules->tmpfs_sizes ? page_shift() + 1 : h->shift;
	const enum huge_setting setting = judge_mount(h, m, h->shift);

	if (setting == HUGE_SETTING_WITHIN_SIZE && is_within(m, smallest))
		return HUGE_SETTING_ALLOWED;
	if (setting == HUGE_SETTING_MOUNT_NEVER)
		return HUGE_SETTING_INHERIT_NEVER;
	return setting == HUGE_SETTING_MOUNT_ADVISE ? HUGE_SETTING_INHERIT_MADVISE : setting;
}

/**
 * huge_setting__shmem - decide about a size of folios of shared memory
 * @h: the rules
 * @m: the mapping
 * @shift: log2 of the size in bytes
 *
 * Return: enum huge_setting.
 */
enum huge_setting huge_setting__shmem(const struct huge *h, const struct huge_mapping *m, unsigned int shift)
{
	const struct inspect_thp_size *size = size_of(h, shift);

	if (!h->thp->nr_sizes)
		return shift == h->shift ? judge_mount(h, m, shift) : HUGE_SETTING_NEVER;
	if (!m->unlinked)
		return shift == h->shift || h->rules->tmpfs_sizes ? judge_mount(h, m, shift) : HUGE_SETTING_TMPFS;
	if (h->thp->shmem == INSPECT_THP_DENY)
		return HUGE_SETTING_DENY;
	if (!size || size->shmem == INSPECT_THP_UNKNOWN)
		return HUGE_SETTING_NEVER;
	if (h->thp->shmem == INSPECT_THP_FORCE)
		return size->shmem == INSPECT_THP_INHERIT ? HUGE_SETTING_ALLOWED : HUGE_SETTING_FORCE;
	if (size->shmem == INSPECT_THP_INHERIT)
		return judge_inherited(h, m);
	if (size->shmem == INSPECT_THP_WITHIN_SIZE)
		return is_within(m, shift) ? HUGE_SETTING_ALLOWED : HUGE_SETTING_WITHIN_SIZE;
	return judge(size->shmem, false, m->vm_flags);
}

/* Does MADV_COLLAPSE count a size as allowed? */
static bool allows_forced(const struct huge *h, const struct huge_mapping *m, const struct inspect_thp_size *size)
{
	switch (size->shmem) {
	case INSPECT_THP_UNKNOWN:
		return false;
	case INSPECT_THP_INHERIT:
		return true;
	case INSPECT_THP_WITHIN_SIZE:
		return h->thp->shmem != INSPECT_THP_FORCE && is_within(m, size->shift);
	}
	return h->thp->shmem != INSPECT_THP_FORCE && huge_setting__allows(size->shmem, m->vm_flags);
}

/**
 * huge_setting__allows_forced - test if MADV_COLLAPSE may make huge pages in shared memory
 * @h: the rules
 * @m: the mapping; shmem_enabled is not deny
 *
 * Where it obeys the settings of sizes, any size that is allowed is enough: shmem_allowable_huge_orders() of 6.12 returns all
 * of them, not only the one that was asked for.
 */
bool huge_setting__allows_forced(const struct huge *h, const struct huge_mapping *m)
{
	unsigned int i;

	if (!h->rules->forced_shmem_size || !m->unlinked || !h->thp->nr_sizes)
		return true;
	for (i = 0; i < h->thp->nr_sizes; i++)
		if (allows_forced(h, m, &h->thp->size[i]))
			return true;
	return false;
}

/**
 * huge_setting__collapse - decide about huge pages of shared memory by khugepaged
 * @h: the rules
 * @m: the mapping
 *
 * Return: enum huge_setting. As for MADV_COLLAPSE, on 6.12 any size that is allowed is enough.
 */
enum huge_setting huge_setting__collapse(const struct huge *h, const struct huge_mapping *m)
{
	unsigned int i;

	for (i = 0; h->rules->forced_shmem_size && i < h->thp->nr_sizes; i++)
		if (huge_setting__shmem(h, m, h->thp->size[i].shift) == HUGE_SETTING_ALLOWED)
			return HUGE_SETTING_ALLOWED;
	return huge_setting__shmem(h, m, h->shift);
}

/* Does an aligned range of the size fit at the end of the mapping, as the kernel tests it? */
static bool fits(const struct huge_mapping *m, unsigned int shift)
{
	const uint64_t size = 1ULL << shift;

	return m->end >= size && ((m->end - size) & -size) >= m->start && !((m->start - m->offset) & (size - 1));
}

/**
 * huge_setting__shmem_eligible - compute THPeligible of a mapping of shared memory
 * @h: the rules
 * @m: the mapping
 *
 * Return: 0 or 1; -1: the setting of the tmpfs is unknown.
 */
int huge_setting__shmem_eligible(const struct huge *h, const struct huge_mapping *m)
{
	bool any_fits = false, any_allowed = false, both = false, unknown = false;
	unsigned int shift;

	for (shift = page_shift() + 1; shift <= h->shift; shift++) {
		const enum huge_setting setting = huge_setting__shmem(h, m, shift);

		any_fits |= fits(m, shift);
		any_allowed |= setting == HUGE_SETTING_ALLOWED;
		both |= setting == HUGE_SETTING_ALLOWED && fits(m, shift);
		unknown |= setting == HUGE_SETTING_MOUNT_UNKNOWN;
	}
	if (unknown)
		return -1;
	/* with one setting for all, only huge pages count */
	if (!h->thp->nr_sizes || h->rules->eligible_of_size)
		return both;
	return any_fits && any_allowed;
}

/**
 * huge_setting__of - return the setting of a size, or of the tmpfs of a file with a name
 * @h: the rules
 * @m: the mapping
 * @shift: log2 of the size in bytes
 *
 * Return: enum inspect_thp_setting.
 */
uint8_t huge_setting__of(const struct huge *h, const struct huge_mapping *m, unsigned int shift)
{
	const struct inspect_thp_size *size = size_of(h, shift);

	if (m->facts & PGWALK_FACT_ANON)
		return size ? size->anon : shift == h->shift ? h->thp->anon : INSPECT_THP_UNKNOWN;
	if (!m->shmem)
		return INSPECT_THP_UNKNOWN;
	return m->unlinked && size ? size->shmem : m->mount;
}
