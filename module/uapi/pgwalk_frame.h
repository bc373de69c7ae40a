/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Copyright (C) 2026 the pgwalk authors */
/* Page frames, and the mappings of a page. */
#ifndef PGWALK_UAPI_FRAME_H
#define PGWALK_UAPI_FRAME_H

#include "pgwalk_entry.h"

/*
 * PGWALK_FRAME_FLAG - a flag of a frame: bit n is KPF number n of the kernel's
 * <linux/kernel-page-flags.h>, with its meaning in /proc/kpageflags of the running
 * kernel. This header does not repeat the numbers.
 */
#define PGWALK_FRAME_FLAG(kpf)	(1ULL << (kpf))

/**
 * PGWALK_FRAME_FLAGS - flags of frames: X(KPF number, letter, "name"), as page-types prints them
 *
 * Numbers from 32 on are internal to the kernel (include/linux/kernel-page-flags.h). 34 is
 * "mappedtodisk" on kernels before 6.16. PGWALK_FRAME_FLAG_MAX is above all numbers.
 */
#define PGWALK_FRAME_FLAGS(X) \
	X(0, 'L', "locked") \
	X(1, 'E', "error") \
	X(2, 'R', "referenced") \
	X(3, 'U', "uptodate") \
	X(4, 'D', "dirty") \
	X(5, 'l', "lru") \
	X(6, 'A', "active") \
	X(7, 'S', "slab") \
	X(8, 'W', "writeback") \
	X(9, 'I', "reclaim") \
	X(10, 'B', "buddy") \
	X(11, 'M', "mmap") \
	X(12, 'a', "anonymous") \
	X(13, 's', "swapcache") \
	X(14, 'b', "swapbacked") \
	X(15, 'H', "compound_head") \
	X(16, 'T', "compound_tail") \
	X(17, 'G', "huge") \
	X(18, 'u', "unevictable") \
	X(19, 'X', "hwpoison") \
	X(20, 'n', "nopage") \
	X(21, 'x', "ksm") \
	X(22, 't', "thp") \
	X(23, 'o', "offline") \
	X(24, 'z', "zero_page") \
	X(25, 'i', "idle_page") \
	X(26, 'g', "pgtable") \
	X(32, 'r', "reserved") \
	X(33, 'm', "mlocked") \
	X(34, 'd', "owner_2") \
	X(35, 'P', "private") \
	X(36, 'p', "private_2") \
	X(37, 'O', "owner_private") \
	X(38, 'h', "arch") \
	X(39, 'c', "uncached") \
	X(40, 'f', "softdirty") \
	X(41, 'H', "arch_2") \
	X(42, 'J', "arch_3")
#define PGWALK_FRAME_FLAG_MAX	43

/*
 * Only with PGWALK_SCAN_EXCLUSIVE: the kernel has marked the anonymous page as used by one process
 * only (PageAnonExclusive), so that a write never copies it. This is the flag of the page itself; in
 * /proc/kpageflags, where "owner_2" of an anonymous page has this meaning, kernels from 6.10 on
 * report the flag of the first page of the folio. The number is that of anon_exclusive in page-types.
 */
#define PGWALK_FRAME_EXCLUSIVE	PGWALK_FRAME_FLAG(47)

/** PGWALK_FRAME_KINDS - kinds of frames: X(NAME, number, "name") */
#define PGWALK_FRAME_KINDS(X) \
	X(NONE, 1, "none") \
	X(OFFLINE, 2, "offline") \
	X(DEVICE, 3, "device") \
	X(FREE, 4, "free") \
	X(ANON, 5, "anon") \
	X(KSM, 6, "ksm") \
	X(FILE, 7, "file") \
	X(SHMEM, 8, "shmem") \
	X(HUGETLB, 9, "hugetlb") \
	X(SLAB, 10, "slab") \
	X(PGTABLE, 11, "pgtable") \
	X(ZERO, 12, "zero") \
	X(RESERVED, 13, "reserved") \
	X(OTHER, 14, "other") \
	X(HWPOISON, 15, "hwpoison")

