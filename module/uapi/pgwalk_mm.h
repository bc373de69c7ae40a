/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* An address space as a whole: its totals, who shares it, and its page tables. */
#ifndef PGWALK_UAPI_MM_H
#define PGWALK_UAPI_MM_H

#include "pgwalk_entry.h"

/**
 * struct pgwalk_task - a thread that uses an address space
 * @tgid:	its process, in the caller's pid namespace; 0: not seen from there
 * @tid:	itself, likewise
 * @comm:	its name; NUL, then zeroes
 */
struct pgwalk_task {
	__s32 tgid;
	__s32 tid;
	char comm[16];
};
pgwalk_assert_size(struct pgwalk_task, 24);

/**
 * struct pgwalk_mm - PGWALK_IOC_MM: the kernel's struct mm_struct of the target
 * @size:	in: of the caller's struct
 * @flags:	in: 0
 * @pgd:	kernel address of the root table
 * @pgd_pa:	physical address of the root table: CR3 without its flags
 * @users:	mm_users: threads and others that use the memory, without this reader
 * @count:	mm_count: references to the struct, without this reader
 * @start_code:	@end_code, @start_data, @end_data, @start_brk, @brk, @start_stack, @arg_start,
 *		@arg_end, @env_start, @env_end: bounds, as in struct mm_struct
 * @total_pages: mapped, with holes that nothing was written to: VmSize
 * @locked_pages: mlock: VmLck
 * @pinned_pages: pinned: VmPin
 * @data_pages:	writable and private: VmData
 * @exec_pages:	executable: VmExe + VmLib
 * @stack_pages: VmStk
 * @rss_file_pages: RssFile
 * @rss_anon_pages: RssAnon
 * @rss_shmem_pages: RssShmem
 * @swap_pages:	VmSwap
 * @peak_rss_pages: VmHWM, as far as the kernel has noted it
 * @peak_total_pages: VmPeak, likewise
 * @pgtables_bytes: PTE, PMD and PUD tables: VmPTE
 * @map_count:	mappings
 * @nr_tasks:	out: threads that use it, of all processes
 * @tasks:	in: pointer to an array of struct pgwalk_task, or 0
 * @nr_records:	in: records it has room for; 0 if @tasks is 0
 * @filled:	out: records written
 *
 * The counters of resident and swapped pages are exact for a process that stands still: what
 * CPUs and threads have not handed in yet is added. /proc/PID/status may be some pages behind.
 */
struct pgwalk_mm {
	__u32 size;
	__u32 flags;
	__u64 pgd;
	__u64 pgd_pa;
	__s32 users;
	__s32 count;
	__u64 start_code;
	__u64 end_code;
	__u64 start_data;
	__u64 end_data;
	__u64 start_brk;
	__u64 brk;
	__u64 start_stack;
	__u64 arg_start;
	__u64 arg_end;
	__u64 env_start;
	__u64 env_end;
	__u64 total_pages;
	__u64 locked_pages;
	__u64 pinned_pages;
	__u64 data_pages;
	__u64 exec_pages;
	__u64 stack_pages;
	__u64 rss_file_pages;
	__u64 rss_anon_pages;
	__u64 rss_shmem_pages;
	__u64 swap_pages;
	__u64 peak_rss_pages;
	__u64 peak_total_pages;
	__u64 pgtables_bytes;
	__u32 map_count;
	__u32 nr_tasks;
	__u64 tasks;
	__u32 nr_records;
	__u32 filled;
};
pgwalk_assert_size(struct pgwalk_mm, 248);

/**
 * struct pgwalk_census - the page tables of one level on one NUMA node
 * @level:	enum pgwalk_level
 * @reserved:	0
 * @node:	NUMA node; -1: not known, which @deposited tables are on
 * @tables:	tables of 4096 bytes, @deposited ones not among them
 * @empty:	of these, without a single entry
 * @used:	entries that are not empty, of @tables * 512; of the root only those of the
 *		user half, 256
 * @leafs:	of these, no pointers to tables: pages of 1 << shift of the level, and what is
 *		left of pages (swapped out, migrating, markers)
 * @deposited:	at the level of ptes: tables that the kernel keeps behind anonymous huge
 *		pages, to split them without allocating; VmPTE has them
 */
struct pgwalk_census {
	__u8 level;
	__u8 reserved[3];
	__s32 node;
	__u64 tables;
	__u64 empty;
	__u64 used;
	__u64 leafs;
	__u64 deposited;
};
pgwalk_assert_size(struct pgwalk_census, 48);

/**
 * struct pgwalk_tables - PGWALK_IOC_TABLES: a census of the target's page tables
 * @size:	in: of the caller's struct
 * @flags:	in: 0
 * @records:	in: pointer to an array of struct pgwalk_census
 * @nr_records:	in: records it has room for; levels x nodes and one are enough
 * @filled:	out: records written, from the root down, by node; those without a table are
 *		left out
 * @raced:	out: tables that changed each time they were read: counted, their entries not
 * @flat_bytes:	out: what one table with an entry for each 4K page of the user half would take
 * @pgtables_bytes: out: VmPTE, as the kernel accounts it: the PTE (deposited too), PMD and PUD
 *		tables of a process that stands still, to the byte
 *
 * ENOSPC: more records than @nr_records; nothing is written.
 */
struct pgwalk_tables {
	__u32 size;
	__u32 flags;
	__u64 records;
	__u32 nr_records;
	__u32 filled;
	__u64 raced;
	__u64 flat_bytes;
	__u64 pgtables_bytes;
};
pgwalk_assert_size(struct pgwalk_tables, 48);

#endif /* PGWALK_UAPI_MM_H */
