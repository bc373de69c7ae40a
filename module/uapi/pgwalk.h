/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The ABI of pgwalk.ko: records, ioctls and flags. Types only, no functions:
 * the module, the BPF programs, the tools and the tests all compile this file.
 *
 * Rules. In every enumeration 0 means "unset" and is never valid in an answer.
 * Every ioctl argument opens with its own size, so that it can grow: a caller
 * with a shorter struct gets what fits, a caller with a longer one is accepted
 * as long as what this kernel does not know is zero (else E2BIG). Reserved
 * fields must be zero (else EINVAL). Addresses and sizes are bytes unless the
 * name says otherwise; a pfn counts pages of 1 << PGWALK_PAGE_SHIFT bytes.
 */
#ifndef PGWALK_UAPI_H
#define PGWALK_UAPI_H

#ifndef PGWALK_NO_TYPES_H	/* BPF programs bring their own __u64 */
#include <linux/types.h>
#include <linux/ioctl.h>
#endif

#define pgwalk_assert_size(type, n) \
	_Static_assert(sizeof(type) == (n), #type " is ABI")

/** PGWALK_ABI_VERSION - raised when a record changes meaning, not when it grows */
#define PGWALK_ABI_VERSION	1
#define PGWALK_PAGE_SHIFT	12
#define PGWALK_DEVICE		"/dev/pgwalk"
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
 * @PGWALK_KIND_ZERO:	maps the shared page of zeroes, 4K or 2M. The one of 2M is known by
 *			its VMA only: where that could not be asked (the kfunc), it is
 *			present, or special from 6.17 on
 * @PGWALK_KIND_SPECIAL: maps a page without a struct page for the mm (pte_special:
 *			PFN maps, device memory, vvar)
 * @PGWALK_KIND_PROTNONE: a page is there, the hardware may not use it
 * @PGWALK_KIND_NUMA_HINT: the same, set by NUMA balancing: the VMA allows access
 * @PGWALK_KIND_SWAP:	swapped out; swap_type and, in place of the pfn, the offset in pages
 * @PGWALK_KIND_MIGRATION: the page is moving; pfn of the old page
 * @PGWALK_KIND_HWPOISON: memory failure; pfn of the bad page
 * @PGWALK_KIND_DEVICE:	device-private or device-exclusive; pfn of the page
 * @PGWALK_KIND_MARKER:	a marker without a page: userfaultfd-wp, poison or guard
 * @PGWALK_KIND_BAD:	a value that this kernel would call bad, or does not know
 * @PGWALK_KIND_RACED:	changed under the walk each time it was tried; nothing is known
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
	PGWALK_KIND_NR
};

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
#define PGWALK_F_SPECIAL	(1ULL << 11)	/* software: no struct page for the mm */
#define PGWALK_F_SOFT_DIRTY	(1ULL << 12)	/* software: written since clear_refs */
#define PGWALK_F_UFFD_WP	(1ULL << 13)	/* software: userfaultfd write-protect */
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
#define PGWALK_F_ALL		((1ULL << 24) - 1)

/**
 * struct pgwalk_entry - one page-table entry, decoded
 * @value:	the raw entry
 * @flags:	PGWALK_F_*
 * @pfn:	of the page, the table or the lost page; the offset of a swap entry; else 0
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

/**
 * enum pgwalk_vma_kind - what a mapping is for
 *
 * text, rodata, data: a private file mapping that may execute, only be read, be written.
 * bss: anonymous, joins the data of the executable. vdso: [vdso], [vvar], [vsyscall]
 * and other special mappings. shm: tmpfs, memfd, System V, shared anonymous memory.
 * file: any other file mapping, the shared ones among them.
 */
enum pgwalk_vma_kind {
	PGWALK_VMA_UNSET	= 0,
	PGWALK_VMA_TEXT		= 1,
	PGWALK_VMA_RODATA	= 2,
	PGWALK_VMA_DATA		= 3,
	PGWALK_VMA_BSS		= 4,
	PGWALK_VMA_HEAP		= 5,
	PGWALK_VMA_STACK	= 6,
	PGWALK_VMA_FILE		= 7,
	PGWALK_VMA_SHM		= 8,
	PGWALK_VMA_ANON		= 9,
	PGWALK_VMA_VDSO		= 10,
	PGWALK_VMA_DEVICE	= 11,
	PGWALK_VMA_HUGETLB	= 12,
	PGWALK_VMA_OTHER	= 13,
	PGWALK_VMA_NR
};

