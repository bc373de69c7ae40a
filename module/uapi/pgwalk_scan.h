/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Copyright (C) 2026 the pgwalk authors */
/* The leaf entries of a range, and the translation of one address. */
#ifndef PGWALK_UAPI_SCAN_H
#define PGWALK_UAPI_SCAN_H

#include "pgwalk_entry.h"
#include "pgwalk_frame.h"
#include "pgwalk_segment.h"

#define PGWALK_SCAN_PAGES	(1U << 0)	/* one record per leaf; else one per run */
#define PGWALK_SCAN_FRAMES	(1U << 1)	/* records are struct pgwalk_frame_run */
#define PGWALK_SCAN_RAW		(1U << 2)	/* records are __u64: the entry of each page */
#define PGWALK_SCAN_EXCLUSIVE	(1U << 3)	/* with FRAMES: frame_flags has PGWALK_FRAME_EXCLUSIVE */

/* With RAW: the entry changed, or its table was locked, each time it was read. Not a valid entry. */
#define PGWALK_SCAN_RAW_RACED	(~0ULL)

/**
 * struct pgwalk_frame_run - neighbouring pages with equal attributes, also of their frames
 * @run:	run, split where the fields below differ; a large leaf is also split where
 *		other processes map a part of it. A part never begins before @start of the scan
 * @frame_flags: PGWALK_FRAME_FLAG(), as in struct pgwalk_frame, and PGWALK_FRAME_EXCLUSIVE with
 *		PGWALK_SCAN_EXCLUSIVE; equal for every leaf of the run; for a large leaf those of its first page (on 6.1 the other pages have some flags
 *		of their own). COMPOUND_HEAD and COMPOUND_TAIL are those of the first page
 * @mapcount:	mapcount of each page, as in struct pgwalk_frame; -1: not known, or no page
 * @node:	NUMA node; -1: no page
 * @order:	each page is in a folio of 1 << @order frames; small leaves in large folios are
 *		also called mTHP
 * @frame_kind:	enum pgwalk_frame_kind; unset if the entry has no page
 *
 * Frames are read without a reference, after the entries were read.
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
 * @size:	in: size of the caller's struct
 * @flags:	in: PGWALK_SCAN_*; out: on a delegated file, also PGWALK_REDACTED
 * @start:	in: first address, a multiple of the page size
 * @end:	in: first address after the range, a multiple of the page size, at most user_end
 * @require:	in: PGWALK_F_* that must all be set
 * @exclude:	in: PGWALK_F_* of which none may be set
 * @kinds:	in: mask of 1 << enum pgwalk_kind to report; 0: all
 * @records:	in: pointer to an array of struct pgwalk_run, struct pgwalk_frame_run, or __u64
 * @nr_records:	in: number of records that @records has room for, at least 1
 * @filled:	out: records written
 * @resume:	out: address to continue at; @end when the range is done
 * @frame_require: in: with FRAMES, PGWALK_FRAME_FLAG() that must all be set; else 0
 * @frame_exclude: in: with FRAMES, PGWALK_FRAME_FLAG() of which none may be set; else 0
 * @level:	out: with RAW, enum pgwalk_level of the entries; unset if there are none
 * @reserved:	in: 0
 *
 * A leaf is reported as a whole: a record may begin before @start or end after @end, and if
 * small pages are collapsed between two calls, it may overlap an earlier record.
 * Raced ranges have no flags: with @require or @kinds they may be left out.
 *
 * With RAW, and no other flag and no filter, record i is the entry of the page at @start + i pages,
 * as it is in the page table. The bits, and their place, are those of the CPU and of the
 * running kernel: of x86, an entry without the present bit has an inverted pfn or swap offset. An
 * entry is 0 if it is empty or its table does not exist, and PGWALK_SCAN_RAW_RACED if it could not
 * be read. Swap and migration entries and markers are entries. A page of shared memory in swap
 * that has no entry is 0, although it is in a run. All entries of one call are of one @level: a
 * call ends before an entry of another level. Each page of a larger leaf, also of hugetlb, has
 * the entry of the leaf, which has the frame of the first page of the leaf. The leaf may begin
 * before @start and end after the last record.
 *
 * With RAW the pages from @start + @filled pages to @resume have no entry: where tables do not
 * exist, no records are written unless an entry follows that fits. So @filled may be 0, and
 * @resume may be after all pages that @records has room for; @resume is always greater than
 * @start. A caller without @level: EINVAL. In a Xen PV guest, where the table does not have the
 * pfn: EOPNOTSUPP.
 *
 * On a delegated file FRAMES, RAW and EXCLUSIVE are refused (EPERM), and @flags has PGWALK_REDACTED.
 *
 * Not attached: ENOTCONN; target gone: ESRCH. On an error @filled and @resume are not written.
 * EINTR is returned only if no record was written.
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
	__u32 level;
	__u32 reserved;
};
pgwalk_assert_size(struct pgwalk_scan, 96);
#define PGWALK_SCAN_SIZE_1	72	/* without the frames */

