/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Segmentation (x86): descriptors, and the segment registers of threads. */
#ifndef PGWALK_UAPI_SEGMENT_H
#define PGWALK_UAPI_SEGMENT_H

#include "pgwalk_entry.h"

enum pgwalk_segment_register {
	PGWALK_SEGMENT_UNSET	= 0,
	PGWALK_SEGMENT_CS	= 1,
	PGWALK_SEGMENT_SS	= 2,
	PGWALK_SEGMENT_DS	= 3,
	PGWALK_SEGMENT_ES	= 4,
	PGWALK_SEGMENT_FS	= 5,
	PGWALK_SEGMENT_GS	= 6,
	PGWALK_SEGMENT_NR
};

/**
 * struct pgwalk_segment - a segment register, and what it selects
 * @descriptor:	the raw 8 bytes that the selector points to (Intel SDM vol. 3A, 3.4.5);
 *		0 for a null selector, or one that is out of its table
 * @base:	that is in use: of a 64-bit thread 0, but for FS and GS the thread's own base
 * @limit:	the last offset, with the granularity; 64-bit code does not check it
 * @selector:	index << 3 | table << 2 | RPL; table 1: the LDT
 * @reg:	enum pgwalk_segment_register
 * @status:	enum pgwalk_segment_status
 */
struct pgwalk_segment {
	__u64 descriptor;
	__u64 base;
	__u32 limit;
	__u16 selector;
	__u8 reg;
	__u8 status;
};
pgwalk_assert_size(struct pgwalk_segment, 24);

/* What loading or using a segment says */
enum pgwalk_segment_status {
	PGWALK_SEGMENT_STATUS_UNSET = 0,
	PGWALK_SEGMENT_OK	= 1,
	PGWALK_SEGMENT_NULL	= 2,	/* null selector: fine in 64-bit mode */
	PGWALK_SEGMENT_OUTSIDE	= 3,	/* behind the end of its table */
	PGWALK_SEGMENT_ABSENT	= 4,	/* P is clear */
	PGWALK_SEGMENT_PRIVILEGE = 5,	/* DPL does not allow the RPL and CPL 3 */
	PGWALK_SEGMENT_LIMIT	= 6,	/* the offset is over the limit */
	PGWALK_SEGMENT_NONCANONICAL = 7, /* the linear address is no address of the user half */
	PGWALK_SEGMENT_TYPE	= 8,	/* such a descriptor cannot be in this register */
};

#define PGWALK_THREAD_RUNNING	(1U << 0)	/* it ran: FS, GS and bases are of its last switch */
#define PGWALK_THREAD_32BIT	(1U << 1)	/* its code segment is a 32-bit one */

/**
 * struct pgwalk_thread - the segment registers of one thread, as they were saved
 * @tid:	in the caller's pid namespace
 * @flags:	PGWALK_THREAD_*
 * @segment:	CS, SS, DS, ES, FS, GS, in this order
 * @comm:	its name; NUL, then zeroes
 */
struct pgwalk_thread {
	__s32 tid;
	__u32 flags;
	struct pgwalk_segment segment[6];
	char comm[16];
};
pgwalk_assert_size(struct pgwalk_thread, 168);

/**
 * struct pgwalk_segments - PGWALK_IOC_SEGMENTS: segmentation of the target's threads
 * @size:	in: of the caller's struct
 * @flags:	in: 0
 * @threads:	in: pointer to an array of struct pgwalk_thread
 * @nr_records:	in: threads it has room for, at least 1
 * @filled:	out: threads written
 * @resume:	in: 0, or what the call before gave; out: the thread to go on behind; 0: all told
 * @nr_ldt:	in: descriptors that @ldt has room for; out: entries of the LDT, 0: there is none
 * @ldt:	in: pointer to an array of __u64, or 0
 */
struct pgwalk_segments {
	__u32 size;
	__u32 flags;
	__u64 threads;
	__u32 nr_records;
	__u32 filled;
	__s32 resume;
	__u32 nr_ldt;
	__u64 ldt;
};
pgwalk_assert_size(struct pgwalk_segments, 40);

#define PGWALK_GDT_MAX	32

/**
 * struct pgwalk_gdt - PGWALK_IOC_GDT: the global descriptor table of one CPU
 * @size:	in: of the caller's struct
 * @cpu:	in: the CPU
 * @base:	out: linear address in GDTR
 * @limit:	out: of GDTR: bytes - 1
 * @nr:		out: descriptors in @descriptor
 * @tr:		out: task register: selector of the TSS
 * @ldtr:	out: selector of the LDT; 0: none
 * @next_cpu:	out: the next CPU that is online; -1: that was the last
 * @descriptor:	out: raw; a system descriptor takes two
 *
 * Needs no process. ENXIO: no such CPU, or it is offline.
 */
struct pgwalk_gdt {
	__u32 size;
	__u32 cpu;
	__u64 base;
	__u32 limit;
	__u32 nr;
	__u16 tr;
	__u16 ldtr;
	__s32 next_cpu;
	__u64 descriptor[PGWALK_GDT_MAX];
};
pgwalk_assert_size(struct pgwalk_gdt, 288);

#endif /* PGWALK_UAPI_SEGMENT_H */
