/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Copyright (C) 2026 the pgwalk authors */
/* The mappings of a process. */
#ifndef PGWALK_UAPI_VMA_H
#define PGWALK_UAPI_VMA_H

#include "pgwalk_entry.h"

/** PGWALK_VMA_KINDS - kinds of mappings: X(NAME, number, "name") */
#define PGWALK_VMA_KINDS(X) \
	X(TEXT, 1, "text") \
	X(RODATA, 2, "rodata") \
	X(DATA, 3, "data") \
	X(BSS, 4, "bss") \
	X(HEAP, 5, "heap") \
	X(STACK, 6, "stack") \
	X(FILE, 7, "file") \
	X(SHM, 8, "shm") \
	X(ANON, 9, "anon") \
	X(VDSO, 10, "vdso") \
	X(DEVICE, 11, "device") \
	X(HUGETLB, 12, "hugetlb") \
	X(OTHER, 13, "other")

/**
 * enum pgwalk_vma_kind - use of a mapping
 *
 * text, rodata, data: a private file mapping that is executable, readable only, writable.
 * bss: anonymous, adjacent to the data of the executable. vdso: [vdso], [vvar], [vsyscall]
 * and other special mappings. shm: tmpfs, memfd, System V, shared anonymous memory.
 * file: any other mapping of a file's page cache, also a shared one. device: a
 * character device, or a file without a page cache, which a driver maps: perf and
 * BPF ring buffers, BPF maps, sockets, io_uring, AIO rings, dma-buf.
 */
enum pgwalk_vma_kind {
	PGWALK_VMA_UNSET	= 0,
#define X(name, number, text) PGWALK_VMA_##name = (number),
	PGWALK_VMA_KINDS(X)
#undef X
	PGWALK_VMA_NR
};

/* Permissions of a VMA, as /proc/PID/maps shows them */
#define PGWALK_PROT_READ	1
#define PGWALK_PROT_WRITE	2
#define PGWALK_PROT_EXEC	4
#define PGWALK_PROT_SHARED	8

#define PGWALK_VMA_NODES	16

/* In @frames_counted: @large, @ksm and @node are 0, because they were not reported */
#define PGWALK_VMA_FRAMES_REDACTED	2

/* Longest name, without the NUL: a record fits into the smallest buffer of PGWALK_IOC_VMAS */
#define PGWALK_VMA_NAME_MAX	7679
#define PGWALK_VMA_NAME_TOO_LONG "//toolong"

/**
 * struct pgwalk_vma - one mapping; variable length
 * @size:	bytes of this record with its name, a multiple of 8: the next record follows
 * @kind:	enum pgwalk_vma_kind
 * @prot:	PGWALK_PROT_*
 * @name_len:	characters of @name, without the final NUL; at most PGWALK_VMA_NAME_MAX
 * @counted:	1 if the fields from @resident on were counted, else they are 0.
 *		They are in bytes
 * @frames_counted: 1 if the fields from @exclusive on were counted, for which frames are read;
 *		PGWALK_VMA_FRAMES_REDACTED on a delegated file: without @large, @ksm and @node
 * @raced_pages: number of pages that are in none of the counts, because their entries
 *		changed each time they were read
 * @start:	first address
 * @end:	first address after the mapping
 * @vm_flags:	the kernel's own vm_flags, with this kernel's numbers
 * @offset:	file offset of @start in bytes
 * @ino:	inode of the file, 0 if anonymous. A System V segment has its id, which may be 0;
 *		its device is not 0
 * @dev_major:	device of the file
 * @dev_minor:	device of the file
 * @resident:	present pages, as in Rss of smaps: without zero and special
 *		pages and without hugetlb, with PROT_NONE, migrating and device pages. Rss of
 *		6.1 also has 4K for each 2M leaf of a file on DAX, whose pages are in @special
 * @dirty:	pages in @resident with a dirty entry
 * @swapped:	swapped out pages, as in Swap of smaps: also those that a shmem object has in swap
 * @zero:	pages mapped to the shared zero page
 * @special:	pages mapped without their struct page being used, whether or not there is one
 * @huge_2m:	pages mapped by leaves of the level pmd, 2M on x86 (huge pages and hugetlb, not the zero page)
 * @huge_1g:	pages mapped by leaves of the level pud, 1G on x86
 * @anon_huge:	pages in @huge_2m that are anonymous and transparent: AnonHugePages of smaps
 * @hugetlb:	hugetlb pages mapped
 * @young:	pages in @resident with an accessed entry; the other pages are cold
 * @soft_dirty:	pages in @resident that were written since soft-dirty was cleared
 * @tables:	page tables of the levels pte, pmd and pud that cover a part of the mapping, with the
 *		tables that are deposited for its anonymous huge pages. A table that covers a part of
 *		an earlier mapping, too, counts in the first one only. The sum over all mappings
 *		of a stopped process is VmPTE
 * @exclusive:	pages in @resident and @hugetlb that are mapped at most once in the whole system.
 *		This field and those after it are 0 unless @frames_counted
 * @shared:	pages in @resident and @hugetlb that are mapped more than once
 * @large:	pages in @resident that small entries map in folios of more than one page (mTHP)
 * @ksm:	pages in @resident that KSM merged
 * @pss:	@resident, with each page divided by its mapcount: Pss of smaps. A page without
 *		a mapcount in this kernel, or one that is migrating or has failed, counts as a
 *		whole
 * @lazyfree:	pages in @resident that are anonymous, marked with MADV_FREE and not written
 *		since: LazyFree of smaps
 * @node:	pages in @resident and @hugetlb by NUMA node; the last element has all further nodes
 * @name:	path, [heap], [stack], [vdso] ... as in /proc/PID/maps, padded with zeroes. A path
 *		that is longer than PGWALK_VMA_NAME_MAX is "//toolong"
 */
struct pgwalk_vma {
	__u32 size;
	__u8 kind;
	__u8 prot;
	__u16 name_len;
	__u16 counted;
	__u16 frames_counted;
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
	__u64 young;
	__u64 soft_dirty;
	__u64 tables;
	__u64 exclusive;
	__u64 shared;
	__u64 large;
	__u64 ksm;
	__u64 pss;
	__u64 lazyfree;
	__u64 node[PGWALK_VMA_NODES];
	char name[];
};
pgwalk_assert_size(struct pgwalk_vma, 336);

#define PGWALK_VMAS_COUNT	(1U << 0)	/* walk the tables and fill in the counts */
#define PGWALK_VMAS_FRAMES	(1U << 1)	/* with COUNT: also read the frames */

/**
 * struct pgwalk_vmas - PGWALK_IOC_VMAS: the mappings of a range
 * @size:	in: size of the caller's struct
 * @flags:	in: PGWALK_VMAS_*; out: on a delegated file, also PGWALK_REDACTED
 * @start:	in: first address; a mapping that contains it is reported as a whole
 * @end:	in: first address after the range, at most user_end
 * @records:	in: pointer to a buffer for struct pgwalk_vma records, aligned to 8
 * @bytes:	in: size of that buffer, at least 8192 so that one record always fits
 * @filled:	out: bytes written
 * @resume:	out: address to continue at; @end when the range is done
 *
 * With PGWALK_REDACTED @large, @ksm and @node of the records are 0, because smaps does not have them.
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

#endif /* PGWALK_UAPI_VMA_H */
