/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recorded streams: what the live sources told, in the order they told it, as
 * framed records. Written and read on one kind of machine; for replay and tests.
 */
#ifndef PGWALK_COLLECT_RECORD_H
#define PGWALK_COLLECT_RECORD_H

#include <stddef.h>
#include <stdio.h>

#include "pgwalk_fault.h"

#define RECORD_MAGIC	0x316B6C6177677000ULL
#define RECORD_VERSION	1

/**
 * enum record_type - what a record is; one that is not known is skipped
 *
 * A stream is HEADER, then TARGET, FAULT, VMAS_BEGIN, VMA, VMAS_END in any
 * number; an INTERVAL closes what came since the last one.
 */
enum record_type {
	RECORD_UNSET		= 0,
	RECORD_HEADER		= 1,
	RECORD_TARGET		= 2,
	RECORD_FAULT		= 3,
	RECORD_VMAS_BEGIN	= 4,
	RECORD_VMA		= 5,
	RECORD_VMAS_END		= 6,
	RECORD_INTERVAL		= 7,
};

/**
 * struct record - the head of every record
 * @type: enum record_type
 * @size: bytes with this head, a multiple of 8
 */
struct record {
	__u32 type;
	__u32 size;
};

/**
 * struct record_header - RECORD_HEADER: the first one
 * @head: see struct record
 * @magic: RECORD_MAGIC
 * @version: RECORD_VERSION
 * @abi: PGWALK_ABI_VERSION
 */
struct record_header {
	struct record head;
	__u64 magic;
	__u32 version;
	__u32 abi;
};

#define RECORD_TARGET_MODULE	(1U << 0)	/* pgwalk.ko is there */

/**
 * struct record_target - RECORD_TARGET: whom it is about; a later one corrects
 * @head: see struct record
 * @pid: the process
 * @flags: RECORD_TARGET_*
 * @base_minor: minor faults before counting began
 * @base_major: major faults before counting began
 * @comm: the name of the process, NUL-terminated
 * @preempt: how the kernel preempts, NUL-terminated
 */
struct record_target {
	struct record head;
	__s32 pid;
	__u32 flags;
	__u64 base_minor;
	__u64 base_major;
	char comm[32];
	char preempt[16];
};

/**
 * struct record_fault - RECORD_FAULT: one drained row
 * @head: see struct record
 * @key: mapping and class
 * @row: its faults
 */
struct record_fault {
	struct record head;
	struct pgwalk_fault_key key;
	struct pgwalk_fault_row row;
};

/**
 * struct record_vmas - RECORD_VMAS_BEGIN, RECORD_VMAS_END: the observed range
 * @head: see struct record
 * @addr: where the observation begins, or ended
 * @now_ns: when; 0 in the end
 *
 * The RECORD_VMA between the two are all mappings there, by address.
 */
struct record_vmas {
	struct record head;
	__u64 addr;
	__u64 now_ns;
};

/**
 * struct record_vma - RECORD_VMA: one mapping
 * @head: see struct record
 * @vma: with its name
 */
struct record_vma {
	struct record head;
	struct pgwalk_vma vma;
};

#define RECORD_INTERVAL_LAST	(1U << 0)	/* no other follows */
#define RECORD_INTERVAL_EXITED	(1U << 1)	/* the target is gone */

/**
 * struct record_interval - RECORD_INTERVAL: the end of an interval
 * @head: see struct record
 * @now_ns: the time, by the clock of @record_vmas
 * @span_ns: length of the interval
 * @lost: faults that could not be counted at all
 * @flags: RECORD_INTERVAL_*
 * @reserved: 0
 */
struct record_interval {
	struct record head;
	__u64 now_ns;
	__u64 span_ns;
	__u64 lost;
	__u32 flags;
	__u32 reserved;
};

struct recorder;

int recorder__create(struct recorder **out, const char *path);
int recorder__destroy(struct recorder *r);
int recorder__write(struct recorder *r, struct record *record,
		    enum record_type type, size_t size);

struct player;

int player__create(struct player **out, const char *path);
void player__destroy(struct player *p);
int player__next(struct player *p, const struct record **record);

#endif