/**
 * enum pgwalk_frame_kind - use of a frame
 *
 * @PGWALK_FRAME_NONE:	no struct page: device memory, a hole, or after the end of memory
 * @PGWALK_FRAME_OFFLINE: memory that is not online
 * @PGWALK_FRAME_DEVICE: ZONE_DEVICE: device-private, persistent or peer-to-peer memory
 * @PGWALK_FRAME_FREE:	in the buddy allocator
 * @PGWALK_FRAME_ANON:	anonymous
 * @PGWALK_FRAME_KSM:	merged by KSM
 * @PGWALK_FRAME_FILE:	in the page cache: inode and index are reported
 * @PGWALK_FRAME_SHMEM:	in the page cache of tmpfs, memfd, shared anonymous memory
 * @PGWALK_FRAME_HUGETLB: a page of hugetlb
 * @PGWALK_FRAME_SLAB:	in a slab
 * @PGWALK_FRAME_PGTABLE: a page table
 * @PGWALK_FRAME_ZERO:	the shared zero page
 * @PGWALK_FRAME_RESERVED: reserved: firmware, the kernel's image, a hole with a struct page
 * @PGWALK_FRAME_OTHER:	allocated by the kernel for another use
 * @PGWALK_FRAME_HWPOISON: taken out of use because its memory failed or was soft-offlined,
 *		and not of hugetlb; the flags are those of its last use. Inode and index are
 *		reported if it is still in the page cache
 */
enum pgwalk_frame_kind {
	PGWALK_FRAME_UNSET	= 0,
#define X(name, number, text) PGWALK_FRAME_##name = (number),
	PGWALK_FRAME_KINDS(X)
#undef X
	PGWALK_FRAME_NR
};

/** PGWALK_ZONES - zones: X(NAME, number, "name") */
#define PGWALK_ZONES(X) \
	X(DMA, 2, "DMA") \
	X(DMA32, 3, "DMA32") \
	X(NORMAL, 4, "Normal") \
	X(MOVABLE, 5, "Movable") \
	X(DEVICE, 6, "Device")

/* A zone of memory */
enum pgwalk_zone {
	PGWALK_ZONE_UNSET	= 0,
	PGWALK_ZONE_NONE		= 1,	/* no struct page */
#define X(name, number, text) PGWALK_ZONE_##name = (number),
	PGWALK_ZONES(X)
#undef X
};

/** PGWALK_LRUS - LRU lists: X(NAME, number, "name") */
#define PGWALK_LRUS(X) \
	X(INACTIVE_ANON, 2, "inactive-anon") \
	X(ACTIVE_ANON, 3, "active-anon") \
	X(INACTIVE_FILE, 4, "inactive-file") \
	X(ACTIVE_FILE, 5, "active-file") \
	X(UNEVICTABLE, 6, "unevictable")

/* LRU list of a folio */
enum pgwalk_lru {
	PGWALK_LRU_UNSET	= 0,
	PGWALK_LRU_NONE		= 1,	/* on no list */
#define X(name, number, text) PGWALK_LRU_##name = (number),
	PGWALK_LRUS(X)
#undef X
};

/**
 * struct pgwalk_frame - one page frame, read without a reference
 * @pfn:	number of the frame
 * @flags:	PGWALK_FRAME_FLAG(), as in /proc/kpageflags
 * @raw_flags:	the kernel's own page flags of the folio, with this kernel's numbers
 * @head_pfn:	first frame of its folio; @pfn if it is in none
 * @index:	index of this page in its file, or its linear page number if anonymous, in pages
 * @ino:	inode of the file (FILE, SHMEM, HUGETLB, HWPOISON), else 0
 * @memcg_ino:	inode of the memory cgroup's directory; 0: none
 * @dev_major:	device of the file
 * @dev_minor:	device of the file
 * @refcount:	reference count of the folio
 * @mapcount:	number of page-table entries that map this page, as in /proc/kpagecount; -1: unknown
 * @folio_mapcount: number of page-table entries that map pages of the folio; -1: this kernel does
 *		not count them
 * @node:	NUMA node; -1: none
 * @kind:	enum pgwalk_frame_kind
 * @order:	the folio has 1 << @order frames
 * @zone:	enum pgwalk_zone
 * @lru:	enum pgwalk_lru
 * @gen:	generation with multi-generational LRU: its sequence number modulo the number of
 *		generations, as the kernel keeps it; -1: none
 * @changed:	1: the frame changed each time it was read; fields may be inconsistent
 * @reserved:	0
 */
