/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* The mappings of a process. */
#ifndef PGWALK_UAPI_VMA_H
#define PGWALK_UAPI_VMA_H

#include "pgwalk_entry.h"

/**
 * enum pgwalk_vma_kind - what a mapping is for
 *
 * text, rodata, data: a private file mapping that may execute, only be read, be written.
 * bss: anonymous, joins the data of the executable. vdso: [vdso], [vvar], [vsyscall]
 * and other special mappings. shm: tmpfs, memfd, System V, shared anonymous memory.
 * file: any other mapping of a file's page cache, the shared ones among them. device: a
 * character device, and a file without a page cache, of which a driver maps pages: perf and
 * BPF ring buffers, BPF maps, sockets, io_uring, AIO rings, dma-buf.
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

#define PGWALK_VMA_NODES	16

/* Longest name, without its NUL: a record fits into the smallest buffer of PGWALK_IOC_VMAS */
#define PGWALK_VMA_NAME_MAX	7679
#define PGWALK_VMA_NAME_TOO_LONG "//toolong"

/**
 * struct pgwalk_vma - one mapping; variable length
 * @size:	bytes of this record with its name, a multiple of 8: the next one follows
 * @kind:	enum pgwalk_vma_kind
 * @prot:	PGWALK_PROT_*
 * @name_len:	characters of @name, without the final NUL; at most PGWALK_VMA_NAME_MAX
 * @counted:	1 if the fields from @resident on were counted, else they are 0.
 *		All of them are bytes
 * @framed:	1 if the frames were asked too: @exclusive and what follows
 * @raced_pages: 4K pages whose entries changed each time they were read: they are
 *		in none of the counts
 * @start:	first address
 * @end:	the first address behind it
 * @vm_flags:	the kernel's own vm_flags, as this kernel numbers them
 * @offset:	of @start in the file
 * @ino:	inode of the file, 0 if anonymous. A System V segment has its id, which may be 0;
 *		its device is not 0
 * @dev_major:	device of the file
 * @dev_minor:	device of the file
 * @resident:	present pages, as Rss of smaps counts them: without zero and special
 *		pages and without hugetlb, with PROT_NONE, migrating and device pages
 * @dirty:	of these, dirty by their entry
 * @swapped:	swapped out, as Swap of smaps: with pages that a shmem object has in swap
 * @zero:	mapped to the shared zero page
 * @special:	mapped without their struct page being used, whether there is one or not
 * @huge_2m:	covered by 2M leaves (huge pages and hugetlb, not the zero page)
 * @huge_1g:	covered by 1G leaves
 * @anon_huge:	of @huge_2m, anonymous and transparent: AnonHugePages of smaps
 * @hugetlb:	hugetlb pages mapped
 * @young:	of @resident, accessed by their entry: what is resident and not young is cold
 * @soft_dirty:	of @resident, written since soft-dirty was cleared
 * @exclusive:	of @resident and @hugetlb, mapped no more than once in all of the system.
 *		This and what follows is 0 unless @framed
 * @shared:	of @resident and @hugetlb, mapped more than once
 * @large:	of @resident, mapped by small entries in folios of more than one page (mTHP)
 * @ksm:	of @resident, merged by KSM
 * @pss:	@resident, with each page divided by the number of times that it is mapped: Pss of
 *		smaps. A page of which the kernel does not count the mappings, or that is
 *		migrating or has failed, counts whole
 * @lazyfree:	of @resident, anonymous, marked with MADV_FREE and not written since: LazyFree
 *		of smaps
 * @node:	of @resident and @hugetlb, by NUMA node; the last one has all nodes from there on
 * @name:	path, [heap], [stack], [vdso] ... as in /proc/PID/maps; NUL, then zeroes. A path
 *		that is longer than PGWALK_VMA_NAME_MAX is "//toolong"
 */
struct pgwalk_vma {
	__u32 size;
	__u8 kind;
	__u8 prot;
	__u16 name_len;
	__u16 counted;
	__u16 framed;
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
	__u64 exclusive;
	__u64 shared;
	__u64 large;
	__u64 ksm;
	__u64 pss;
	__u64 lazyfree;
	__u64 node[PGWALK_VMA_NODES];
	char name[];
};
pgwalk_assert_size(struct pgwalk_vma, 328);

#define PGWALK_VMAS_COUNT	(1U << 0)	/* walk the tables: fill resident and so on */
#define PGWALK_VMAS_FRAMES	(1U << 1)	/* with COUNT: ask the frames too */

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

#endif /* PGWALK_UAPI_VMA_H */
