// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Converts VMAs into records, by value. It holds mmap_lock for short batches; under the lock
 * it does not access user memory or page tables.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/kdev_t.h>
#include <linux/ktime.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/string_helpers.h>

#include "buffer.h"
#include "compat.h"
#include "stats.h"
#include "vma.h"

#define AIO_RING_MAGIC	0xa10a10a1UL	/* magic of the superblock in fs/aio.c */
#define HOLD_VMAS	64		/* maximum of VMAs in one hold of mmap_lock */
#define HOLD_NS		(90 * NSEC_PER_USEC)	/* one more step stays below 100 us */

static bool is_special_mapping(const struct vm_area_struct *vma)
{
	return !vma->vm_file && vma->vm_ops && vma->vm_ops->name;
}

/* Test for the pages that the loader added after the data of the executable. */
static bool is_bss(const struct vm_area_struct *vma)
{
	return vma->vm_start == PAGE_ALIGN(READ_ONCE(vma->vm_mm->end_data));
}

static unsigned int kind_without_file(struct vm_area_struct *vma)
{
	if (is_special_mapping(vma))
		return PGWALK_VMA_VDSO;
	if (pgwalk_vma_is_heap(vma))
		return PGWALK_VMA_HEAP;
	if (pgwalk_vma_is_stack(vma) || vma->vm_flags & VM_GROWSDOWN)
		return PGWALK_VMA_STACK;
	if (vma->vm_flags & (VM_IO | VM_PFNMAP))
		return PGWALK_VMA_DEVICE;
	if (!vma_is_anonymous(vma))
		return PGWALK_VMA_OTHER;
	return is_bss(vma) ? PGWALK_VMA_BSS : PGWALK_VMA_ANON;
}

/**
 * pgwalk_vma_is_shmem - test if a mapping of a file maps tmpfs or memfd memory
 * @vma: a mapping with a file
 *
 * Context: @vma is kept as for pgwalk_vma_kind().
 */
bool pgwalk_vma_is_shmem(const struct vm_area_struct *vma)
{
	return file_inode(vma->vm_file)->i_sb->s_magic == TMPFS_MAGIC;
}

/**
 * pgwalk_vma_has_page_cache - test if a mapping of a file maps the file's page cache
 * @vma: a mapping with a file
 *
 * A filesystem fills the page cache (read_folio), or is the memory itself (DAX). tmpfs and
 * memfd_secret have neither, and allocate the page in their fault handler. The inode's type
 * does not decide: an inode of anon_inode, aio or debugfs may be a regular file, and its
 * driver maps pages that are in no page cache. Files of sysfs have the read_folio of ramfs, but
 * only drivers map them. AIO rings have a read_folio since 7.3, which fails.
 *
 * Context: @vma is kept as for pgwalk_vma_kind().
 */
bool pgwalk_vma_has_page_cache(const struct vm_area_struct *vma)
{
	const struct address_space *mapping = vma->vm_file->f_mapping;
	unsigned long magic = mapping->host->i_sb->s_magic;

	if (magic == SYSFS_MAGIC || magic == AIO_RING_MAGIC)
		return false;
	return mapping->a_ops->read_folio || IS_DAX(mapping->host) || magic == TMPFS_MAGIC ||
	       magic == SECRETMEM_MAGIC;
}

/* Not inline, so that the kind of an anonymous VMA costs no registers. */
static noinline unsigned int kind_with_file(struct vm_area_struct *vma)
{
	const struct inode *inode = file_inode(vma->vm_file);

	if (vma_is_anonymous(vma))		/* /dev/zero, private */
		return PGWALK_VMA_ANON;
	if (S_ISCHR(inode->i_mode) || vma->vm_flags & (VM_IO | VM_PFNMAP) ||
	    !pgwalk_vma_has_page_cache(vma))
		return PGWALK_VMA_DEVICE;
	if (vma->vm_flags & VM_MAYSHARE)
		return pgwalk_vma_is_shmem(vma) ? PGWALK_VMA_SHM : PGWALK_VMA_FILE;
	if (vma->vm_flags & VM_EXEC)
		return PGWALK_VMA_TEXT;
	if (vma->vm_flags & VM_WRITE)
		return PGWALK_VMA_DATA;
	return vma->vm_flags & VM_READ ? PGWALK_VMA_RODATA : PGWALK_VMA_FILE;
}

