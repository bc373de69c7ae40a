/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Copyright (C) 2026 the pgwalk authors */
/* A summary of an address space, the threads that use it, and its page tables. */
#ifndef PGWALK_UAPI_MM_H
#define PGWALK_UAPI_MM_H

#include "pgwalk_entry.h"

/**
 * struct pgwalk_task - a thread that uses an address space
 * @tgid:	its process, in the caller's pid namespace; 0: not in that namespace
 * @tid:	its id, in the caller's pid namespace; 0: not in that namespace
 * @comm:	its name, padded with zeroes
 */
struct pgwalk_task {
	__s32 tgid;
	__s32 tid;
	char comm[16];
};
pgwalk_assert_size(struct pgwalk_task, 24);

/**
 * struct pgwalk_mm - PGWALK_IOC_MM: the kernel's struct mm_struct of the target
 * @size:	in: size of the caller's struct
 * @flags:	in: 0; out: on a delegated file PGWALK_REDACTED
 * @pgd:	kernel address of the root table
 * @pgd_pa:	physical address of the root table: CR3 without its flags
 * @users:	mm_users: threads and other users of the memory, without this reader
 * @count:	mm_count: references to the struct, without this reader
 * @start_code:	@end_code, @start_data, @end_data, @start_brk, @brk, @start_stack, @arg_start,
 *		@arg_end, @env_start, @env_end: bounds, as in struct mm_struct
 * @total_pages: mapped pages, also those that were never written: VmSize
 * @locked_pages: pages locked with mlock(): VmLck
 * @pinned_pages: pinned pages: VmPin
 * @data_pages:	pages of writable private mappings: VmData
 * @exec_pages:	pages of executable mappings: VmExe + VmLib
 * @stack_pages: VmStk
 * @rss_file_pages: RssFile
 * @rss_anon_pages: RssAnon
 * @rss_shmem_pages: RssShmem
 * @swap_pages:	VmSwap
 * @peak_rss_pages: VmHWM, as last updated by the kernel
 * @peak_total_pages: VmPeak, as last updated by the kernel
 * @pgtables_bytes: PTE, PMD and PUD tables: VmPTE
 * @map_count:	number of mappings
 * @nr_tasks:	out: number of threads that use it, of all processes
 * @tasks:	in: pointer to an array of struct pgwalk_task, or 0
 * @nr_records:	in: number of records that @tasks has room for; 0 if @tasks is 0
 * @filled:	out: records written
 * @thp_disable: out: as prctl(PR_GET_THP_DISABLE) of the process: 0; 1: no transparent huge pages; 3:
 *		none without MADV_HUGEPAGE or MADV_COLLAPSE (PR_THP_DISABLE_EXCEPT_ADVISED)
 * @reserved:	out: 0
 *
 * With PGWALK_REDACTED @pgd, @pgd_pa, @users, @count, @nr_tasks and @filled are 0, because processes of
 * other users may share the memory.
 *
 * The counters of resident and swapped pages are exact for a stopped process: amounts that CPUs
 * and threads have not added yet are included. /proc/PID/status may be some pages off.
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
	__u32 thp_disable;
	__u32 reserved;
};
pgwalk_assert_size(struct pgwalk_mm, 256);

/**
 * struct pgwalk_pgtable_stats - the page tables of one level on one NUMA node
 * @level:	enum pgwalk_level
 * @bytes_shift: log2 of the bytes of a table: the page shift, but the root may be smaller (arm64)
 * @entries_shift: log2 of the entries of a table that @used counts: all of them, but of the root
 *		only the user half (x86: 8 in the root, else 9)
 * @reserved:	0
 * @node:	NUMA node; -1: unknown, as for @deposited tables
 * @tables:	number of tables, without @deposited ones
 * @empty:	number of tables in @tables without an entry
 * @used:	number of entries that are not empty, of @tables << @entries_shift
 * @leaves:	number of entries in @used that do not point to tables: pages of 1 << shift of the
 *		level, and non-present entries (swapped out, migrating, markers)
 * @deposited:	at the level of ptes: number of tables that the kernel keeps for anonymous huge
 *		pages, to split them without an allocation; VmPTE includes them
 */
struct pgwalk_pgtable_stats {
	__u8 level;
	__u8 bytes_shift;
	__u8 entries_shift;
	__u8 reserved;
	__s32 node;
	__u64 tables;
	__u64 empty;
	__u64 used;
	__u64 leaves;
	__u64 deposited;
};
pgwalk_assert_size(struct pgwalk_pgtable_stats, 48);

/**
 * struct pgwalk_tables - PGWALK_IOC_TABLES: statistics of the target's page tables
 * @size:	in: size of the caller's struct
 * @flags:	in: 0; out: on a delegated file PGWALK_REDACTED: @node of all records is -1
 * @records:	in: pointer to an array of struct pgwalk_pgtable_stats
 * @nr_records:	in: number of records it has room for; levels * (nodes + 1) is enough
 * @filled:	out: records written, from the root down, by node; records without a table are
 *		left out
 * @raced:	out: tables that changed each time they were read: counted without their entries
 * @flat_bytes:	out: size of one table with an entry for each page of the user half
 * @pgtables_bytes: out: VmPTE, as the kernel accounts it: for a stopped process exactly the size
 *		of its PTE (also deposited), PMD and PUD tables
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
