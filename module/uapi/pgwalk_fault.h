/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The records of page faults, from the BPF programs to pgtop and into recorded
 * streams. Types only: BPF programs, tools and tests compile this file; the
 * module does not need it.
 */
#ifndef PGWALK_FAULT_UAPI_H
#define PGWALK_FAULT_UAPI_H

#include "pgwalk.h"

/**
 * enum pgwalk_fault_class - what a fault did; the names are in Documentation
 *
 * 0 is the row of what could not be given to a mapping.
 */
enum pgwalk_fault_class {
	PGWALK_FAULT_UNATTRIBUTED = 0,
	PGWALK_FAULT_ANON_ZERO	= 1,
	PGWALK_FAULT_ANON_NEW	= 2,
	PGWALK_FAULT_THP_NEW	= 3,
	PGWALK_FAULT_FILE_CACHED = 4,
	PGWALK_FAULT_FILE_READ	= 5,
	PGWALK_FAULT_SHMEM	= 6,
	PGWALK_FAULT_COW_COPY	= 7,
	PGWALK_FAULT_COW_REUSE	= 8,
	PGWALK_FAULT_FILE_COW	= 9,
	PGWALK_FAULT_SHARED_WRITE = 10,
	PGWALK_FAULT_SWAP_CACHED = 11,
	PGWALK_FAULT_SWAP_READ	= 12,
	PGWALK_FAULT_NUMA_HINT	= 13,
	PGWALK_FAULT_MIGRATION	= 14,
	PGWALK_FAULT_USERFAULT	= 15,
	PGWALK_FAULT_HUGETLB	= 16,
	PGWALK_FAULT_DEVICE	= 17,
	PGWALK_FAULT_SPURIOUS	= 18,
	PGWALK_FAULT_OTHER	= 19,
	PGWALK_FAULT_CLASS_NR
};

/**
 * struct pgwalk_fault_key - a mapping, as it was when it faulted, and a class
 * @mm:		identity of the address space, not an address to show; 0 in the rows
 *		that stand for no mapping of their own: class 0 is "unattributed", any
 *		other class is "(other mappings)"
 * @start:	vm_start
 * @end:	vm_end
 * @offset:	vm_pgoff, in pages
 * @ino:	inode number of the file, 0 if anonymous
 * @vm_flags:	the kernel's vm_flags
 * @dev:	s_dev of the file, the kernel's encoding: major << 20 | minor
 * @class:	enum pgwalk_fault_class
 */
struct pgwalk_fault_key {
	__u64 mm;
	__u64 start;
	__u64 end;
	__u64 offset;
	__u64 ino;
	__u64 vm_flags;
	__u32 dev;
	__u32 class;
};
pgwalk_assert_size(struct pgwalk_fault_key, 56);

/*
 * The latency histogram: log2 with 4 sub-buckets a power of two. Bucket
 * b of value v ns: v < 4 is bucket v; else with p = floor(log2(v)),
 * b = 4 * (p - 1) + ((v >> (p - 2)) & 3). 160 buckets reach 2^41 ns (36 min);
 * longer ones are in the last. The upper edge of bucket b >= 4 is
 * (4 + (b & 3) + 1) << (b / 4 - 1), exclusive.
 */
#define PGWALK_HIST_BUCKETS	160
#define PGWALK_NAME_MAX		64

/**
 * struct pgwalk_fault_row - the faults of one key since the last drain
 * @count:	faults, minor and major
 * @major:	of these, major; the rest is minor
 * @missed_exit: of these, those whose end was not seen: counted, without latency
 * @missed_entry: of these, those whose beginning was not seen: without latency
 * @read, @write, @exec: of these, by access; the three add up to @count, but not
 *		in the row of what is unattributed
 * @kernel:	of these, met in kernel mode on user memory (FAULT_FLAG_USER not set)
 * @gup:	of these, without user registers: get_user_pages and the like
 * @retries:	calls of handle_mm_fault that were told to come again
 * @leaf_4k, @leaf_2m, @leaf_1g: leafs gained, by size: there was none before
 * @latency_ns:	sum over those with a latency
 * @max_ns:	the longest, exact
 * @kind:	enum pgwalk_vma_kind as far as the probe can tell, 0 if not
 * @hist:	see above
 * @name:	last component of the file's name, or [heap], [stack]; may be empty
 */
struct pgwalk_fault_row {
	__u64 count;
	__u64 major;
	__u64 missed_exit;
	__u64 missed_entry;
	__u64 read;
	__u64 write;
	__u64 exec;
	__u64 kernel;
	__u64 gup;
	__u64 retries;
	__u64 leaf_4k;
	__u64 leaf_2m;
	__u64 leaf_1g;
	__u64 latency_ns;
	__u64 max_ns;
	__u32 kind;
	__u32 reserved;
	__u32 hist[PGWALK_HIST_BUCKETS];
	char name[PGWALK_NAME_MAX];
};
pgwalk_assert_size(struct pgwalk_fault_row, 832);

#endif /* PGWALK_FAULT_UAPI_H */
