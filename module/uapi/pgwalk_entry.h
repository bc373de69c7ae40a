/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Copyright (C) 2026 the pgwalk authors */
/* Page-table entries, and runs of pages with equal attributes: the basic records of the ABI. */
#ifndef PGWALK_UAPI_ENTRY_H
#define PGWALK_UAPI_ENTRY_H

#ifndef PGWALK_NO_TYPES_H	/* BPF programs define __u64 themselves */
#include <linux/types.h>
#include <linux/ioctl.h>
#endif

#define pgwalk_assert_size(type, n) \
	_Static_assert(sizeof(type) == (n), #type " is ABI")

/*
 * PGWALK_REDACTED - out: in @flags of MM, SCAN, TABLES, TRANSLATE and VMAS on a delegated file: frame
 * numbers, offsets and numbers of swap areas, raw entries, kernel addresses and NUMA nodes are 0.
 * Records of entries have PGWALK_F_REDACTED as well. A delegated file ignores the bit in a call; on
 * any other file it is an unknown flag.
 */
#define PGWALK_REDACTED		(1U << 31)

#define PGWALK_MAX_LEVELS	5

/** PGWALK_LEVELS - levels of page tables: X(NAME, number, "name") */
#define PGWALK_LEVELS(X) \
	X(PTE, 1, "pte") \
	X(PMD, 2, "pmd") \
	X(PUD, 3, "pud") \
	X(P4D, 4, "p4d") \
	X(PGD, 5, "pgd")

/**
 * enum pgwalk_level - a level of the page tables, with the kernel's name
 *
 * The number of a level grows towards the root: the next level down is "- 1".
 */
enum pgwalk_level {
#define X(name, number, text) PGWALK_LEVEL_##name = (number),
	PGWALK_LEVELS(X)
#undef X
};

/** PGWALK_KINDS - kinds of entries: X(NAME, number, "name") */
#define PGWALK_KINDS(X) \
	X(NONE, 1, "none") \
	X(TABLE, 2, "table") \
	X(PRESENT, 3, "present") \
	X(ZERO, 4, "zero") \
	X(SPECIAL, 5, "special") \
	X(PROTNONE, 6, "protnone") \
	X(NUMA_HINT, 7, "numa-hint") \
	X(SWAP, 8, "swap") \
	X(MIGRATION, 9, "migration") \
	X(HWPOISON, 10, "hwpoison") \
	X(DEVICE, 11, "device") \
	X(MARKER, 12, "marker") \
	X(BAD, 13, "bad") \
	X(RACED, 14, "raced") \
	X(UFFD_RWP, 15, "uffd-rwp")

/**
 * enum pgwalk_kind - kind of an entry
 *
 * @PGWALK_KIND_NONE:	the entry is empty
 * @PGWALK_KIND_TABLE:	points to a table of the next level (pfn of the table)
 * @PGWALK_KIND_PRESENT: maps an ordinary page (pfn of its first page)
 * @PGWALK_KIND_ZERO:	maps the shared zero page, 4K or 2M. The 2M zero page is recognized by
 *			its frame, which has no owner, and an anonymous VMA; by the kfunc,
 *			which has no VMA, by the frame alone
 * @PGWALK_KIND_SPECIAL: maps a page without its struct page being used (pte_special: PFN
 *			maps, device memory, files on DAX before 6.15, [vvar] before 7.2). There
 *			may be a struct page: it has no mapcount for this entry, and Rss leaves the page out
 * @PGWALK_KIND_PROTNONE: maps a page that the hardware may not access
 * @PGWALK_KIND_NUMA_HINT: maps a page that the hardware may not access, set by NUMA balancing:
 *			the VMA allows access
 * @PGWALK_KIND_SWAP:	swapped out; swap_type and, in place of the pfn, the offset in pages. With
 *			PGWALK_F_SWAP_SHMEM a shmem object has the swap entry, and the page-table
 *			entry is empty
 * @PGWALK_KIND_MIGRATION: the page is migrating; pfn of the old page
 * @PGWALK_KIND_HWPOISON: memory failure; pfn of the bad page
 * @PGWALK_KIND_DEVICE:	device-private or device-exclusive; pfn of the page
 * @PGWALK_KIND_MARKER:	a marker without a page: userfaultfd-wp, poison or guard
 * @PGWALK_KIND_BAD:	a value that this kernel treats as bad, or of an unknown type
 * @PGWALK_KIND_RACED:	the entry changed each time it was read; its value is unknown
 * @PGWALK_KIND_UFFD_RWP: a page is mapped without access because userfaultfd traps every
 *			access to it (UFFDIO_RWPROTECT, 7.3 and later). protnone if the VMA
 *			was not read (the kfunc)
 */
enum pgwalk_kind {
	PGWALK_KIND_UNSET	= 0,
#define X(name, number, text) PGWALK_KIND_##name = (number),
	PGWALK_KINDS(X)
#undef X
	PGWALK_KIND_NR
};

/*
 * PGWALK_PROBE_* - flags of the kfuncs bpf_pgwalk_probe() and bpf_pgwalk_present().
 *
 * LOCKED: the caller holds mmap_lock, or the lock of the VMA at the address, for reading,
 * as in handle_mm_fault() at its entry and at its exit without VM_FAULT_RETRY and
 * VM_FAULT_COMPLETED. An empty pmd is then known not to be in the middle of a collapse;
 * otherwise the call fails with -EAGAIN while mmap_lock is held. On kernels before 6.14 that
 * allocate the locks of page tables separately (lockdep, PREEMPT_RT) the call fails with
 * -EAGAIN for an empty entry without this flag.
 *
 * SHMEM, of bpf_pgwalk_probe(), with LOCKED only: if the entry is empty, the shmem object that
 * is mapped at the address is read, too. A page that the object has in swap is PGWALK_KIND_SWAP
 * with PGWALK_F_SWAP_SHMEM. The VMA at the address is read: the caller must hold it.
 */
#define PGWALK_PROBE_LOCKED	(1ULL << 0)
#define PGWALK_PROBE_SHMEM	(1ULL << 1)

/*
 * PGWALK_F_* - the bits of an entry, by meaning, with the same numbers on every kernel.
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
#define PGWALK_F_EXCLUSIVE	(1ULL << 16)	/* swap: only this mm used the page */
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
 * marker: the page is swapped out by shmem, and userfaultfd protects it (with MARK_UFFD_WP), or
 * it could not be read back (with MARK_POISON).
 */
#define PGWALK_F_SWAP_SHMEM	(1ULL << 24)
/* arm64 */
#define PGWALK_F_CONT		(1ULL << 25)	/* one of a block of contiguous entries (16 with 4K pages) */
#define PGWALK_F_TAGGED		(1ULL << 26)	/* memory with allocation tags (MTE) */
#define PGWALK_F_BTI		(1ULL << 27)	/* GP: indirect branches need a landing pad */
/* On a delegated file: the frame, the place in swap and the raw entry are 0 in this record */
#define PGWALK_F_REDACTED	(1ULL << 28)
/** PGWALK_ENTRY_FLAGS - names of PGWALK_F_*: X(NAME, "name in views", "name in filters") */
#define PGWALK_ENTRY_FLAGS(X) \
	X(PRESENT, "P", "p") \
	X(WRITE, "RW", "write") \
	X(USER, "US", "user") \
	X(PWT, "PWT", "pwt") \
	X(PCD, "PCD", "pcd") \
	X(ACCESSED, "A", "young") \
	X(DIRTY, "D", "dirty") \
	X(HUGE, "PSE", "huge") \
	X(GLOBAL, "G", "global") \
	X(PAT, "PAT", "pat") \
	X(NX, "NX", "nx") \
	X(SPECIAL, "SPEC", "spec") \
	X(SOFT_DIRTY, "SOFT", "soft-dirty") \
	X(UFFD_WP, "UFFD", "uffd-wp") \
	X(SAVED_DIRTY, "SAVED", "saved-dirty") \
	X(DEVMAP, "DEVMAP", "devmap") \
	X(EXCLUSIVE, "EXCL", "swap-exclusive") \
	X(ENTRY_WRITE, "WRITE", "entry-write") \
	X(ENTRY_READ, "READ", "entry-read") \
	X(DEV_PRIVATE, "PRIVATE", "dev-private") \
	X(DEV_EXCLUSIVE, "EXCLUSIVE", "dev-exclusive") \
	X(MARK_UFFD_WP, "MARK-UFFD", "mark-uffd-wp") \
	X(MARK_POISON, "MARK-POISON", "mark-poison") \
	X(MARK_GUARD, "MARK-GUARD", "mark-guard") \
	X(SWAP_SHMEM, "SHMEM", "swap-shmem") \
	X(CONT, "CONT", "cont") \
	X(TAGGED, "TAG", "tagged") \
	X(BTI, "BTI", "bti") \
	X(REDACTED, "REDACTED", "redacted")

#define PGWALK_F_ALL		((1ULL << 29) - 1)
#define X(name, view, filter)	| PGWALK_F_##name
_Static_assert((0 PGWALK_ENTRY_FLAGS(X)) == PGWALK_F_ALL, "each flag has a name");
#undef X

/**
 * struct pgwalk_entry - one page-table entry, decoded
 * @value:	raw entry
 * @flags:	PGWALK_F_*
 * @pfn:	frame of the page, the table or the lost page; the offset of a swap entry; else 0.
 *		With PGWALK_F_SWAP_SHMEM that of the page at the requested address. 0 with
 *		PGWALK_REDACTED, as @value and @swap_type
 * @swap_type:	number of the swap area, for PGWALK_KIND_SWAP; else 0
 * @kind:	enum pgwalk_kind
 * @level:	enum pgwalk_level of the entry
 * @shift:	log2 of the bytes that the entry covers: 12, 21, 30, 39, 48
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
 * struct pgwalk_run - neighbouring pages with equal attributes
 * @start:	first address, a multiple of the leaf size
 * @end:	first address after the run
 * @pfn:	frame of the page at @start; page i of the run has pfn + i.
 *		For swap the offset, which ascends in the same way. 0 for kinds without
 *		a frame (marker, bad, raced), and with PGWALK_REDACTED, where a run does not end
 *		because frames are not consecutive
 * @flags:	PGWALK_F_*, equal for every page of the run
 * @swap_type:	as in struct pgwalk_entry
 * @kind:	enum pgwalk_kind; never none or table: empty entries are in no run
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
