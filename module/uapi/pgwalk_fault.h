/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Records of page faults, from the BPF programs to pgtop and into recorded
 * streams. Types only: BPF programs, tools and tests compile this file; the
 * module does not need it.
 */
#ifndef PGWALK_FAULT_UAPI_H
#define PGWALK_FAULT_UAPI_H

#include "pgwalk.h"

/** PGWALK_FAULT_CLASSES - classes of faults: X(NAME, number, "name") */
#define PGWALK_FAULT_CLASSES(X) \
	X(UNATTRIBUTED, 0, "unattributed") \
	X(ANON_ZERO, 1, "anon-zero") \
	X(ANON_NEW, 2, "anon-new") \
	X(THP_NEW, 3, "thp-new") \
	X(FILE_CACHED, 4, "file-cached") \
	X(FILE_READ, 5, "file-read") \
	X(SHMEM, 6, "shmem") \
	X(COW_COPY, 7, "cow-copy") \
	X(COW_REUSE, 8, "cow-reuse") \
	X(FILE_COW, 9, "file-cow") \
	X(SHARED_WRITE, 10, "shared-write") \
	X(SWAP_CACHED, 11, "swap-cached") \
	X(SWAP_READ, 12, "swap-read") \
	X(NUMA_HINT, 13, "numa-hint") \
	X(MIGRATION, 14, "migration") \
	X(USERFAULT, 15, "userfault") \
	X(HUGETLB, 16, "hugetlb") \
	X(DEVICE, 17, "device") \
	X(SPURIOUS, 18, "spurious") \
	X(OTHER, 19, "other") \
	X(SEGV_MAP, 20, "segv-map") \
	X(SEGV_ACCESS, 21, "segv-access") \
	X(SIGBUS, 22, "sigbus") \
	X(OOM, 23, "oom")

/**
 * enum pgwalk_fault_class - effect of a fault; the names are in Documentation
 *
 * 0 is the row of faults without a known mapping. From PGWALK_FAULT_SIGNAL_FIRST
 * on the fault ended in a signal, or in the kernel's own error path: such a fault
 * is not in the kernel's fault counters, and is reported separately.
 *
 * @PGWALK_FAULT_SEGV_MAP: there is no mapping at the address
 * @PGWALK_FAULT_SEGV_ACCESS: the mapping does not allow this access
 * @PGWALK_FAULT_SIGBUS: the mapping has no page there: past the end of a file, bad memory
 * @PGWALK_FAULT_OOM: no memory for the page
 */
enum pgwalk_fault_class {
#define X(name, number, text) PGWALK_FAULT_##name = (number),
	PGWALK_FAULT_CLASSES(X)
#undef X
	PGWALK_FAULT_CLASS_NR
};

#define PGWALK_FAULT_SIGNAL_FIRST	PGWALK_FAULT_SEGV_MAP

/**
 * enum pgwalk_fault_scope - the set of faults that a row sums up
 *
 * Rows of different scopes report the same faults, and are never added together.
 *
 * @PGWALK_SCOPE_MAPPING: faults in a mapping of the target
 * @PGWALK_SCOPE_THREAD: faults of a thread, in all mappings
 * @PGWALK_SCOPE_PROCESS: faults of a process, if several are watched
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
 * For a thread or process and a class, the fields that describe a mapping are 0, except @ino for a process.
 *
 * @mm:		identity of the address space, not an address to show; 0 in the rows
 *		that are not of one mapping: class 0 is "unattributed", any
 *		other class is "(other mappings)"
 * @start:	vm_start
 * @end:	vm_end
 * @offset:	vm_pgoff, in pages
 * @ino:	inode number of the file, 0 if anonymous; for a process the id of the cgroup (version 2) of
 *		the thread at its first fault of the interval, which is the inode number of its directory;
 *		0 in the rows that sum up all others, and in each row unless faults are counted by
 *		cgroup: for metrics and for recordings
 * @vm_flags:	the kernel's vm_flags
 * @dev:	s_dev of the file, in the kernel's encoding: major << 20 | minor
 * @class:	enum pgwalk_fault_class
 * @scope:	enum pgwalk_fault_scope
 * @id:		thread (tid) or process (tgid), in the pid namespace of the process
 *		that loaded the probes; PGWALK_ID_OUTSIDE in the row of all tasks outside
 *		of this namespace; 0 for a mapping; 0 in the rows that sum up all
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
 * longer latencies are in the last bucket. The upper edge of bucket b >= 4 is
 * (4 + (b & 3) + 1) << (b / 4 - 1), exclusive.
 */
#define PGWALK_HIST_BUCKETS	160
#define PGWALK_NAME_MAX		64