/* Permissions of a VMA, as /proc/PID/maps shows them */
#define PGWALK_PROT_READ	1
#define PGWALK_PROT_WRITE	2
#define PGWALK_PROT_EXEC	4
#define PGWALK_PROT_SHARED	8

/**
 * struct pgwalk_vma - one mapping; variable length
 * @size:	bytes of this record with its name, a multiple of 8: the next one follows
 * @kind:	enum pgwalk_vma_kind
 * @prot:	PGWALK_PROT_*
 * @name_len:	characters of @name, without the final NUL; cut at 4095
 * @counted:	1 if the fields from @resident on were counted, else they are 0.
 *		All of them are bytes
 * @raced_pages: 4K pages whose entries changed each time they were read: they are
 *		in none of the counts
 * @start:	first address
 * @end:	the first address behind it
 * @vm_flags:	the kernel's own vm_flags, as this kernel numbers them
 * @offset:	of @start in the file
 * @ino:	inode of the file, 0 if anonymous
 * @dev_major:	device of the file
 * @dev_minor:	device of the file
 * @resident:	present pages, as Rss of smaps counts them: without zero and special
 *		pages and without hugetlb, with PROT_NONE, migrating and device pages
 * @dirty:	of these, dirty by their entry
 * @swapped:	swapped out
 * @zero:	mapped to the shared zero page
 * @special:	mapped without a struct page
 * @huge_2m:	covered by 2M leaves (huge pages and hugetlb, not the zero page)
 * @huge_1g:	covered by 1G leaves
 * @anon_huge:	of @huge_2m, anonymous and transparent: AnonHugePages of smaps
 * @hugetlb:	hugetlb pages mapped
 * @name:	path, [heap], [stack], [vdso] ... as in /proc/PID/maps; NUL, then zeroes
 */
struct pgwalk_vma {
	__u32 size;
	__u8 kind;
	__u8 prot;
	__u16 name_len;
	__u32 counted;
	__u32 raced_pages;
	__u64 start;
	__u64 end;
	__u64 vm_flags;
	__u64 offset;
	__u64 ino;
	__u32 dev_major;
	__u32 dev_minor;
	__u64 resident;
	__u64 dirty;
	__u64 swapped;
	__u64 zero;
	__u64 special;
	__u64 huge_2m;
	__u64 huge_1g;
	__u64 anon_huge;
	__u64 hugetlb;
	char name[];
};
pgwalk_assert_size(struct pgwalk_vma, 136);

/* PGWALK_PAGING_* in struct pgwalk_info: how this kernel and CPU page */
#define PGWALK_PAGING_LA57	(1ULL << 0)	/* five levels */
#define PGWALK_PAGING_PTI	(1ULL << 1)	/* a second pgd for user mode: not walked */
#define PGWALK_PAGING_RCU_TABLES (1ULL << 2)	/* tables freed through RCU: no mmap_lock taken */
#define PGWALK_PAGING_GB_LEAF	(1ULL << 3)	/* the CPU has 1G pages */
#define PGWALK_PAGING_NX	(1ULL << 4)
#define PGWALK_PAGING_PKU	(1ULL << 5)	/* protection keys in use */
#define PGWALK_PAGING_PCID	(1ULL << 6)

/* PGWALK_FEATURE_* in struct pgwalk_info: what this module can do here */
#define PGWALK_FEATURE_SCAN	(1ULL << 0)
#define PGWALK_FEATURE_VMAS	(1ULL << 1)
#define PGWALK_FEATURE_KFUNC	(1ULL << 2)	/* bpf_pgwalk_probe is registered */
#define PGWALK_FEATURE_NUMA_HINT (1ULL << 3)	/* numa-hint can be told from protnone */

/**
 * struct pgwalk_geometry - one level of the tables
 * @level:	enum pgwalk_level
 * @shift:	log2 of the bytes one entry covers
 * @leaf:	1 if an entry of this level may map a page
 * @reserved:	0
 * @entries:	entries of one table
 */
struct pgwalk_geometry {
	__u8 level;
	__u8 shift;
	__u8 leaf;
	__u8 reserved;
	__u32 entries;
};
pgwalk_assert_size(struct pgwalk_geometry, 8);

/**
 * struct pgwalk_info - PGWALK_IOC_INFO: version, geometry, features, costs
 * @size:	in: of the caller's struct; out: of the kernel's
 * @abi:	PGWALK_ABI_VERSION of the module
 * @features:	PGWALK_FEATURE_*
 * @paging:	PGWALK_PAGING_*
 * @nr_levels:	4 or 5
 * @attached:	directories there are now
 * @geometry:	from the root down, @nr_levels of them
 * @user_end:	the first address behind the user half
 * @zero_pfn:	the shared zero page
 * @tables:	page tables read since insmod
 * @raced:	reads that were given up as raced
 * @holds:	times the mmap_lock was taken to read tables or VMAs
 * @hold_max_ns: the longest of these
 * @hold_total_ns: all of them
 */
