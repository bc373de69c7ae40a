/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Recorded streams: the records of a live session in their order, packed, for replay and tests; or the
 * mappings and pages of a process at one time. A stream is read on machines of each architecture, with any page size.
 */
#ifndef PGWALK_COLLECT_RECORD_H
#define PGWALK_COLLECT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgwalk_fault.h"

#define RECORD_MAGIC	0x316B6C6177677000ULL
#define RECORD_VERSION	3

/**
 * enum record_type - type of a record; unknown types are skipped
 *
 * A stream of a live session is HEADER, HOST, then any number of the others; an INTERVAL ends the records since the last
 * one. FRAMES and SYMBOL come once, before the first STACK that needs them; CGROUP comes in the interval of the first
 * FAULT of a process of the cgroup. VMA_DETAIL comes after the VMA of its mapping, PROCESS after the FAULTs of an interval;
 * both only if columns of memory are selected.
 *
 * Pages of a process (pgwalk snapshot): HEADER, PAGES_BEGIN, then by address each VMA, followed by the
 * RUNS of its pages; PAGES_CHANGED after a range whose mappings changed; PAGES_END.
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
	RECORD_TRACE		= 12,
	RECORD_PAGE		= 13,
	RECORD_SYSTEM		= 14,
	RECORD_PAGES_BEGIN	= 15,
	RECORD_RUNS		= 16,
	RECORD_PAGES_CHANGED	= 17,
	RECORD_PAGES_END	= 18,
	RECORD_CGROUP		= 19,
	RECORD_HOST		= 20,
	RECORD_VMA_DETAIL	= 21,
	RECORD_PROCESS		= 22,
};

/**
 * struct record - the head of every record
 * @type: enum record_type
 * @size: bytes including the head, a multiple of 8
 */
struct record {
	__u32 type;
	__u32 size;
};

/**
 * struct record_header - RECORD_HEADER: the first record
 * @head: see struct record
 * @magic: RECORD_MAGIC
 * @version: RECORD_VERSION
 * @abi: PGWALK_ABI_VERSION
 * @page_shift: log2 of the bytes of a page of the machine that wrote the stream
 * @arch: its enum pgwalk_arch
 * @reserved: 0
 */
struct record_header {
	struct record head;
	__u64 magic;
	__u32 version;
	__u32 abi;
	__u8 page_shift;
	__u8 arch;
	__u8 reserved[6];
};

#define RECORD_TARGET_MODULE	(1U << 0)	/* pgwalk.ko is used */
#define RECORD_TARGET_ALL	(1U << 1)	/* all processes */
#define RECORD_TARGET_CGROUP	(1U << 2)	/* the processes of a cgroup */
#define RECORD_TARGET_STACKS	(1U << 3)	/* call stacks are recorded */

/**
 * struct record_target - RECORD_TARGET: the target; a later one replaces it
 * @head: see struct record
 * @pid: the process; 0: many
 * @flags: RECORD_TARGET_*
 * @base_minor: minor faults before counting began
 * @base_major: major faults before counting began
 * @comm: name of the process, NUL-terminated
 * @preempt: preemption model of the kernel, NUL-terminated
 * @cgroup: path below the root of the cgroup hierarchy, NUL-terminated
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
 * struct record_vmas - RECORD_VMAS_BEGIN, RECORD_VMAS_END: a sampled range
 * @head: see struct record
 * @addr: first address, or the first address after the range
 * @now_ns: time of the sample; 0 in RECORD_VMAS_END
 *
 * The RECORD_VMA records in between are all mappings of the range, by address.
 */
struct record_vmas {
	struct record head;
	__u64 addr;
	__u64 now_ns;
};

/**
 * struct record_vma - RECORD_VMA: one mapping
 * @head: see struct record
 * @vma: the mapping, with its name
 */
struct record_vma {
	struct record head;
	struct pgwalk_vma vma;
};

#define RECORD_VMA_DETAIL_FRAMES	(1U << 0)	/* frames are valid */

/**
 * struct record_vma_detail - RECORD_VMA_DETAIL: figures of a mapping that are not in its record
 * @head: see struct record
 * @start: first address of the mapping
 * @frames: bytes of frames that no mapping at a lower address maps
 * @flags: RECORD_VMA_DETAIL_*
 * @eligible: THPeligible of smaps: 0, 1, or -1: unknown
 */
