/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* An open file of /dev/pgwalk_lab, its pages, and the mapping in which they are mapped. */
#ifndef PGWALK_LAB_H
#define PGWALK_LAB_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct file;
struct mm_struct;
struct page;
struct vm_area_struct;

/**
 * struct pgwalk_lab - an open file
 * @slots:	struct pgwalk_lab_slot by index in the mapping; slots are freed when the file is released
 * @nr_slots:	number of @slots
 * @nr_vmas:	1 if the file is mapped; 2 for a moment while mremap() is refused
 */
struct pgwalk_lab {
	struct xarray slots;
	atomic_t nr_slots;
	atomic_t nr_vmas;
};

/**
 * struct pgwalk_lab_slot - a page of an open file
 * @page:	the page; the slot has a reference, and each entry that maps it
 * @prot:	PGWALK_LAB_PROT_* of its entry, 0: not mapped. Written with mmap_lock held for writing
 */
struct pgwalk_lab_slot {
	struct page *page;
	u32 prot;
};

int pgwalk_lab_mmap(struct file *file, struct vm_area_struct *vma);
struct vm_area_struct *pgwalk_lab_find_vma(struct mm_struct *mm, const struct file *file,
					   unsigned long addr);
struct pgwalk_lab_slot *pgwalk_lab_slot_of(const struct vm_area_struct *vma, unsigned long addr);
unsigned long pgwalk_lab_index(const struct vm_area_struct *vma, unsigned long addr);
bool pgwalk_lab_entry_is_present(struct vm_area_struct *vma, unsigned long addr);
int pgwalk_lab_entry_write(struct vm_area_struct *vma, unsigned long addr,
			   struct pgwalk_lab_slot *slot, u32 prot);
void pgwalk_lab_entry_clear(struct vm_area_struct *vma, unsigned long addr);

#endif /* PGWALK_LAB_H */
