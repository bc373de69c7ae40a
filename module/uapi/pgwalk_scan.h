/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* The leaf entries of a range, and the way to one of them. */
#ifndef PGWALK_UAPI_SCAN_H
#define PGWALK_UAPI_SCAN_H

#include "pgwalk_entry.h"
#include "pgwalk_frame.h"
#include "pgwalk_segment.h"

#define PGWALK_SCAN_PAGES	(1U << 0)	/* a record a leaf; else a record a run */
#define PGWALK_SCAN_FRAMES	(1U << 1)	/* records are struct pgwalk_frame_run */

/**
 * struct pgwalk_frame_run - neighbouring pages of one kind, in frames of one kind
 * @run:	as without frames, cut where what follows differs; a large leaf too, where
 *		others map a part of its pages: such a part never begins before @start of the scan
 * @frame_flags: PGWALK_FRAME_FLAG(), as struct pgwalk_frame, the same for every leaf of the run;
 *		of a large leaf those of its first page (on 6.1 the others have some of their
 *		own). COMPOUND_HEAD and COMPOUND_TAIL are those of the first page
 * @mapcount:	of each page, as struct pgwalk_frame; -1: not known, or no page
 * @node:	NUMA node; -1: no page
 * @order:	each page is of a folio of 1 << @order frames; a run of small leaves in large
 *		folios is what is called mTHP
 * @frame_kind:	enum pgwalk_frame_kind; unset if the entry has no page
 *
 * Frames are looked at without a reference, after the entries were read.
 */
struct pgwalk_frame_run {
	struct pgwalk_run run;
	__u64 frame_flags;
	__s32 mapcount;
	__s16 node;
	__u8 order;
	__u8 frame_kind;
};
pgwalk_assert_size(struct pgwalk_frame_run, 56);

/**
 * struct pgwalk_scan - PGWALK_IOC_SCAN: the leaf entries of a range
 * @size:	in: of the caller's struct
 * @flags:	in: PGWALK_SCAN_*
 * @start:	in: first address, a multiple of 4K
 * @end:	in: the first address behind the range, a multiple of 4K, at most user_end
 * @require:	in: PGWALK_F_* that all must be set
 * @exclude:	in: PGWALK_F_* that none may be set
 * @kinds:	in: mask of 1 << enum pgwalk_kind to report; 0: all
 * @records:	in: pointer to an array of struct pgwalk_run, or struct pgwalk_frame_run
 * @nr_records:	in: records it has room for, at least 1
 * @filled:	out: records written
 * @resume:	out: go on here; @end when the range is done
 * @frame_require: in: with FRAMES, PGWALK_FRAME_FLAG() that all must be set; else 0
 * @frame_exclude: in: likewise, that none may be set
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
	__u64 frame_require;
	__u64 frame_exclude;
};
pgwalk_assert_size(struct pgwalk_scan, 88);
#define PGWALK_SCAN_SIZE_1	72	/* without the frames */

/**
 * enum pgwalk_translate_status - how far a translation came
 *
 * @PGWALK_TRANSLATE_DONE: every level was read, down to the leaf or the empty entry
 * @PGWALK_TRANSLATE_NO_VMA: no mapping, and this kernel protects no tables outside of one
 * @PGWALK_TRANSLATE_RACED: the entries changed each time they were read
 * @PGWALK_TRANSLATE_SEGMENT: the segment does not give a linear address: its status says why
 */
enum pgwalk_translate_status {
	PGWALK_TRANSLATE_UNSET	= 0,
	PGWALK_TRANSLATE_DONE	= 1,
	PGWALK_TRANSLATE_NO_VMA	= 2,
	PGWALK_TRANSLATE_RACED	= 3,
	PGWALK_TRANSLATE_SEGMENT = 4,
};

/*
 * PGWALK_FACT_* - what the kernel would decide a fault at an address by, as it was when the
 * mapping was read. Without KNOWN the module does not report facts, and the others are 0.
 */
