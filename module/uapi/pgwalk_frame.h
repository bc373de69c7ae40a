/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Page frames, and who maps them. */
#ifndef PGWALK_UAPI_FRAME_H
#define PGWALK_UAPI_FRAME_H

#include "pgwalk_entry.h"

/*
 * PGWALK_FRAME_FLAG - a flag of a frame: bit n is KPF number n of the kernel's
 * <linux/kernel-page-flags.h>, with the meaning that /proc/kpageflags of the running
 * kernel gives it. This header does not repeat the numbers.
 */
#define PGWALK_FRAME_FLAG(kpf)	(1ULL << (kpf))

/**
 * enum pgwalk_frame_kind - what a frame is used for
 *
 * @PGWALK_FRAME_NONE:	no struct page: device memory, a hole, or behind the end of memory
 * @PGWALK_FRAME_OFFLINE: memory that is not online
 * @PGWALK_FRAME_DEVICE: ZONE_DEVICE: device-private, persistent or peer-to-peer memory
 * @PGWALK_FRAME_FREE:	in the buddy allocator
 * @PGWALK_FRAME_ANON:	anonymous
 * @PGWALK_FRAME_KSM:	merged by KSM
 * @PGWALK_FRAME_FILE:	of the page cache: inode and index are told
 * @PGWALK_FRAME_SHMEM:	of the page cache of tmpfs, memfd, shared anonymous memory
 * @PGWALK_FRAME_HUGETLB: a page of hugetlb
 * @PGWALK_FRAME_SLAB:	of a slab
 * @PGWALK_FRAME_PGTABLE: a page table
 * @PGWALK_FRAME_ZERO:	the shared page of zeroes
 * @PGWALK_FRAME_RESERVED: reserved: firmware, the kernel's image, a hole with a struct page
 * @PGWALK_FRAME_OTHER:	anything else that the kernel allocated
 * @PGWALK_FRAME_HWPOISON: taken out of use because its memory failed or was soft-offlined,
 *		and not of hugetlb; the flags are those of its last use. Inode and index are
 *		given if it is still in the page cache
 */
enum pgwalk_frame_kind {
	PGWALK_FRAME_UNSET	= 0,
	PGWALK_FRAME_NONE	= 1,
	PGWALK_FRAME_OFFLINE	= 2,
	PGWALK_FRAME_DEVICE	= 3,
	PGWALK_FRAME_FREE	= 4,
	PGWALK_FRAME_ANON	= 5,
	PGWALK_FRAME_KSM	= 6,
	PGWALK_FRAME_FILE	= 7,
	PGWALK_FRAME_SHMEM	= 8,
	PGWALK_FRAME_HUGETLB	= 9,
	PGWALK_FRAME_SLAB	= 10,
	PGWALK_FRAME_PGTABLE	= 11,
	PGWALK_FRAME_ZERO	= 12,
	PGWALK_FRAME_RESERVED	= 13,
	PGWALK_FRAME_OTHER	= 14,
	PGWALK_FRAME_HWPOISON	= 15,
	PGWALK_FRAME_NR
};

/* A zone of memory */
enum pgwalk_zone {
	PGWALK_ZONE_UNSET	= 0,
	PGWALK_ZONE_NONE	= 1,	/* no struct page */
	PGWALK_ZONE_DMA		= 2,
	PGWALK_ZONE_DMA32	= 3,
	PGWALK_ZONE_NORMAL	= 4,
	PGWALK_ZONE_MOVABLE	= 5,
	PGWALK_ZONE_DEVICE	= 6,
};

/* The list that reclaim keeps a folio on */
enum pgwalk_lru {
	PGWALK_LRU_UNSET	= 0,
	PGWALK_LRU_NONE		= 1,	/* on none */
	PGWALK_LRU_INACTIVE_ANON = 2,
	PGWALK_LRU_ACTIVE_ANON	= 3,
	PGWALK_LRU_INACTIVE_FILE = 4,
	PGWALK_LRU_ACTIVE_FILE	= 5,
	PGWALK_LRU_UNEVICTABLE	= 6,
};