struct pgwalk_frame {
	__u64 pfn;
	__u64 flags;
	__u64 raw_flags;
	__u64 head_pfn;
	__u64 index;
	__u64 ino;
	__u64 memcg_ino;
	__u32 dev_major;
	__u32 dev_minor;
	__s32 refcount;
	__s32 mapcount;
	__s32 folio_mapcount;
	__s16 node;
	__u8 kind;
	__u8 order;
	__u8 zone;
	__u8 lru;
	__s8 gen;
	__u8 changed;
	__u32 reserved;
};
pgwalk_assert_size(struct pgwalk_frame, 88);

/**
 * struct pgwalk_frames - PGWALK_IOC_FRAMES: a range of frames
 * @size:	in: size of the caller's struct
 * @flags:	in: 0
 * @pfn:	in: first frame
 * @count:	in: number of frames, at least 1; pfn + count must not overflow
 * @records:	in: pointer to an array of struct pgwalk_frame
 * @nr_records:	in: number of records that @records has room for, at least 1
 * @filled:	out: records written, one for each pfn from @pfn on
 *
 * Needs no process. EINTR only if no record was written.
 */
struct pgwalk_frames {
	__u32 size;
	__u32 flags;
	__u64 pfn;
	__u64 count;
	__u64 records;
	__u32 nr_records;
	__u32 filled;
};
pgwalk_assert_size(struct pgwalk_frames, 40);

/** PGWALK_RMAP_STATUSES - status of a reverse-map search: X(NAME, number, "name") */
#define PGWALK_RMAP_STATUSES(X) \
	X(DONE, 1, "done") \
	X(MORE, 2, "more") \
	X(BUSY, 3, "busy") \
	X(CHANGED, 4, "changed") \
	X(NO_PAGE, 5, "no-page") \
	X(MISMATCH, 6, "mismatch") \
	X(UNCOUNTED, 7, "uncounted")

/**
 * enum pgwalk_rmap_status - completeness of a search
 *
 * @PGWALK_RMAP_DONE:	the search is complete: the number of entries found, in all calls, is the
 *		kernel's mapcount (@mapcount) at the end of the search
 * @PGWALK_RMAP_MORE:	the buffer is full, or a signal came: call again with @resume and
 *		@resume_tag unchanged
 * @PGWALK_RMAP_BUSY:	a lock was held each time it was tried, or an entry changed
 *		each time it was read. Records may be missing: search again
 * @PGWALK_RMAP_CHANGED: the page was freed or reused during the call, or between
 *		two calls
 * @PGWALK_RMAP_NO_PAGE: a page that the kernel's reverse map cannot contain: no
 *		struct page, free, slab, a page table, the zero page
 * @PGWALK_RMAP_MISMATCH: the search reached its end, but mappings were added or removed during
 *		it: the number of entries found is not @mapcount, or the mapping at which
 *		a part of the search ended was gone when the next part began
 * @PGWALK_RMAP_UNCOUNTED: the search reached its end, and the number of entries found cannot be
 *		compared: this kernel keeps no mapcount of the page (@mapcount is -1), or more
 *		than 524 286 entries were found by reading all page tables
 */
enum pgwalk_rmap_status {
	PGWALK_RMAP_UNSET	= 0,
#define X(name, number, text) PGWALK_RMAP_##name = (number),
	PGWALK_RMAP_STATUSES(X)
#undef X
};

/** PGWALK_RMAP_METHODS - methods of a reverse-map search: X(NAME, number, "name") */
#define PGWALK_RMAP_METHODS(X) \
	X(NONE, 1, "none") \
	X(ANON, 2, "anon") \
	X(FILE, 3, "file") \
	X(SCAN, 4, "scan")