struct record_vma_detail {
	struct record head;
	__u64 start;
	__u64 frames;
	__u32 flags;
	__s32 eligible;
};

/**
 * struct record_process - RECORD_PROCESS: memory of a process, if several are watched
 * @head: see struct record
 * @pid: the process, as in struct pgwalk_fault_key.id
 * @reserved: 0
 * @resident: bytes present, without hugetlb
 * @hugetlb: bytes in leaves of hugetlb
 * @huge: bytes in 2M and 1G leaves, part of @resident and @hugetlb
 * @pss: bytes, each page divided by its number of mappings
 * @uss: resident bytes that are mapped once in the whole system
 * @swapped: bytes swapped out
 * @lazyfree: bytes freed by MADV_FREE and not yet reclaimed
 * @tables: bytes of page tables
 */
struct record_process {
	struct record head;
	__s32 pid;
	__u32 reserved;
	__u64 resident;
	__u64 hugetlb;
	__u64 huge;
	__u64 pss;
	__u64 uss;
	__u64 swapped;
	__u64 lazyfree;
	__u64 tables;
};

#define RECORD_INTERVAL_LAST	(1U << 0)	/* last interval */
#define RECORD_INTERVAL_EXITED	(1U << 1)	/* the target has exited */
#define RECORD_INTERVAL_THREADS	(1U << 2)	/* threads were counted */

/**
 * struct record_interval - RECORD_INTERVAL: the end of an interval
 * @head: see struct record
 * @now_ns: time, on the clock of struct record_vmas
 * @span_ns: length of the interval
 * @lost: faults that could not be counted
 * @folded: faults of mappings or processes without a row of their own
 * @missed_runs: upper limit of the runs of probes that the kernel skipped
 * @self_ns: CPU time of pgtop
 * @walk_ns: CPU time of pgtop's samples of mappings, included in @self_ns
 * @tables_bytes: page tables of the process, in bytes
 * @events_lost: single faults that did not fit into the ring
 * @flags: RECORD_INTERVAL_*
 * @nr_threads: threads of the process
 * @wall_ns: time of day at the end, in nanoseconds since 1970; 0: unknown
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
	__u64 wall_ns;
};

/**
 * struct record_event - RECORD_EVENT: one fault of the traced mapping
 * @head: see struct record
 * @event: the fault
 */
struct record_event {
	struct record head;
	struct pgwalk_fault_event event;
};

/**
 * struct record_stack - RECORD_STACK: faults of the interval, by call stack, mapping and class; the
 *	RECORD_FAULT of the mapping comes before
 * @head: see struct record
 * @stack: the call stack and its faults
 */
struct record_stack {
	struct record head;
	struct pgwalk_fault_stack stack;
};

/**
 * struct record_frames - RECORD_FRAMES: the addresses of a call stack
 * @head: see struct record; its size includes @ip
 * @stack: number of the stack, as in struct pgwalk_fault_stack
 * @count: number of @ip
 * @ip: at most PGWALK_STACK_MAX, the faulting instruction first
 */
struct record_frames {
	struct record head;
	__s32 stack;
	__u32 count;
	__u64 ip[];
};

/**
 * struct record_symbol - RECORD_SYMBOL: the symbol at a code address
 * @head: see struct record
 * @ip: the address
 * @offset: offset of @ip in the function
 * @name_len: bytes of the function's name with its NUL; 0: not known
 * @module_len: bytes of the file's name with its NUL; 0: not known
 * @text: both names, padded to a multiple of 8
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
 * struct record_trace - RECORD_TRACE: the mapping traced from here on
 * @head: see struct record
 * @start: first address; 0 with @end 0: none
 * @end: first address after the mapping
 */
struct record_trace {
	struct record head;
	__u64 start;
	__u64 end;
};

/**
 * struct record_page - RECORD_PAGE: the state of a page
 * @head: see struct record
 * @run: one page; kind none: no entry
 */
struct record_page {
	struct record head;
	struct pgwalk_frame_run run;
};

#define RECORD_SYSTEM_VMSTAT	(1U << 0)	/* counts of vmstat are valid */
#define RECORD_SYSTEM_TLB	(1U << 1)	/* TLB flushes are valid */

