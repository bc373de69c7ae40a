/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The mappings of an address space, as records. */
#ifndef PGWALK_VMA_H
#define PGWALK_VMA_H

#include <linux/mm.h>
#include <linux/types.h>

#include "uapi/pgwalk.h"

/* Maximum size of a record, which has the longest name. */
#define PGWALK_VMA_MAX		ALIGN(sizeof(struct pgwalk_vma) + PGWALK_VMA_NAME_MAX + 1, 8)
#define PGWALK_VMA_BYTES	(4 * PGWALK_VMA_MAX)

/**
 * struct pgwalk_vma_cursor - a place in the mappings of an address space
 * @mm:		address space; the caller holds mm_count only
 * @addr:	address that is looked up next
 * @end:	first address after the range
 * @reported:	end of the last mapping that was reported; 0: none yet
 */
struct pgwalk_vma_cursor {
	struct mm_struct *mm;
	unsigned long addr;
	unsigned long end;
	unsigned long reported;
};

/**
 * struct pgwalk_vma_batch - records, one after the other
 * @before:	end of the mapping before the first record; 0: none
 * @filled:	bytes of @records that are filled
 * @path:	buffer for d_path()
 * @records:	struct pgwalk_vma, each @size bytes long
 */
struct pgwalk_vma_batch {
	unsigned long before;
	size_t filled;
	char path[PGWALK_VMA_NAME_MAX + 1];
	u8 records[PGWALK_VMA_BYTES] __aligned(8);
};

struct pgwalk_vma_batch *pgwalk_vma_batch_create(void);
void pgwalk_vma_batch_destroy(struct pgwalk_vma_batch *batch);
bool pgwalk_vma_has_page_cache(const struct vm_area_struct *vma);
bool pgwalk_vma_is_shmem(const struct vm_area_struct *vma);
unsigned int pgwalk_vma_kind(struct vm_area_struct *vma);
void pgwalk_vma_begin(struct pgwalk_vma_cursor *cursor, struct mm_struct *mm,
		      unsigned long start, unsigned long end);
int pgwalk_vma_fill(struct pgwalk_vma_cursor *cursor, size_t limit,
		    struct pgwalk_vma_batch *batch);

static_assert(VM_READ == PGWALK_PROT_READ && VM_WRITE == PGWALK_PROT_WRITE);
static_assert(VM_EXEC == PGWALK_PROT_EXEC && VM_MAYSHARE >> 4 == PGWALK_PROT_SHARED);

/* Return PGWALK_PROT_* of the flags of a VMA. */
static inline unsigned int pgwalk_vma_prot(u64 vm_flags)
{
	return (vm_flags & VM_ACCESS_FLAGS) | (vm_flags & VM_MAYSHARE) >> 4;
}

#endif /* PGWALK_VMA_H */