#define PGWALK_FACT_KNOWN	(1U << 0)
#define PGWALK_FACT_GROWS	(1U << 1)	/* no mapping; the next one above grows down */
#define PGWALK_FACT_ANON	(1U << 2)	/* vma_is_anonymous(): pages of zeroes */
#define PGWALK_FACT_NO_HANDLER	(1U << 3)	/* the mapping has no fault handler */
#define PGWALK_FACT_PAGE_CACHE	(1U << 4)	/* faults map pages of the file's page cache */
#define PGWALK_FACT_READS	(1U << 5)	/* and the file's content can be read in */
#define PGWALK_FACT_CACHED	(1U << 6)	/* a page is in the page cache */
#define PGWALK_FACT_SWAPPED	(1U << 7)	/* tmpfs: the page is in swap */
#define PGWALK_FACT_FILE_END	(1U << 8)	/* at or after the last page of the file */
#define PGWALK_FACT_NORESERVE	(1U << 9)	/* hugetlb: mapped without a reservation */
#define PGWALK_FACT_POOL_EMPTY	(1U << 10)	/* hugetlb: no page of this size is free */
#define PGWALK_FACT_POOL_RESERVED (1U << 11)	/* hugetlb: all free pages are reserved */
#define PGWALK_FACT_SHADOW_STACK (1U << 12)
#define PGWALK_FACT_UFFD_MISSING (1U << 13)	/* registered with userfaultfd, by mode */
#define PGWALK_FACT_UFFD_MINOR	(1U << 14)
#define PGWALK_FACT_UFFD_WP	(1U << 15)
#define PGWALK_FACT_UFFD_RWP	(1U << 16)
#define PGWALK_FACT_UFFD_FEATURES (1U << 17)	/* the next three are known (6.9 and later) */
#define PGWALK_FACT_UFFD_SIGBUS	(1U << 18)	/* UFFD_FEATURE_SIGBUS: no event, SIGBUS */
#define PGWALK_FACT_UFFD_WP_ASYNC (1U << 19)	/* the kernel resolves faults of WP itself */
#define PGWALK_FACT_UFFD_RWP_ASYNC (1U << 20)	/* and those of RWP */
#define PGWALK_FACT_PKRU	(1U << 21)	/* @pkru and @pkru_tid are set */

/**
 * struct pgwalk_step - one level of a translation
 * @entry:	what was found
 * @table_pfn:	the frame of the table it was found in
 * @index:	its number in the table
 * @reserved:	0
 */
struct pgwalk_step {
	struct pgwalk_entry entry;
	__u64 table_pfn;
	__u32 index;
	__u32 reserved;
};
pgwalk_assert_size(struct pgwalk_step, 48);

/**
 * struct pgwalk_translate - PGWALK_IOC_TRANSLATE: one address, level by level
 * @size:	in: of the caller's struct
 * @flags:	in: 0
 * @addr:	in: an address of the target, or an offset into a segment
 * @tid:	in: the thread whose segment registers and PKRU are used; 0: the first one
 *		that is alive; out: with @reg, that thread
 * @reg:	in: enum pgwalk_segment_register; 0: @addr is linear already
 * @reserved:	in: 0
 * @linear:	out: the linear address; 0 if @status is SEGMENT
 * @status:	out: enum pgwalk_translate_status
 * @nr_steps:	out: of @step; the last one is the leaf, or the entry at which it ends
 * @segment:	out: with @reg, the segment
 * @step:	out: from the root down
 * @vma_start:	out: of the mapping; 0 if there is none
 * @vma_end:	out: likewise
 * @vm_flags:	out: likewise
 * @vma_kind:	out: enum pgwalk_vma_kind
 * @vma_prot:	out: PGWALK_PROT_* of the mapping
 * @prot:	out: PGWALK_PROT_READ, WRITE, EXEC that all levels together allow user mode, less
 *		what the protection key of the entry forbids by @pkru
 * @thread_flags: PGWALK_THREAD_* of the thread, with @reg; with PGWALK_FACT_PKRU too
 * @vma_pkey:	out: protection key of the mapping, 0 to 15
 * @reserved2:	0
 * @vma_offset:	out: file offset of @vma_start in bytes: vm_pgoff; 0 without a mapping
 * @facts:	out: PGWALK_FACT_*
 * @pkru:	out: with PGWALK_FACT_PKRU, the PKRU register of the thread @pkru_tid: two bits a
 *		key, access disabled and write disabled (Intel SDM vol. 3A, 4.6.2). Of a thread
 *		that runs (PGWALK_THREAD_RUNNING) as it was at its last switch
 * @pkru_tid:	out: that thread, in the caller's pid namespace; else 0
 *
 * @reserved3:	0
 *
 * @vma_offset and what follows is of later versions: a caller with a shorter struct does
 * without.
 */
struct pgwalk_translate {
	__u32 size;
	__u32 flags;
	__u64 addr;
	__s32 tid;
	__u8 reg;
	__u8 reserved[3];
	__u64 linear;
	__u32 status;
	__u32 nr_steps;
	struct pgwalk_segment segment;
	struct pgwalk_step step[PGWALK_MAX_LEVELS];
	__u64 vma_start;
	__u64 vma_end;
	__u64 vm_flags;
	__u8 vma_kind;
	__u8 vma_prot;
	__u8 prot;
	__u8 thread_flags;
	__u8 vma_pkey;
	__u8 reserved2[3];
	__u64 vma_offset;
	__u32 facts;
	__u32 pkru;
	__s32 pkru_tid;
	__u32 reserved3;
};
pgwalk_assert_size(struct pgwalk_translate, 360);
#define PGWALK_TRANSLATE_SIZE_1	336	/* without the facts */

#endif /* PGWALK_UAPI_SCAN_H */