/**
 * pgwalk_vma_kind - return the kind of a VMA
 * @vma: VMA
 *
 * Context: the caller holds a lock that keeps @vma from being freed: mmap_lock, or that of a reverse map that @vma is in,
 * in which its flags may change. Does not sleep.
 * Return: enum pgwalk_vma_kind.
 */
unsigned int pgwalk_vma_kind(struct vm_area_struct *vma)
{
	if (is_vm_hugetlb_page(vma))
		return PGWALK_VMA_HUGETLB;
	return vma->vm_file ? kind_with_file(vma) : kind_without_file(vma);
}

#define NAME_SIZE	(PGWALK_VMA_NAME_MAX + 1)

/*
 * Escape "\n" as \012, so that a name never breaks a line. The result equals that of
 * seq_path(). 7.3 does not export mangle_path(), which seq_path() uses. A path may be longer
 * than PATH_MAX, because PATH_MAX only limits path names that are passed to the kernel.
 */
static void name_file(char *name, const struct file *file, char *path)
{
	char *start = d_path(pgwalk_file_path(file), path, NAME_SIZE);
	int length = IS_ERR(start) ? NAME_SIZE : strlen(start);

	if (length < NAME_SIZE && memchr(start, '\n', length))
		length = string_escape_mem(start, length, name, NAME_SIZE, ESCAPE_OCTAL, "\n");
	else if (length < NAME_SIZE)
		memcpy(name, start, length);
	if (length < NAME_SIZE)
		name[length] = '\0';
	else
		strscpy(name, PGWALK_VMA_NAME_TOO_LONG, NAME_SIZE);
}

/* Write the name as /proc/PID/maps shows it. Return the length. */
static size_t name_vma(char *name, struct vm_area_struct *vma, char *path)
{
	const char *given = pgwalk_vma_anon_name(vma);
	const char *label = NULL;

	name[0] = '\0';
	if (vma->vm_file) {
		if (given)
			scnprintf(name, NAME_SIZE, "[anon_shmem:%s]", given);
		else
			name_file(name, vma->vm_file, path);
		return strlen(name);
	}
	if (is_special_mapping(vma))
		label = vma->vm_ops->name(vma);
	else if (pgwalk_vma_is_heap(vma))
		label = "[heap]";
	else if (pgwalk_vma_is_stack(vma))
		label = "[stack]";
	if (label)
		strscpy(name, label, NAME_SIZE);
	else if (given)
		scnprintf(name, NAME_SIZE, "[anon:%s]", given);
	return strlen(name);
}

/*
 * Record a mapping from @from on. The part before it was reported earlier, when it was a
 * separate mapping. @record has room for PGWALK_VMA_MAX bytes.
 */
static void record_vma(struct pgwalk_vma *record, struct vm_area_struct *vma,
		       unsigned long from, char *path)
{
	size_t size;

	memset(record, 0, sizeof(*record));
	record->kind = pgwalk_vma_kind(vma);
	record->prot = pgwalk_vma_prot(vma->vm_flags);
	record->start = max(vma->vm_start, from);
	record->end = vma->vm_end;
	record->vm_flags = vma->vm_flags;
	if (vma->vm_file) {
		const struct inode *inode = pgwalk_file_inode(vma->vm_file);

		record->offset = ((u64)vma->vm_pgoff << PAGE_SHIFT) +
				 (record->start - vma->vm_start);
		record->ino = inode->i_ino;
		record->dev_major = MAJOR(inode->i_sb->s_dev);
		record->dev_minor = MINOR(inode->i_sb->s_dev);
	}
	record->name_len = name_vma(record->name, vma, path);
	size = sizeof(*record) + record->name_len + 1;
	record->size = ALIGN(size, 8);
	memset((u8 *)record + size, 0, record->size - size);
}

/* Return the end of the mapping before @vma; 0: none. */
static unsigned long end_before(const struct vm_area_struct *vma)
{
	VMA_ITERATOR(vmi, vma->vm_mm, vma->vm_start);
	const struct vm_area_struct *prev = vma_prev(&vmi);

	return prev ? prev->vm_end : 0;
}