/**
 * enum pgwalk_translate_status - result of a translation
 *
 * @PGWALK_TRANSLATE_DONE: every level was read, down to the leaf or the empty entry
 * @PGWALK_TRANSLATE_NO_VMA: no mapping, and this kernel protects no tables outside of mappings
 * @PGWALK_TRANSLATE_RACED: the entries changed each time they were read
 * @PGWALK_TRANSLATE_SEGMENT: the segment gives no linear address; its status is the reason
 */
enum pgwalk_translate_status {
	PGWALK_TRANSLATE_UNSET	= 0,
	PGWALK_TRANSLATE_DONE	= 1,
	PGWALK_TRANSLATE_NO_VMA	= 2,
	PGWALK_TRANSLATE_RACED	= 3,
	PGWALK_TRANSLATE_SEGMENT = 4,
};

/*
 * PGWALK_FACT_* - state that decides the result of a fault at an address, at the time the
 * mapping was read. Without KNOWN the module does not report facts, and the others are 0.
 */
#define PGWALK_FACT_KNOWN	(1U << 0)
#define PGWALK_FACT_GROWS	(1U << 1)	/* no mapping; the next one above grows down */
#define PGWALK_FACT_ANON	(1U << 2)	/* vma_is_anonymous(): zeroed pages */
#define PGWALK_FACT_NO_HANDLER	(1U << 3)	/* the mapping has no fault handler */
#define PGWALK_FACT_PAGE_CACHE	(1U << 4)	/* faults map pages of the file's page cache */
#define PGWALK_FACT_READS	(1U << 5)	/* missing pages are read from the file */
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
#define PGWALK_FACT_UFFD_WP_ASYNC (1U << 19)	/* the kernel resolves WP faults itself */
#define PGWALK_FACT_UFFD_RWP_ASYNC (1U << 20)	/* the kernel resolves RWP faults itself */
#define PGWALK_FACT_PKRU	(1U << 21)	/* @pkru and @pkru_tid are set */
#define PGWALK_FACT_DAX		(1U << 22)	/* faults map the file's memory on a device */

/**
 * struct pgwalk_step - one level of a translation
 * @entry:	entry of the level
 * @table_pfn:	frame of the table with the entry; 0 with PGWALK_REDACTED
 * @index:	index of the entry in the table
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
 * @size:	in: size of the caller's struct
 * @flags:	in: 0; out: on a delegated file PGWALK_REDACTED
 * @addr:	in: an address of the target, or an offset into a segment
 * @tid:	in: thread of the segment registers and PKRU; 0: the first one that is
 *		alive; out: with @reg, that thread
 * @reg:	in: enum pgwalk_segment_register; 0: @addr is a linear address
 * @reserved:	in: 0
 * @linear:	out: the linear address; 0 if @status is SEGMENT
 * @status:	out: enum pgwalk_translate_status
 * @nr_steps:	out: number of steps in @step; the last one is the leaf, or the last entry
 * @segment:	out: with @reg, the segment
 * @step:	out: steps from the root down
 * @vma_start:	out: start of the mapping; 0 if there is none
 * @vma_end:	out: end of the mapping; 0 if there is none
 * @vm_flags:	out: the kernel's vm_flags of the mapping; 0 if there is none
 * @vma_kind:	out: enum pgwalk_vma_kind
 * @vma_prot:	out: PGWALK_PROT_* of the mapping
 * @prot:	out: PGWALK_PROT_READ, WRITE, EXEC that all levels together allow user mode, less
 *		those that the protection key of the entry forbids by @pkru
 * @thread_flags: PGWALK_THREAD_* of the thread, with @reg or PGWALK_FACT_PKRU
 * @vma_pkey:	out: protection key of the mapping, 0 to 15
 * @reserved2:	0
 * @vma_offset:	out: file offset of @vma_start in bytes: vm_pgoff; 0 without a mapping
 * @facts:	out: PGWALK_FACT_*
 * @pkru:	out: with PGWALK_FACT_PKRU, the PKRU register of the thread @pkru_tid: two bits a
 *		key, access disabled and write disabled (Intel SDM vol. 3A, 4.6.2). For a running
 *		thread (PGWALK_THREAD_RUNNING) the value of its last switch
 * @pkru_tid:	out: thread of @pkru, in the caller's pid namespace; else 0
 * @reserved3:	0
 *
 * On a delegated file @reg and @tid must be 0 (else EPERM), because registers are not reported: @prot
 * does not depend on PKRU. @facts, @vma_offset and @vma_pkey are 0.
 *
 * @vma_offset and the fields after it were added later: a caller with a shorter struct does
 * not get them.
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
