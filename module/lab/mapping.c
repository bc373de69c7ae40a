// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The mapping of an open file of /dev/pgwalk_lab: writes and clears the entries of single pages, and
 * handles faults in it. Only exported functions of the kernel change page tables.
 *
 * Lifetimes. Pages are inserted by vm_insert_page(): each entry holds a reference to its page, and is counted
 * in its mapcount and in Rss. So munmap(), exit and exec drop what they find, and a page that another part of
 * the kernel has pinned outlives entry and file. The kernel frees tables with the mapping, as those of
 * any other mapping; it has no exported function that frees a single table.
 *
 * Locking. Entries are written and cleared with mmap_lock held for writing. The kernel calls fault() and
 * page_mkwrite() with mmap_lock held for reading, never with the lock of the VMA alone, because
 * the mapping has no map_pages() (vmf_can_call_fault() in mm/memory.c). So neither of them runs while an entry changes.
 *
 * The mapping stays as mmap() made it. VM_DONTCOPY: fork() copies no mapping, and VM_IO refuses
 * madvise(MADV_DOFORK). It is never split, moved, expanded or changed by mprotect().
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pagemap.h>

#include "../compat.h"
#include "../uapi/pgwalk_lab.h"
#include "lab.h"

static struct pgwalk_lab *lab_of(const struct vm_area_struct *vma)
{
	return vma->vm_private_data;
}

/* Called for the copy of a mapping that mremap() makes before it calls vma_mremap() */
static void vma_open(struct vm_area_struct *vma)
{
	atomic_inc(&lab_of(vma)->nr_vmas);
}

static void vma_close(struct vm_area_struct *vma)
{
	atomic_dec(&lab_of(vma)->nr_vmas);
}

static int vma_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	return -EINVAL;
}

static int vma_mremap(struct vm_area_struct *vma)
{
	return -EINVAL;
}

static int vma_mprotect(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			unsigned long flags)
{
	return -EACCES;
}

static vm_fault_t vma_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGSEGV;
}

/*
 * A write to a read-only entry: a signal, unless the entry is read-only because the kernel
 * tracks writes (clear_refs); then the kernel makes it writable.
 */
static vm_fault_t vma_page_mkwrite(struct vm_fault *vmf)
{
	const struct pgwalk_lab_slot *slot = pgwalk_lab_slot_of(vmf->vma, vmf->address);

	if (!slot || slot->prot != PGWALK_LAB_PROT_WRITE)
		return VM_FAULT_SIGSEGV;
	lock_page(vmf->page);
	return VM_FAULT_LOCKED;
}

static const struct vm_operations_struct vm_ops = {
	.open = vma_open,
	.close = vma_close,
	.may_split = vma_may_split,
	.mremap = vma_mremap,
	.mprotect = vma_mprotect,
	.fault = vma_fault,
	.page_mkwrite = vma_page_mkwrite,
};

/**
 * pgwalk_lab_mmap - map an open file, without any page
 * @file: open file
 * @vma: the new mapping
 *
 * Execution is not allowed: if the mapping allows a fetch and the entry forbids it, the kernel handles the
 * fault as a spurious one, and repeats the fetch without end.
 *
 * Context: mmap_lock held for writing.
 * Return: 0; -EINVAL: private, or the offset is not 0; -EACCES: PROT_EXEC; -EBUSY: the file is mapped.
 */
int pgwalk_lab_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct pgwalk_lab *lab = file->private_data;

	if (!(vma->vm_flags & VM_SHARED) || vma->vm_pgoff)
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC)
		return -EACCES;
	if (atomic_cmpxchg(&lab->nr_vmas, 0, 1))
		return -EBUSY;
	pgwalk_vm_flags_mod(vma, VM_MIXEDMAP | VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP,
			    VM_MAYEXEC);
	vma->vm_private_data = lab;
	vma->vm_ops = &vm_ops;
	return 0;
}

/**
 * pgwalk_lab_find_vma - find the mapping of a file at an address
 * @mm: address space, with mmap_lock held
 * @file: open file
 * @addr: address
 *
 * Return: the mapping; NULL: none of this file.
 */
struct vm_area_struct *pgwalk_lab_find_vma(struct mm_struct *mm, const struct file *file,
					   unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	if (!vma || addr < vma->vm_start || vma->vm_file != file || vma->vm_ops != &vm_ops)
		return NULL;
	return vma;
}

/**
 * pgwalk_lab_index - return the index of a page in a mapping
 * @vma: the mapping
 * @addr: address in it
 */
unsigned long pgwalk_lab_index(const struct vm_area_struct *vma, unsigned long addr)
{
	return (addr - vma->vm_start) >> PAGE_SHIFT;
}

/**
 * pgwalk_lab_slot_of - find the page of an address
 * @vma: the mapping
 * @addr: address in it
 *
 * Context: any.
 * Return: the slot; NULL: the address never had a page.
 */
struct pgwalk_lab_slot *pgwalk_lab_slot_of(const struct vm_area_struct *vma, unsigned long addr)
{
	return xa_load(&lab_of(vma)->slots, pgwalk_lab_index(vma, addr));
}

/**
 * pgwalk_lab_entry_is_present - test if an address has an entry that maps a page
 * @vma: the mapping, mmap_lock held for writing
 * @addr: address of a page in it
 */
bool pgwalk_lab_entry_is_present(struct vm_area_struct *vma, unsigned long addr)
{
	return pgwalk_has_entry(vma, addr);
}

/* Make the entry of a page writable, with the lock of its table held. It needs no flush. */
static int make_writable(pte_t *pte, unsigned long addr, void *data)
{
	struct vm_area_struct *vma = data;

	/* madvise(MADV_DONTNEED) takes the lock of the VMA alone and may have cleared the entry */
	if (!pte_present(*pte))
		return -ENOENT;
	set_pte_at(vma->vm_mm, addr, pte, pgwalk_pte_mkwrite(*pte));
	return 0;
}

/**
 * pgwalk_lab_entry_clear - clear an entry and flush it from the TLBs
 * @vma: the mapping, mmap_lock held for writing
 * @addr: address of a page in it
 */
void pgwalk_lab_entry_clear(struct vm_area_struct *vma, unsigned long addr)
{
	pgwalk_zap_page(vma, addr);
}

/**
 * pgwalk_lab_entry_write - allocate the missing tables and write an entry
 * @vma: the mapping, mmap_lock held for writing
 * @addr: address of a page in it
 * @slot: the page; @slot->prot is set
 * @prot: PGWALK_LAB_PROT_*
 *
 * The kernel inserts the page read-only, because the mapping has page_mkwrite().
 *
 * Context: may sleep.
 * Return: 0; -EBUSY: there is an entry; -ENOMEM: no entry was written. Tables that were
 * allocated before the failure stay, empty, until the mapping is removed.
 */
int pgwalk_lab_entry_write(struct vm_area_struct *vma, unsigned long addr,
			   struct pgwalk_lab_slot *slot, u32 prot)
{
	int err = vm_insert_page(vma, addr, slot->page);

	if (err)
		return err;
	slot->prot = prot;
	if (prot != PGWALK_LAB_PROT_WRITE)
		return 0;
	err = apply_to_page_range(vma->vm_mm, addr, PAGE_SIZE, make_writable, vma);
	if (err) {
		pgwalk_lab_entry_clear(vma, addr);
		slot->prot = 0;
	}
	return err;
}
