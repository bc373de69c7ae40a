/* SPDX-License-Identifier: GPL-2.0 */
/* The mappings of an address space, as records. */
#ifndef PGWALK_VMA_H
#define PGWALK_VMA_H

#include <linux/types.h>

#include "uapi/pgwalk.h"

struct mm_struct;
struct vm_area_struct;

/* A record with the longest name. */
#define PGWALK_VMA_MAX		ALIGN(sizeof(struct pgwalk_vma) + PGWALK_VMA_NAME_MAX + 1, 8)
#define PGWALK_VMA_BYTES	(4 * PGWALK_VMA_MAX)

/**
 * struct pgwalk_vma_look - a mapping at a glance
 * @start:	first address
 * @end:	the first address behind it
 * @vm_flags:	the kernel's own
 * @kind:	enum pgwalk_vma_kind
 * @prot:	PGWALK_PROT_*
 */
struct pgwalk_vma_look {
	unsigned long start;
	unsigned long end;
	u64 vm_flags;
	unsigned int kind;
	unsigned int prot;
};

/**
 * struct pgwalk_vma_cursor - a place in the mappings of an address space
 * @mm:		the caller holds its mm_count, and that only
 * @addr:	what is looked at next
 * @end:	the first address behind the range
 * @told:	end of the last mapping that was told; 0 before
 */
struct pgwalk_vma_cursor {
	struct mm_struct *mm;
	unsigned long addr;
	unsigned long end;
	unsigned long told;
};

/**
 * struct pgwalk_vma_batch - records, one behind the other
 * @filled:	bytes of them
 * @path:	where names are put together
 * @records:	struct pgwalk_vma, each @size bytes long
 */
struct pgwalk_vma_batch {
	size_t filled;
	char path[PGWALK_VMA_NAME_MAX + 1];
	u8 records[PGWALK_VMA_BYTES] __aligned(8);
};

struct pgwalk_vma_batch *pgwalk_vma_batch_create(void);
void pgwalk_vma_batch_destroy(struct pgwalk_vma_batch *batch);
bool pgwalk_vma_has_page_cache(const struct vm_area_struct *vma);
bool pgwalk_vma_is_shmem(const struct vm_area_struct *vma);
void pgwalk_vma_glance(struct vm_area_struct *vma, struct pgwalk_vma_look *look);
bool pgwalk_vma_look(struct mm_struct *mm, unsigned long addr, struct pgwalk_vma_look *look);
void pgwalk_vma_begin(struct pgwalk_vma_cursor *cursor, struct mm_struct *mm,
		      unsigned long start, unsigned long end);
int pgwalk_vma_fill(struct pgwalk_vma_cursor *cursor, size_t limit,
		    struct pgwalk_vma_batch *batch);

#endif /* PGWALK_VMA_H */
