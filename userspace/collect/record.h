/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recorded streams: what the live sources told, in the order they told it, as
 * framed records, packed. Written and read on one kind of machine; for replay and
 * tests.
 */
#ifndef PGWALK_COLLECT_RECORD_H
#define PGWALK_COLLECT_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "pgwalk_fault.h"

#define RECORD_MAGIC	0x316B6C6177677000ULL
#define RECORD_VERSION	2

/**
 * enum record_type - what a record is; one that is not known is skipped
 *
 * A stream is HEADER, then the others in any number; an INTERVAL closes what came
 * since the last one. FRAMES and SYMBOL come before the first STACK that needs them,
 * and are told once.
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
	RECORD_EVENT		= 8,
	RECORD_STACK		= 9,
	RECORD_FRAMES		= 10,
	RECORD_SYMBOL		= 11,
	RECORD_LOOK		= 12,
	RECORD_PAGE		= 13,
	RECORD_SYSTEM		= 14,
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
#define RECORD_TARGET_ALL	(1U << 1)	/* all processes */
#define RECORD_TARGET_CGROUP	(1U << 2)	/* those of a cgroup */
#define RECORD_TARGET_STACKS	(1U << 3)	/* call stacks are told */

/**
 * struct record_target - RECORD_TARGET: whom it is about; a later one corrects
 * @head: see struct record
 * @pid: the process
 * @flags: RECORD_TARGET_*
 * @base_minor: minor faults before counting began
 * @base_major: major faults before counting began
 * @comm: the name of the process, NUL-terminated
 * @preempt: how the kernel preempts, NUL-terminated
 * @cgroup: path below the root of cgroups, NUL-terminated
 */
struct record_target {
	struct record head;
	__s32 pid;
	__u32 flags;
	__u64 base_minor;
	__u64 base_major;
	char comm[32];
	char preempt[16];
	char cgroup[256];
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
#define RECORD_INTERVAL_THREADS	(1U << 2)	/* threads were counted */

/**
 * struct record_interval - RECORD_INTERVAL: the end of an interval
 * @head: see struct record
 * @now_ns: the time, by the clock of @record_vmas
 * @span_ns: length of the interval
 * @lost: faults that could not be counted at all
 * @folded: as struct monitor_mark; and so on
 * @missed_runs: the same
 * @self_ns: the same
 * @walk_ns: the same
 * @tables_bytes: the same
 * @events_lost: the same
 * @flags: RECORD_INTERVAL_*
 * @nr_threads: the same
 */
struct record_interval {
	struct record head;
	__u64 now_ns;
	__u64 span_ns;
	__u64 lost;
	__u64 folded;
	__u64 missed_runs;
	__u64 self_ns;
	__u64 walk_ns;
	__u64 tables_bytes;
	__u64 events_lost;
	__u32 flags;
	__u32 nr_threads;
};

/**
 * struct record_event - RECORD_EVENT: one fault of the mapping that is looked into
 * @head: see struct record
 * @event: the fault
 */
struct record_event {
	struct record head;
	struct pgwalk_fault_event event;
};

/**
 * struct record_stack - RECORD_STACK: faults of the interval, by call stack and class
 * @head: see struct record
 * @stack: how many, and where from
 */
struct record_stack {
	struct record head;
	struct pgwalk_fault_stack stack;
};

/**
 * struct record_frames - RECORD_FRAMES: the addresses of a call stack
 * @head: see struct record; its size tells how many there are
 * @stack: as in struct pgwalk_fault_stack
 * @count: how many
 * @ip: at most PGWALK_STACK_MAX, the faulting instruction first
 */
struct record_frames {
	struct record head;
	__s32 stack;
	__u32 count;
	__u64 ip[];
};

/**
 * struct record_symbol - RECORD_SYMBOL: what stands at an address of code
 * @head: see struct record
 * @ip: the address
 * @offset: of it in the function
 * @name_len: bytes of the name with its NUL; 0: not known
 * @module_len: likewise of the file's name, which follows it
 * @text: both, padded to a multiple of 8
 */
struct record_symbol {
	struct record head;
	__u64 ip;
	__u64 offset;
	__u32 name_len;
	__u32 module_len;
	char text[];
};

/**
 * struct record_look - RECORD_LOOK: from here on this mapping is looked into
 * @head: see struct record
 * @start: first address; 0 with @end: none is
 * @end: the first address behind it
 */
struct record_look {
	struct record head;
	__u64 start;
	__u64 end;
};

/**
 * struct record_page - RECORD_PAGE: what a page that faulted is now
 * @head: see struct record
 * @run: one page; kind none: nothing is there
 */
struct record_page {
	struct record head;
	struct pgwalk_frame_run run;
};

#define RECORD_SYSTEM_VMSTAT	(1U << 0)	/* the next eleven are told */
#define RECORD_SYSTEM_TLB	(1U << 1)	/* the flushes are */

/* Instead of a count that the kernel does not keep; as SNAPSHOT_NOT_KNOWN */
#define RECORD_NOT_KNOWN	(~0ULL)

/**
 * struct record_system - RECORD_SYSTEM: what the kernel did in this interval
 * @head: see struct record
 * @flags: RECORD_SYSTEM_*
 * @scan_kswapd: as struct snapshot_system; and so on
 */
struct record_system {
	struct record head;
	__u64 flags;
	__u64 scan_kswapd;
	__u64 scan_direct;
	__u64 steal_kswapd;
	__u64 steal_direct;
	__u64 swap_in;
	__u64 swap_out;
	__u64 thp_collapse;
	__u64 thp_split;
	__u64 thp_split_pmd;
	__u64 migrated;
	__u64 numa_migrated;
	__u64 tlb[PGWALK_TLB_NR];
	__u64 tlb_target[PGWALK_TLB_NR];
};

bool record__is_known(const struct record *r);
bool record__is_whole(const struct record *r);

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
