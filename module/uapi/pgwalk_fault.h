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
 * 0 is the row of what could not be given to a mapping. From
 * PGWALK_FAULT_SIGNAL_FIRST on the fault ended in a signal, or in the kernel's own
 * error path: it never reaches the kernel's fault counters, and is told apart from
 * all that do.
 *
 * @PGWALK_FAULT_SEGV_MAP: there is no mapping at the address
 * @PGWALK_FAULT_SEGV_ACCESS: the mapping does not allow this access
 * @PGWALK_FAULT_SIGBUS: no page behind the mapping: past the end of a file, bad memory
 * @PGWALK_FAULT_OOM: no memory for it
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
	PGWALK_FAULT_SEGV_MAP	= 20,
	PGWALK_FAULT_SEGV_ACCESS = 21,
	PGWALK_FAULT_SIGBUS	= 22,
	PGWALK_FAULT_OOM	= 23,
	PGWALK_FAULT_CLASS_NR
};

#define PGWALK_FAULT_SIGNAL_FIRST	PGWALK_FAULT_SEGV_MAP

/**
 * enum pgwalk_fault_scope - what a row adds up
 *
 * Rows of different scopes tell of the same faults: they are never added together.
 *
 * @PGWALK_SCOPE_MAPPING: the faults in a mapping of the target
 * @PGWALK_SCOPE_THREAD: the faults of a thread, in all mappings
 * @PGWALK_SCOPE_PROCESS: the faults of a process, where many are watched
 */
enum pgwalk_fault_scope {
	PGWALK_SCOPE_MAPPING	= 0,
	PGWALK_SCOPE_THREAD	= 1,
	PGWALK_SCOPE_PROCESS	= 2,
	PGWALK_SCOPE_NR
};

/**
 * struct pgwalk_fault_key - a mapping, as it was when it faulted, and a class
 *
 * Or a thread, or a process, and a class: then all that describes a mapping is 0.
 *
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
 * @scope:	enum pgwalk_fault_scope
 * @id:		the thread (tid) or the process (tgid), in the pid namespace of the process
 *		that loaded the probes; PGWALK_ID_OUTSIDE in the row of all that this
 *		namespace does not have; 0 for a mapping; 0 in the rows that stand for all
 *		others of the scope
 */
#define PGWALK_ID_OUTSIDE	(-1)

struct pgwalk_fault_key {
	__u64 mm;
	__u64 start;
	__u64 end;
	__u64 offset;
	__u64 ino;
	__u64 vm_flags;
	__u32 dev;
	__u32 class;
	__u32 scope;
	__s32 id;
};
pgwalk_assert_size(struct pgwalk_fault_key, 64);

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
 * @retry_ns:	of the latency, the time until the last of these calls began: what the
 *		retries cost
 * @around:	pages of 4K of a file that were mapped with the faulting one: by
 *		fault-around, or because a large folio is mapped as a whole
 * @thp_fallback: of these, those that could have had a huge page, by their mapping and the
 *		settings, and got a small one
 * @latency_ns:	sum over those with a latency
 * @max_ns:	the longest, exact
 * @kind:	enum pgwalk_vma_kind as far as the probe can tell, 0 if not, and
 *		PGWALK_MAPPING_FOREIGN if the mapping is one of another process; of a thread
 *		or process PGWALK_TASK_ENDED once it was seen to end, else 0
 * @remote:	not of @count: faults of tasks of other processes in this mapping, or where
 *		many are watched in the memory of this process. The kernel counts them for
 *		these tasks. Then the class is PGWALK_FAULT_OTHER, and @count may be 0
 * @hist:	see above
 * @name:	last component of the file's name, or [heap], [stack]; may be empty; of a
 *		thread or process its comm
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
	__u64 retry_ns;
	__u64 around;
	__u64 thp_fallback;
	__u64 latency_ns;
	__u64 max_ns;
	__u32 kind;
	__u32 remote;
	__u32 hist[PGWALK_HIST_BUCKETS];
	char name[PGWALK_NAME_MAX];
};
pgwalk_assert_size(struct pgwalk_fault_row, 856);

/* struct pgwalk_fault_row.kind of a thread or process: there will be no more of it */
#define PGWALK_TASK_ENDED	(1U << 16)
/* struct pgwalk_fault_row.kind of a mapping: of another process than the one that faulted */
#define PGWALK_MAPPING_FOREIGN	(1U << 17)

/* What was asked, and by whom: struct pgwalk_fault_event.flags */
#define PGWALK_EVENT_WRITE	(1U << 0)
#define PGWALK_EVENT_EXEC	(1U << 1)
#define PGWALK_EVENT_KERNEL	(1U << 2)	/* met in kernel mode */
#define PGWALK_EVENT_GUP	(1U << 3)	/* get_user_pages and the like */
#define PGWALK_EVENT_MAJOR	(1U << 4)
#define PGWALK_EVENT_TIMED	(1U << 5)	/* @latency_ns is known */

/**
 * struct pgwalk_fault_event - one fault, told by itself
 *
 * Only of the range that is being looked at, and only as many as fit: what did not
 * is counted.
 *
 * @addr:	the address
 * @time_ns:	when it ended, CLOCK_MONOTONIC
 * @latency_ns:	how long it took, retries included
 * @before:	the entry before; kind 0: not known
 * @after:	the entry after; kind 0: not known
 * @tid:	the thread, in the pid namespace as struct pgwalk_fault_key.id
 * @class:	enum pgwalk_fault_class
 * @flags:	PGWALK_EVENT_*
 * @retries:	calls that were told to come again
 */
struct pgwalk_fault_event {
	__u64 addr;
	__u64 time_ns;
	__u64 latency_ns;
	struct pgwalk_entry before;
	struct pgwalk_entry after;
	__s32 tid;
	__u32 class;
	__u32 flags;
	__u32 retries;
};
pgwalk_assert_size(struct pgwalk_fault_event, 104);

/**
 * struct pgwalk_fault_stack - the faults of one place in the code, of one class
 * @count:	how many
 * @latency_ns:	sum over those with a latency
 * @class:	enum pgwalk_fault_class
 * @stack:	names the call stack; -1: it could not be had or kept
 */
struct pgwalk_fault_stack {
	__u64 count;
	__u64 latency_ns;
	__u32 class;
	__s32 stack;
};
pgwalk_assert_size(struct pgwalk_fault_stack, 24);

/* Frames of a call stack that are kept: the faulting instruction first */
#define PGWALK_STACK_MAX	64

/*
 * Reasons of TLB flushes: include/linux/mm_types.h, enum tlb_flush_reason. The first
 * five are the same on 6.1, 6.12 and 7.2; the last is 7.2's, and any later one with it
 */
#define PGWALK_TLB_TASK_SWITCH	0	/* another mm was switched to */
#define PGWALK_TLB_REMOTE	1	/* told by another CPU (IPI) */
#define PGWALK_TLB_LOCAL	2	/* all of an mm, on this CPU */
#define PGWALK_TLB_LOCAL_MM	3	/* a range of an mm, on this CPU */
#define PGWALK_TLB_SEND_IPI	4	/* other CPUs were told */
#define PGWALK_TLB_OTHER	5	/* told to, but the mm was not there: TLB_REMOTE_WRONG_CPU */
#define PGWALK_TLB_NR		6

#endif /* PGWALK_FAULT_UAPI_H */
