/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The ABI of pgwalk.ko: records, ioctls and flags. Types only, no functions:
 * the module, the BPF programs, the tools and the tests all compile these files.
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

#include "pgwalk_entry.h"
#include "pgwalk_frame.h"
#include "pgwalk_mm.h"
#include "pgwalk_scan.h"
#include "pgwalk_segment.h"
#include "pgwalk_vma.h"

/** PGWALK_ABI_VERSION - raised when a record changes meaning, not when it grows */
#define PGWALK_ABI_VERSION	3
#define PGWALK_DEVICE		"/dev/pgwalk"

/*
 * The newest kernel that the suites pass on; raised only when they pass on a newer one.
 * The test selftests/untested.sh builds the module with a lower one.
 */
#ifndef PGWALK_TESTED_MAJOR
#define PGWALK_TESTED_MAJOR	7
#define PGWALK_TESTED_MINOR	3
#endif

/* PGWALK_PAGING_* in struct pgwalk_info: how this kernel and CPU page */
#define PGWALK_PAGING_LA57	(1ULL << 0)	/* five levels */
#define PGWALK_PAGING_PTI	(1ULL << 1)	/* a second pgd for user mode: not walked */
#define PGWALK_PAGING_RCU_TABLES (1ULL << 2)	/* tables freed through RCU: no mmap_lock but on RT */
#define PGWALK_PAGING_GB_LEAF	(1ULL << 3)	/* the CPU has 1G pages */
#define PGWALK_PAGING_NX	(1ULL << 4)
#define PGWALK_PAGING_PKU	(1ULL << 5)	/* protection keys in use */
#define PGWALK_PAGING_PCID	(1ULL << 6)

/* PGWALK_FEATURE_* in struct pgwalk_info: what this module can do here */
#define PGWALK_FEATURE_SCAN	(1ULL << 0)
#define PGWALK_FEATURE_VMAS	(1ULL << 1)
#define PGWALK_FEATURE_KFUNC	(1ULL << 2)	/* bpf_pgwalk_probe is registered */
#define PGWALK_FEATURE_NUMA_HINT (1ULL << 3)	/* numa-hint can be told from protnone */
#define PGWALK_FEATURE_FRAMES	(1ULL << 4)
#define PGWALK_FEATURE_RMAP	(1ULL << 5)	/* absent on a kernel newer than @newest_tested */
#define PGWALK_FEATURE_MM	(1ULL << 6)
#define PGWALK_FEATURE_TABLES	(1ULL << 7)
#define PGWALK_FEATURE_TRANSLATE (1ULL << 8)
#define PGWALK_FEATURE_SEGMENTS	(1ULL << 9)	/* SEGMENTS and GDT: x86 */

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
 * @rmap_holds:	times that RMAP locked a folio
 * @rmap_hold_max_ns: the longest time in ns from the lock of a folio to its unlock; i_mmap_rwsem
 *		or the lock of the anon_vma is taken and dropped between these
 * @rmap_max_vmas: the highest number of VMAs that one of these holds looked at or passed
 *		over; at most 64
 * @rmap_vmas:	VMAs that all of these holds looked at or passed over
 * @rmap_passes: passes of RMAP over all processes, to find those that have an address space
 * @newest_tested: the newest kernel that this module was tested on: major << 16 | minor << 8
 * @reserved:	0
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
	__u64 rmap_holds;
	__u64 rmap_hold_max_ns;
	__u64 rmap_max_vmas;
	__u64 rmap_vmas;
	__u64 rmap_passes;
	__u32 newest_tested;
	__u32 reserved;
};
pgwalk_assert_size(struct pgwalk_info, 176);

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

/* Numbers without a size in them, for the structs grow */
#ifndef PGWALK_NO_TYPES_H
#define PGWALK_IOC_MAGIC	0xBC
#define PGWALK_IOC_INFO		_IO(PGWALK_IOC_MAGIC, 1)
#define PGWALK_IOC_ATTACH	_IO(PGWALK_IOC_MAGIC, 2)
#define PGWALK_IOC_SCAN		_IO(PGWALK_IOC_MAGIC, 3)
#define PGWALK_IOC_VMAS		_IO(PGWALK_IOC_MAGIC, 4)
#define PGWALK_IOC_TRANSLATE	_IO(PGWALK_IOC_MAGIC, 5)
#define PGWALK_IOC_FRAMES	_IO(PGWALK_IOC_MAGIC, 6)
#define PGWALK_IOC_RMAP		_IO(PGWALK_IOC_MAGIC, 7)
#define PGWALK_IOC_MM		_IO(PGWALK_IOC_MAGIC, 8)
#define PGWALK_IOC_TABLES	_IO(PGWALK_IOC_MAGIC, 9)
#define PGWALK_IOC_SEGMENTS	_IO(PGWALK_IOC_MAGIC, 10)
#define PGWALK_IOC_GDT		_IO(PGWALK_IOC_MAGIC, 11)
#endif

#endif /* PGWALK_UAPI_H */
