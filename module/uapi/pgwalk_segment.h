/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Copyright (C) 2026 the pgwalk authors */
/** PGWALK_SEGMENT_REGISTERS - segment registers: X(NAME, number, "name") */
#define PGWALK_SEGMENT_REGISTERS(X) \
	X(CS, 1, "cs") \
	X(SS, 2, "ss") \
	X(DS, 3, "ds") \
	X(ES, 4, "es") \
	X(FS, 5, "fs") \
	X(GS, 6, "gs")

/* Segmentation (x86): descriptors, and the segment registers of threads. */
#ifndef PGWALK_UAPI_SEGMENT_H
#define PGWALK_UAPI_SEGMENT_H

#include "pgwalk_entry.h"

enum pgwalk_segment_register {
	PGWALK_SEGMENT_UNSET	= 0,
#define X(name, number, text) PGWALK_SEGMENT_##name = (number),
	PGWALK_SEGMENT_REGISTERS(X)
#undef X
	PGWALK_SEGMENT_NR
};

/**
 * struct pgwalk_segment - a segment register, and the descriptor that it selects
 * @descriptor:	raw 8 bytes of the selected descriptor (Intel SDM vol. 3A, 3.4.5);
 *		0 for a null selector, or one beyond the end of its table
 * @base:	base that is in use: for a 64-bit thread 0, except the thread's FS and GS base
 * @limit:	last offset in bytes, scaled by the granularity; 64-bit code does not check it
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

/** PGWALK_SEGMENT_STATUSES - results of loading or using a segment: X(NAME, number, "name") */
#define PGWALK_SEGMENT_STATUSES(X) \
	X(OK, 1, "ok") \
	X(NULL, 2, "null") \
	X(OUTSIDE, 3, "outside") \
	X(ABSENT, 4, "absent") \
	X(PRIVILEGE, 5, "privilege") \
	X(LIMIT, 6, "limit") \
	X(NONCANONICAL, 7, "noncanonical") \
	X(TYPE, 8, "type")

/**
 * enum pgwalk_segment_status - result of loading or using a segment
 *
 * @PGWALK_SEGMENT_NULL: null selector: allowed in 64-bit mode
 * @PGWALK_SEGMENT_OUTSIDE: beyond the end of its table
 * @PGWALK_SEGMENT_ABSENT: P is clear
 * @PGWALK_SEGMENT_PRIVILEGE: DPL does not allow the RPL and CPL 3
 * @PGWALK_SEGMENT_LIMIT: the offset exceeds the limit
 * @PGWALK_SEGMENT_NONCANONICAL: the linear address is not in the user half
 * @PGWALK_SEGMENT_TYPE: this register cannot hold this type of descriptor
 */
enum pgwalk_segment_status {
	PGWALK_SEGMENT_STATUS_UNSET = 0,
#define X(name, number, text) PGWALK_SEGMENT_##name = (number),
	PGWALK_SEGMENT_STATUSES(X)
#undef X
};

#define PGWALK_THREAD_RUNNING	(1U << 0)	/* FS, GS and bases are of its last switch */
#define PGWALK_THREAD_32BIT	(1U << 1)	/* its code segment is a 32-bit one */

/**
 * struct pgwalk_thread - the segment registers of one thread, as they were saved
 * @tid:	id of the thread in the caller's pid namespace
 * @flags:	PGWALK_THREAD_*
 * @segment:	CS, SS, DS, ES, FS, GS, in this order
 * @comm:	name of the thread, padded with zeroes
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
 * @size:	in: size of the caller's struct
 * @flags:	in: 0
 * @threads:	in: pointer to an array of struct pgwalk_thread
 * @nr_records:	in: number of threads that @threads has room for, at least 1
 * @filled:	out: threads written
 * @resume:	in: 0, or the value of the call before; out: last thread reported; 0: all were
 * @nr_ldt:	in: descriptors that @ldt has room for; out: entries of the LDT, 0: no LDT
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
 * @size:	in: size of the caller's struct
 * @cpu:	in: number of the CPU
 * @base:	out: linear address in GDTR
 * @limit:	out: limit in GDTR: bytes - 1
 * @nr:		out: number of descriptors in @descriptor
 * @tr:		out: task register: selector of the TSS
 * @ldtr:	out: selector of the LDT; 0: none
 * @next_cpu:	out: next online CPU; -1: @cpu is the last
 * @descriptor:	out: raw descriptors; a system descriptor takes two
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