/**
 * enum pgwalk_rmap_method - method by which the mappings were found
 *
 * @PGWALK_RMAP_METHOD_NONE:	no search is possible
 * @PGWALK_RMAP_METHOD_ANON:	anon_vma
 * @PGWALK_RMAP_METHOD_FILE:	i_mmap of the file
 * @PGWALK_RMAP_METHOD_SCAN:	page tables of every process: KSM, and pages of drivers that have no file
 */
enum pgwalk_rmap_method {
	PGWALK_RMAP_METHOD_UNSET	= 0,
#define X(name, number, text) PGWALK_RMAP_METHOD_##name = (number),
	PGWALK_RMAP_METHODS(X)
#undef X
};

/**
 * struct pgwalk_rmap_hit - one entry that maps the page, in one process
 * @addr:	address of the page, also in a huge leaf
 * @vma_start:	start of the mapping
 * @vma_end:	end of the mapping
 * @vm_flags:	the kernel's vm_flags of the mapping
 * @flags:	PGWALK_F_* of the entry
 * @tgid:	process, in the caller's pid namespace; 0: it is not in that namespace; -1: no
 *		process uses the address space any more
 * @counted:	1; 0: the entry was reported before, for another process that uses the
 *		address space, or shares the table (hugetlb): the kernel counts it once
 * @kind:	enum pgwalk_kind
 * @shift:	log2 of the leaf size in bytes
 * @prot:	PGWALK_PROT_* of the mapping
 * @vma_kind:	enum pgwalk_vma_kind
 * @reserved:	0
 * @comm:	name of the process, padded with zeroes
 */
struct pgwalk_rmap_hit {
	__u64 addr;
	__u64 vma_start;
	__u64 vma_end;
	__u64 vm_flags;
	__u64 flags;
	__s32 tgid;
	__u32 counted;
	__u8 kind;
	__u8 shift;
	__u8 prot;
	__u8 vma_kind;
	__u32 reserved;
	char comm[16];
};
pgwalk_assert_size(struct pgwalk_rmap_hit, 72);

#define PGWALK_RMAP_ADDRESS	(1U << 0)	/* search for the page at @addr of the target */

/**
 * struct pgwalk_rmap - PGWALK_IOC_RMAP: the mappings of a page
 * @size:	in: size of the caller's struct
 * @flags:	in: PGWALK_RMAP_ADDRESS, which needs ATTACH; else 0
 * @pfn:	in: frame of the page, without ADDRESS; out: frame of the page
 * @addr:	in: with ADDRESS, an address of the target; else 0
 * @records:	in: pointer to an array of struct pgwalk_rmap_hit
 * @nr_records:	in: number of records that @records has room for, at least 1
 * @filled:	out: records written
 * @resume:	in: 0, or the value of the call before; out: valid with MORE
 * @status:	out: enum pgwalk_rmap_status
 * @method:	out: enum pgwalk_rmap_method
 * @mapcount:	out: mapcount of the page; with DONE and MISMATCH at the end of the search, else
 *		when this call began; -1: not known
 * @found:	out: number of entries that this call found, those with @counted
 * @resume_tag:	in, out: belongs to @resume; 0 in a first call
 *
 * A reference to the folio is held during the search; no other call takes one.
 * Locks are tried, never waited for. A call on the same open file continues where the call
 * before ended; on another open file it skips the mappings that were searched. A call makes at
 * most one pass over all processes, and may return MORE with room left in @records. ENOENT: with
 * ADDRESS, no page is mapped there.
 */
struct pgwalk_rmap {
	__u32 size;
	__u32 flags;
	__u64 pfn;
	__u64 addr;
	__u64 records;
	__u32 nr_records;
	__u32 filled;
	__u64 resume;
	__u32 status;
	__u32 method;
	__s32 mapcount;
	__u32 found;
	__u64 resume_tag;
};
pgwalk_assert_size(struct pgwalk_rmap, 72);

#endif /* PGWALK_UAPI_FRAME_H */