/* Record VMAs until the hold of mmap_lock is over (0) or the batch is full (-ENOSPC). */
static int record_vmas(struct pgwalk_vma_cursor *cursor, size_t limit,
		       struct pgwalk_vma_batch *batch)
{
	VMA_ITERATOR(vmi, cursor->mm, cursor->addr);
	ktime_t began = ktime_get();
	unsigned int nr;

	mmap_assert_locked(cursor->mm);
	for (nr = 0; nr < HOLD_VMAS && cursor->addr < cursor->end; nr++) {
		struct pgwalk_vma *record = (void *)(batch->records + batch->filled);
		struct vm_area_struct *vma = vma_next(&vmi);

		if (!vma || vma->vm_start >= cursor->end) {
			cursor->addr = cursor->end;
			break;
		}
		if (sizeof(batch->records) - batch->filled < PGWALK_VMA_MAX)
			return -ENOSPC;
		record_vma(record, vma, cursor->reported, batch->path);
		if (batch->filled + record->size > limit)
			return -ENOSPC;
		if (!batch->filled)
			batch->before = cursor->reported ?: end_before(vma);
		batch->filled += record->size;
		cursor->reported = vma->vm_end;
		cursor->addr = min(cursor->reported, cursor->end);
		if (ktime_to_ns(ktime_sub(ktime_get(), began)) >= HOLD_NS)
			break;
	}
	return 0;
}

/*
 * Record VMAs in one hold of mmap_lock. Only mm_count is held while waiting for the lock;
 * mm_users is taken under it. If it is the last reference, a worker puts it.
 */
static int lock_and_record(struct pgwalk_vma_cursor *cursor, size_t limit,
			   struct pgwalk_vma_batch *batch)
{
	struct mm_struct *mm = cursor->mm;
	ktime_t began;
	int err = mmap_read_lock_killable(mm);

	if (err)
		return err;
	began = ktime_get();
	if (mmget_not_zero(mm)) {
		err = record_vmas(cursor, limit, batch);
		mmput_async(mm);
	} else {
		err = -ESRCH;
	}
	mmap_read_unlock(mm);
	pgwalk_stats_add_hold(ktime_to_ns(ktime_sub(ktime_get(), began)));
	return err;
}

/**
 * pgwalk_vma_begin - begin a range
 * @cursor: set
 * @mm: the caller holds its mm_count for as long as @cursor is used
 * @start: first address; a mapping that contains it is reported as a whole
 * @end: first address after the range
 *
 * Context: any.
 */
void pgwalk_vma_begin(struct pgwalk_vma_cursor *cursor, struct mm_struct *mm,
		      unsigned long start, unsigned long end)
{
	*cursor = (struct pgwalk_vma_cursor) { .mm = mm, .addr = start, .end = end };
}

/**
 * pgwalk_vma_fill - fill a batch with records of the next mappings of a range
 * @cursor: position; @addr has reached @end when the range is done
 * @limit: maximum of bytes of records
 * @batch: emptied first
 *
 * Records do not overlap, even if mappings are merged during the calls.
 *
 * Context: process context, may sleep; mmap_lock is held for 64 mappings or 100 us
 * at a time. No lock or reference is held on return.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone.
 */
int pgwalk_vma_fill(struct pgwalk_vma_cursor *cursor, size_t limit,
		    struct pgwalk_vma_batch *batch)
{
	int err = 0;

	batch->filled = 0;
	while (cursor->addr < cursor->end && !err) {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = lock_and_record(cursor, limit, batch);
		cond_resched();
	}
	return err == -ENOSPC ? 0 : err;
}

/**
 * pgwalk_vma_batch_create - allocate an empty batch of records
 *
 * Context: process context, may sleep.
 * Return: the batch; NULL: no memory.
 */
struct pgwalk_vma_batch *pgwalk_vma_batch_create(void)
{
	struct pgwalk_vma_batch *batch = pgwalk_buffer_create(sizeof(*batch), 0);

	if (batch)
		batch->filled = 0;
	return batch;
}

/**
 * pgwalk_vma_batch_destroy - free a batch of records
 * @batch: may be NULL
 *
 * Context: process context.
 */
void pgwalk_vma_batch_destroy(struct pgwalk_vma_batch *batch)
{
	pgwalk_buffer_destroy(batch, sizeof(*batch));
}