struct pgwalk_info {
	__u32 size;
	__u32 abi;
	__u64 features;
	__u64 paging;
	__u32 nr_levels;
	__u32 attached;
	struct pgwalk_geometry geometry[PGWALK_MAX_LEVELS];
	__u64 user_end;
	__u64 zero_pfn;
	__u64 tables;
	__u64 raced;
	__u64 holds;
	__u64 hold_max_ns;
	__u64 hold_total_ns;
};
pgwalk_assert_size(struct pgwalk_info, 128);

/**
 * struct pgwalk_attach - PGWALK_IOC_ATTACH: the process this open file is about
 * @size:	in: of the caller's struct
 * @pid:	in: a process or thread id in the caller's pid namespace
 * @flags:	in: 0
 * @tgid:	out: the process, in the caller's pid namespace
 *
 * One process an open file; a second call is EBUSY. ESRCH: no such process;
 * ENXIO: a kernel thread, or its memory is gone.
 */
struct pgwalk_attach {
	__u32 size;
	__s32 pid;
	__u32 flags;
	__s32 tgid;
};
pgwalk_assert_size(struct pgwalk_attach, 16);

#define PGWALK_SCAN_PAGES	(1U << 0)	/* a record a leaf; else a record a run */

/**
 * struct pgwalk_scan - PGWALK_IOC_SCAN: the leaf entries of a range
 * @size:	in: of the caller's struct
 * @flags:	in: PGWALK_SCAN_*
 * @start:	in: first address, a multiple of 4K
 * @end:	in: the first address behind the range, a multiple of 4K, at most user_end
 * @require:	in: PGWALK_F_* that all must be set
 * @exclude:	in: PGWALK_F_* that none may be set
 * @kinds:	in: mask of 1 << enum pgwalk_kind to report; 0: all
 * @records:	in: pointer to an array of struct pgwalk_run
 * @nr_records:	in: records it has room for, at least 1
 * @filled:	out: records written
 * @resume:	out: go on here; @end when the range is done
 *
 * A leaf is told whole: a record may begin before @start or end behind @end, and if
 * small pages become a huge one between two calls, overlap what was told before.
 * Raced stretches have no flags: with @require or @kinds they may be left out.
 *
 * Not attached: ENOTCONN; target gone: ESRCH. On any error nothing is written.
 * EINTR is returned only if nothing was filled yet.
 */
struct pgwalk_scan {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 end;
	__u64 require;
	__u64 exclude;
	__u64 kinds;
	__u64 records;
	__u32 nr_records;
	__u32 filled;
	__u64 resume;
};
pgwalk_assert_size(struct pgwalk_scan, 72);

#define PGWALK_VMAS_COUNT	(1U << 0)	/* walk the tables: fill resident and so on */

/**
 * struct pgwalk_vmas - PGWALK_IOC_VMAS: the mappings of a range
 * @size:	in: of the caller's struct
 * @flags:	in: PGWALK_VMAS_*
 * @start:	in: first address; a mapping that holds it is told whole
 * @end:	in: the first address behind the range, at most user_end
 * @records:	in: pointer to a buffer for struct pgwalk_vma records, aligned to 8
 * @bytes:	in: its size, at least 8192 so that one record always fits
 * @filled:	out: bytes written
 * @resume:	out: go on here; @end when the range is done
 *
 * Errors as PGWALK_IOC_SCAN.
 */
struct pgwalk_vmas {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 end;
	__u64 records;
	__u32 bytes;
	__u32 filled;
	__u64 resume;
};
pgwalk_assert_size(struct pgwalk_vmas, 48);

/* Numbers without a size in them, for the structs grow */
#ifndef PGWALK_NO_TYPES_H
#define PGWALK_IOC_MAGIC	0xBC
#define PGWALK_IOC_INFO		_IO(PGWALK_IOC_MAGIC, 1)
#define PGWALK_IOC_ATTACH	_IO(PGWALK_IOC_MAGIC, 2)
#define PGWALK_IOC_SCAN		_IO(PGWALK_IOC_MAGIC, 3)
#define PGWALK_IOC_VMAS		_IO(PGWALK_IOC_MAGIC, 4)
#endif

#endif /* PGWALK_UAPI_H */