/**
 * struct pgwalk_frame - one page frame, looked at without a reference
 * @pfn:	its number
 * @flags:	PGWALK_FRAME_FLAG(), as /proc/kpageflags
 * @raw_flags:	the kernel's own page flags of the folio, as this kernel numbers them
 * @head_pfn:	the first frame of its folio; @pfn if it has none
 * @index:	of this page in its file, or its linear page number if anonymous, in 4K pages
 * @ino:	inode of the file (FILE, SHMEM, HUGETLB, HWPOISON), else 0
 * @memcg_ino:	inode of the memory cgroup's directory; 0: none
 * @dev_major:	device of the file
 * @dev_minor:	device of the file
 * @refcount:	of the folio
 * @mapcount:	how many page-table entries map this page, as /proc/kpagecount; -1: not known
 * @folio_mapcount: the same for all of the folio; -1: this kernel does not tell
 * @node:	NUMA node; -1: none
 * @kind:	enum pgwalk_frame_kind
 * @order:	the folio has 1 << @order frames
 * @zone:	enum pgwalk_zone
 * @lru:	enum pgwalk_lru
 * @gen:	generation with multi-generational LRU, 0 is the oldest sequence number modulo
 *		the number of generations, as the kernel keeps it; -1: none
 * @changed:	1: it changed each time it was looked at; fields may not fit each other
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
 * @size:	in: of the caller's struct
 * @flags:	in: 0
 * @pfn:	in: the first
 * @count:	in: how many, at least 1; pfn + count must not overflow
 * @records:	in: pointer to an array of struct pgwalk_frame
 * @nr_records:	in: records it has room for, at least 1
 * @filled:	out: records written, one for each pfn from @pfn on
 *
 * Needs no process. EINTR only if nothing was filled yet.
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

/**
 * enum pgwalk_rmap_status - how far the answer goes
 *
 * @PGWALK_RMAP_DONE:	the search came to its end, and found as many entries, in all calls, as
 *		the kernel counts (@mapcount) at that time
 * @PGWALK_RMAP_MORE:	the buffer is full, or a signal came: call again with @resume and
 *		@resume_tag as they are
 * @PGWALK_RMAP_BUSY:	a lock was held by others each time it was tried, or an entry was being
 *		changed each time it was read. The records may not be all: search again
 * @PGWALK_RMAP_CHANGED: the page was freed or became another one meanwhile, or between
 *		two calls
 * @PGWALK_RMAP_NO_PAGE: nothing that could be mapped through the kernel's reverse map: no
 *		struct page, free, slab, a page table, the zero page
 * @PGWALK_RMAP_MISMATCH: the search came to its end, but mappings were added or removed during
 *		it: the number of entries found is not @mapcount, or the mapping at which
 *		a part of the search ended was gone when the next part began
 * @PGWALK_RMAP_UNCOUNTED: the search came to its end, and the number of entries found cannot be
 *		compared: this kernel keeps no mapcount of the page (@mapcount is -1), or more
 *		than 524 286 entries were found by reading all page tables
 */
enum pgwalk_rmap_status {
	PGWALK_RMAP_UNSET	= 0,
	PGWALK_RMAP_DONE	= 1,
	PGWALK_RMAP_MORE	= 2,
	PGWALK_RMAP_BUSY	= 3,
	PGWALK_RMAP_CHANGED	= 4,
	PGWALK_RMAP_NO_PAGE	= 5,
	PGWALK_RMAP_MISMATCH	= 6,
	PGWALK_RMAP_UNCOUNTED	= 7,
};

/* How the mappings were found */
enum pgwalk_rmap_method {
	PGWALK_RMAP_METHOD_UNSET = 0,
	PGWALK_RMAP_METHOD_NONE	= 1,	/* nothing to look for */
	PGWALK_RMAP_METHOD_ANON	= 2,	/* anon_vma */
	PGWALK_RMAP_METHOD_FILE	= 3,	/* i_mmap of the file */
	/* The page tables of every process: KSM, and pages of drivers that have no file */
	PGWALK_RMAP_METHOD_SCAN	= 4,
};

/**
 * struct pgwalk_rmap_hit - one entry that maps the page, in one process
 * @addr:	where; of this page, also in a huge leaf
 * @vma_start:	of the mapping
 * @vma_end:	of the mapping
 * @vm_flags:	of the mapping
 * @flags:	PGWALK_F_* of the entry
 * @tgid:	the process, in the caller's pid namespace; 0: it is in none that the caller
 *		sees; -1: nobody has the address space any more
 * @counted:	1; 0: the entry was told already, of another process that has the same
 *		address space, or shares the table (hugetlb): the kernel counts it once
 * @kind:	enum pgwalk_kind
 * @shift:	log2 of the leaf size
 * @prot:	PGWALK_PROT_* of the mapping
 * @vma_kind:	enum pgwalk_vma_kind
 * @reserved:	0
 * @comm:	of the process; NUL, then zeroes
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

#define PGWALK_RMAP_ADDRESS	(1U << 0)	/* ask for the page at @addr of the target */

/**
 * struct pgwalk_rmap - PGWALK_IOC_RMAP: who maps a page
 * @size:	in: of the caller's struct
 * @flags:	in: PGWALK_RMAP_ADDRESS, which needs ATTACH; else 0
 * @pfn:	in: the page, without ADDRESS; out: the page that was asked for
 * @addr:	in: with ADDRESS, an address of the target; else 0
 * @records:	in: pointer to an array of struct pgwalk_rmap_hit
 * @nr_records:	in: records it has room for, at least 1
 * @filled:	out: records written
 * @resume:	in: 0, or what the call before gave; out: meaningful with MORE
 * @status:	out: enum pgwalk_rmap_status
 * @method:	out: enum pgwalk_rmap_method
 * @mapcount:	out: of the page; with DONE and MISMATCH at the end of the search, else when this
 *		call began; -1: not known
 * @found:	out: entries found by this call that map it, those with @counted
 * @resume_tag:	in, out: goes with @resume; 0 for a first call
 *
 * A reference to the folio is held during the search, the only place that takes one.
 * Locks are tried, never waited for. A call on the same open file continues where the call
 * before ended; on another open file it passes over the mappings before. A call makes at most
 * one pass over all processes, and may return MORE with room left in @records. ENOENT: with ADDRESS, no page is mapped there.
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