/* Value of a count that the kernel does not keep; equals SNAPSHOT_NOT_KNOWN */
#define RECORD_NOT_KNOWN	(~0ULL)

/**
 * struct record_system - RECORD_SYSTEM: system counts of the interval
 * @head: see struct record
 * @flags: RECORD_SYSTEM_*
 * @scan_kswapd: this and the other counts: see struct snapshot_system
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

/**
 * struct record_cgroup - RECORD_CGROUP: the path of a cgroup
 * @head: see struct record
 * @id: the cgroup, as in struct pgwalk_fault_key.ino of a process
 * @path: its path below the root of the cgroup hierarchy, NUL-terminated; a longer path is cut
 */
struct record_cgroup {
	struct record head;
	__u64 id;
	char path[512];
};

/**
 * struct record_host - RECORD_HOST: the machine, before the first TARGET
 * @head: see struct record
 * @name: its name, NUL-terminated
 */
struct record_host {
	struct record head;
	char name[72];
};

/**
 * struct record_pages_begin - RECORD_PAGES_BEGIN: the process whose pages follow
 * @head: see struct record
 * @pid: the process
 * @reserved: 0
 * @start_ticks: start of the process after boot, in clock ticks; 0: not known
 * @time_ns: time of the reading, CLOCK_REALTIME
 * @boot_ns: time of the reading after boot, CLOCK_BOOTTIME
 * @exe_ino: inode of the executable; 0: not known
 * @exe_dev: its device, as struct stat has it
 * @pgd_pa: physical address of the root table: identifies the address space
 * @start_stack: where the stack of the program began
 * @user_end: first address after user space
 * @boot_id: random number of this boot, NUL-terminated, as the next texts
 * @host: name of the machine
 * @release: version of the kernel
 * @comm: name of the process
 * @exe: path of its executable
 */
struct record_pages_begin {
	struct record head;
	__s32 pid;
	__u32 reserved;
	__u64 start_ticks;
	__u64 time_ns;
	__u64 boot_ns;
	__u64 exe_ino;
	__u64 exe_dev;
	__u64 pgd_pa;
	__u64 start_stack;
	__u64 user_end;
	char boot_id[40];
	char host[64];
	char release[64];
	char comm[32];
	char exe[256];
};

/** RECORD_RUNS_MAX - largest number of runs of one record */
#define RECORD_RUNS_MAX		128

/**
 * struct record_runs - RECORD_RUNS: pages of the last mapping
 * @head: see struct record; its size includes @run
 * @count: number of @run, 1 to RECORD_RUNS_MAX
 * @reserved: 0
 * @run: by address, within the mapping
 */
struct record_runs {
	struct record head;
	__u32 count;
	__u32 reserved;
	struct pgwalk_frame_run run[];
};

/**
 * struct record_pages_changed - RECORD_PAGES_CHANGED: mappings changed while their pages were read
 * @head: see struct record
 * @start: first address
 * @end: first address after the range
 */
struct record_pages_changed {
	struct record head;
	__u64 start;
	__u64 end;
};

#define RECORD_PAGES_EXITED	(1U << 0)	/* the process exited before all pages were read */
#define RECORD_PAGES_EXECUTED	(1U << 1)	/* it executed another program before */

/**
 * struct record_pages_end - RECORD_PAGES_END: the end of the pages
 * @head: see struct record
 * @addr: first address that was not read; user_end if all were
 * @boot_ns: time of the end, CLOCK_BOOTTIME
 * @flags: RECORD_PAGES_*
 */
struct record_pages_end {
	struct record head;
	__u64 addr;
	__u64 boot_ns;
	__u64 flags;
};

bool record__is_known(const struct record *r);
bool record__is_valid(const struct record *r);

struct recorder;

int recorder__create(struct recorder **out, const char *path, unsigned int mode);
int recorder__destroy(struct recorder *r);
int recorder__flush(struct recorder *r);
int recorder__resume(struct recorder *r);
uint64_t recorder__size(const struct recorder *r);
int recorder__write(struct recorder *r, struct record *record,
		    enum record_type type, size_t size);

struct player;

int player__create(struct player **out, const char *path);
void player__destroy(struct player *p);
int player__next(struct player *p, const struct record **record);

#endif
