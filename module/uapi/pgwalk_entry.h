/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* A page-table entry, and neighbours that are alike: the records that all else is made of. */
#ifndef PGWALK_UAPI_ENTRY_H
#define PGWALK_UAPI_ENTRY_H

#ifndef PGWALK_NO_TYPES_H	/* BPF programs bring their own __u64 */
#include <linux/types.h>
#include <linux/ioctl.h>
#endif

#define pgwalk_assert_size(type, n) \
	_Static_assert(sizeof(type) == (n), #type " is ABI")

#define PGWALK_PAGE_SHIFT	12
#define PGWALK_MAX_LEVELS	5

/**
 * enum pgwalk_level - a level of the page tables, named as the kernel does
 *
 * A level grows towards the root, so that "next level down" is "- 1".
 */
enum pgwalk_level {
	PGWALK_LEVEL_PTE = 1,
	PGWALK_LEVEL_PMD = 2,
	PGWALK_LEVEL_PUD = 3,
	PGWALK_LEVEL_P4D = 4,
	PGWALK_LEVEL_PGD = 5,
};

/**
 * enum pgwalk_kind - what one entry is
 *
 * @PGWALK_KIND_NONE:	the entry is empty
 * @PGWALK_KIND_TABLE:	points to a table of the next level (pfn of the table)
 * @PGWALK_KIND_PRESENT: maps an ordinary page (pfn of its first 4K)
 * @PGWALK_KIND_ZERO:	maps the shared page of zeroes, 4K or 2M. The page of 2M is known by
 *			its frame, which has no owner, and by an anonymous VMA; the kfunc,
 *			which has no VMA, goes by the frame alone
 * @PGWALK_KIND_SPECIAL: maps a page without its struct page being used (pte_special: PFN
 *			maps, device memory, [vvar] before 7.2). There may be a struct page:
 *			it is not counted, and Rss leaves the page out
 * @PGWALK_KIND_PROTNONE: a page is there, the hardware may not use it
 * @PGWALK_KIND_NUMA_HINT: the same, set by NUMA balancing: the VMA allows access
 * @PGWALK_KIND_SWAP:	swapped out; swap_type and, in place of the pfn, the offset in pages. With
 *			PGWALK_F_SWAP_SHMEM a shmem object has the swap entry, and the page-table
 *			entry is empty
 * @PGWALK_KIND_MIGRATION: the page is moving; pfn of the old page
 * @PGWALK_KIND_HWPOISON: memory failure; pfn of the bad page
 * @PGWALK_KIND_DEVICE:	device-private or device-exclusive; pfn of the page
 * @PGWALK_KIND_MARKER:	a marker without a page: userfaultfd-wp, poison or guard
 * @PGWALK_KIND_BAD:	a value that this kernel would call bad, or does not know
 * @PGWALK_KIND_RACED:	changed under the walk each time it was tried; nothing is known
 * @PGWALK_KIND_UFFD_RWP: a page is mapped without access because userfaultfd traps every
 *			access to it (UFFDIO_RWPROTECT, 7.3 and later). protnone where the VMA
 *			was not read (the kfunc)
 */
enum pgwalk_kind {
	PGWALK_KIND_UNSET	= 0,
	PGWALK_KIND_NONE	= 1,
	PGWALK_KIND_TABLE	= 2,
	PGWALK_KIND_PRESENT	= 3,
	PGWALK_KIND_ZERO	= 4,
	PGWALK_KIND_SPECIAL	= 5,
	PGWALK_KIND_PROTNONE	= 6,
	PGWALK_KIND_NUMA_HINT	= 7,
	PGWALK_KIND_SWAP	= 8,
	PGWALK_KIND_MIGRATION	= 9,
	PGWALK_KIND_HWPOISON	= 10,
	PGWALK_KIND_DEVICE	= 11,
	PGWALK_KIND_MARKER	= 12,
	PGWALK_KIND_BAD		= 13,
	PGWALK_KIND_RACED	= 14,
	PGWALK_KIND_UFFD_RWP	= 15,
	PGWALK_KIND_NR
};

/*
 * PGWALK_PROBE_* - flags of the kfuncs bpf_pgwalk_probe() and bpf_pgwalk_present().
 *
 * LOCKED: the caller holds mmap_lock, or the lock of the VMA at the address, for reading,
 * as in handle_mm_fault() at its entry and at its exit without VM_FAULT_RETRY and
 * VM_FAULT_COMPLETED. An empty pmd is then known not to be in the middle of a collapse;
 * otherwise the call fails with -EAGAIN while mmap_lock is held. On kernels before 6.14 that
 * allocate the locks of page tables apart (lockdep, PREEMPT_RT) an empty entry gives -EAGAIN
 * without this flag.
 *
 * SHMEM, of bpf_pgwalk_probe(), with LOCKED only: if the entry is empty, the shmem object that
 * is mapped at the address is read too. A page that it has in swap is PGWALK_KIND_SWAP with
 * PGWALK_F_SWAP_SHMEM. The VMA at the address is read: the caller must hold it.
 */
#define PGWALK_PROBE_LOCKED	(1ULL << 0)
#define PGWALK_PROBE_SHMEM	(1ULL << 1)

/*
 * PGWALK_F_* - the bits of an entry, by meaning, the same on every kernel.
 * Sources: Intel SDM vol. 3A, 4.5 (bits 0-8, 12, 59-63); arch/x86/include/asm/
 * pgtable_types.h (the software bits, which moved between kernels).
 */
#define PGWALK_F_PRESENT	(1ULL << 0)	/* P: the hardware uses it */
#define PGWALK_F_WRITE		(1ULL << 1)	/* RW */
#define PGWALK_F_USER		(1ULL << 2)	/* US */
#define PGWALK_F_PWT		(1ULL << 3)
#define PGWALK_F_PCD		(1ULL << 4)
#define PGWALK_F_ACCESSED	(1ULL << 5)	/* A: young */
#define PGWALK_F_DIRTY		(1ULL << 6)	/* D: as pte_dirty(), saved-dirty too */
#define PGWALK_F_HUGE		(1ULL << 7)	/* PS: a leaf above the pte level */
#define PGWALK_F_GLOBAL		(1ULL << 8)	/* G */
#define PGWALK_F_PAT		(1ULL << 9)
#define PGWALK_F_NX		(1ULL << 10)	/* no execute */
#define PGWALK_F_SPECIAL	(1ULL << 11)	/* software: struct page is not used */
#define PGWALK_F_SOFT_DIRTY	(1ULL << 12)	/* software: written since clear_refs */
/*
 * Software: the userfaultfd bit. Writes are trapped, and every access if the kind is
 * PGWALK_KIND_UFFD_RWP.
 */
#define PGWALK_F_UFFD_WP	(1ULL << 13)
#define PGWALK_F_SAVED_DIRTY	(1ULL << 14)	/* software: D kept while write-protected */
#define PGWALK_F_DEVMAP		(1ULL << 15)	/* software: ZONE_DEVICE page (<= 6.12) */
/* Non-present entries */
#define PGWALK_F_EXCLUSIVE	(1ULL << 16)	/* swap: the page was this mm's alone */
#define PGWALK_F_ENTRY_WRITE	(1ULL << 17)	/* migration, device: was writable */
#define PGWALK_F_ENTRY_READ	(1ULL << 18)	/* migration, device: was read-only */
#define PGWALK_F_DEV_PRIVATE	(1ULL << 19)
#define PGWALK_F_DEV_EXCLUSIVE	(1ULL << 20)
#define PGWALK_F_MARK_UFFD_WP	(1ULL << 21)
#define PGWALK_F_MARK_POISON	(1ULL << 22)	/* also a swap-in that failed (6.1) */
#define PGWALK_F_MARK_GUARD	(1ULL << 23)	/* guard region (6.13 and later) */
/*
 * swap: the entry is empty, or its table does not exist. The swap entry is in the shmem object
 * that is mapped here (tmpfs, memfd, System V); this process may never have used the page.
 * marker: the same of a page that userfaultfd protects (with MARK_UFFD_WP), or of one that could
 * not be read back (with MARK_POISON).
 */
#define PGWALK_F_SWAP_SHMEM	(1ULL << 24)
#define PGWALK_F_ALL		((1ULL << 25) - 1)

/**
 * struct pgwalk_entry - one page-table entry, decoded
 * @value:	the raw entry
 * @flags:	PGWALK_F_*
 * @pfn:	of the page, the table or the lost page; the offset of a swap entry; else 0. With
 *		PGWALK_F_SWAP_SHMEM of the 4K page at the requested address
 * @swap_type:	which swap area, for PGWALK_KIND_SWAP; else 0
 * @kind:	enum pgwalk_kind
 * @level:	enum pgwalk_level the entry was found at
 * @shift:	log2 of the bytes the entry covers: 12, 21, 30, 39, 48
 * @pkey:	protection key, 0 to 15
 */
struct pgwalk_entry {
	__u64 value;
	__u64 flags;
	__u64 pfn;
	__u32 swap_type;
	__u8 kind;
	__u8 level;
	__u8 shift;
	__u8 pkey;
};
pgwalk_assert_size(struct pgwalk_entry, 32);

/**
 * struct pgwalk_run - neighbouring pages of one kind
 * @start:	first address, a multiple of the leaf size
 * @end:	the first address behind the run
 * @pfn:	of the page at @start; page i of the run has pfn + i (4K pages).
 *		For swap the offset, which follows on likewise. 0 for kinds without
 *		one (marker, bad, raced)
 * @flags:	PGWALK_F_*, the same for every page of the run
 * @swap_type:	as in struct pgwalk_entry
 * @kind:	enum pgwalk_kind; never none or table: what is not listed is not there
 * @shift:	log2 of the leaf size: 12, 21 or 30
 * @pkey:	protection key
 * @level:	enum pgwalk_level of the leaf
 */
struct pgwalk_run {
	__u64 start;
	__u64 end;
	__u64 pfn;
	__u64 flags;
	__u32 swap_type;
	__u8 kind;
	__u8 shift;
	__u8 pkey;
	__u8 level;
};
pgwalk_assert_size(struct pgwalk_run, 40);

#endif /* PGWALK_UAPI_ENTRY_H */