/**
 * struct pgwalk_fault_row - the faults of one key since the last drain
 * @count:	number of faults, minor and major
 * @major:	number of major faults in @count; the others are minor
 * @missed_exit: number of faults in @count without an exit event: they have no latency
 * @missed_entry: number of faults in @count without an entry event: they have no latency
 * @read, @write, @exec: number of faults in @count by access; their sum is @count, except
 *		in the row of unattributed faults
 * @kernel:	number of faults in @count by the kernel on user memory (FAULT_FLAG_USER not set)
 * @gup:	number of faults in @count without user registers: get_user_pages() etc.
 * @retries:	number of calls of handle_mm_fault() that returned VM_FAULT_RETRY
 * @leaf_4k, @leaf_2m, @leaf_1g: number of leaves by size that are mapped now and were not before
 * @retry_ns:	part of @latency_ns before the last call of handle_mm_fault() began, in ns: the
 *		cost of the retries
 * @around:	number of pages of a file that were mapped with the faulting one: by
 *		fault-around, or because a large folio is mapped as a whole
 * @thp_fallback: number of faults in @count that could have mapped a huge page, by their mapping
 *		and the settings, and mapped a small one
 * @latency_ns:	sum of the known latencies, in ns
 * @max_ns:	longest latency, exact, in ns
 * @kind:	enum pgwalk_vma_kind if the probe can determine it, else 0; with
 *		PGWALK_MAPPING_FOREIGN if the mapping is one of another process. For a thread
 *		or process PGWALK_TASK_ENDED once its end was seen, else 0
 * @remote:	number of faults, not in @count, of tasks of other processes in this mapping, or
 *		if several are watched in the memory of this process. The kernel counts them for
 *		these tasks. Then the class is PGWALK_FAULT_OTHER, and @count may be 0
 * @hist:	number of faults by latency, see above
 * @name:	last component of the file's name, or [heap], [stack]; may be empty; for a
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

/* struct pgwalk_fault_row.kind of a thread or process: no further faults will be added */
#define PGWALK_TASK_ENDED	(1U << 16)
/* struct pgwalk_fault_row.kind of a mapping: of another process than the one that faulted */
#define PGWALK_MAPPING_FOREIGN	(1U << 17)

/* struct pgwalk_fault_event.flags: the access and its origin */
#define PGWALK_EVENT_WRITE	(1U << 0)
#define PGWALK_EVENT_EXEC	(1U << 1)
#define PGWALK_EVENT_KERNEL	(1U << 2)	/* met in kernel mode */
#define PGWALK_EVENT_GUP	(1U << 3)	/* get_user_pages and the like */
#define PGWALK_EVENT_MAJOR	(1U << 4)
#define PGWALK_EVENT_TIMED	(1U << 5)	/* @latency_ns is known */

/**
 * struct pgwalk_fault_event - a single fault
 *
 * Reported only in the traced range, and only as many as fit: further events are
 * counted.
 *
 * @addr:	faulting address
 * @time_ns:	end of the fault, CLOCK_MONOTONIC, in ns
 * @latency_ns:	duration in ns, retries included
 * @before:	entry before the fault; kind 0: not known
 * @after:	entry after the fault; kind 0: not known
 * @tid:	thread, in the pid namespace of struct pgwalk_fault_key.id
 * @class:	enum pgwalk_fault_class
 * @flags:	PGWALK_EVENT_*
 * @retries:	number of calls of handle_mm_fault() that returned VM_FAULT_RETRY
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
 * struct pgwalk_fault_stack - the faults of one call stack in one mapping, of one class
 * @key:	mapping and class. With mm 0 the mapping is not known: there was no room to
 *		count the stack in its mapping, or several processes are watched. A fault is
 *		counted in one such structure only
 * @count:	number of faults
 * @latency_ns:	sum of the known latencies, in ns
 * @stack:	id of the call stack; -1: not captured, or the stack table was full
 * @reserved:	0
 */
struct pgwalk_fault_stack {
	struct pgwalk_fault_key key;
	__u64 count;
	__u64 latency_ns;
	__s32 stack;
	__u32 reserved;
};
pgwalk_assert_size(struct pgwalk_fault_stack, 88);

/* Maximum of frames of a call stack, the faulting instruction first */
#define PGWALK_STACK_MAX	64

/*
 * Reasons of TLB flushes: include/linux/mm_types.h, enum tlb_flush_reason. The first
 * five are equal on 6.1, 6.12 and 7.2; the last stands for that of 7.2 and any later one
 */
#define PGWALK_TLB_TASK_SWITCH	0	/* switch to another mm */
#define PGWALK_TLB_REMOTE	1	/* request of another CPU (IPI) */
#define PGWALK_TLB_LOCAL	2	/* all of an mm, on this CPU */
#define PGWALK_TLB_LOCAL_MM	3	/* a range of an mm, on this CPU */
#define PGWALK_TLB_SEND_IPI	4	/* request sent to other CPUs */
#define PGWALK_TLB_OTHER	5	/* request for an unused mm: TLB_REMOTE_WRONG_CPU */
#define PGWALK_TLB_NR		6

#endif /* PGWALK_FAULT_UAPI_H */
