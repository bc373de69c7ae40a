/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Rows, sums and comparisons of pgwalk that are no records of the module: built by the
 * model, formatted by a presenter. Types only.
 */
#ifndef PGWALK_INSPECT_H
#define PGWALK_INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/i18n.h"
#include "pgwalk.h"

/* Kernel mechanisms that clear accessed bits of other processes */
#define INSPECT_AGING_DAMON_STAT	(1U << 0)
#define INSPECT_AGING_DAMON_RECLAIM	(1U << 1)
#define INSPECT_AGING_DAMON_LRU_SORT	(1U << 2)
#define INSPECT_AGING_DAMON		(1U << 3)	/* through sysfs */
#define INSPECT_AGING_MGLRU		(1U << 4)	/* when memory is reclaimed */
#define INSPECT_AGING_NR		5

/**
 * struct inspect_vma - a row of mappings
 * @vma: the mapping; in the total row, the sums
 * @mappings: number of mappings in the total row; else 0
 * @hidden: number of mappings not shown, in the total row
 * @aging: INSPECT_AGING_*, in the total row
 * @uss: bytes in @vma->resident that are mapped once in the whole system
 * @frames: bytes of frames that no mapping before it maps
 * @frames_known: @frames was counted
 * @eligible: THPeligible of smaps: 0, 1, or -1: unknown
 */
struct inspect_vma {
	const struct pgwalk_vma *vma;
	uint64_t uss;
	uint64_t frames;
	bool frames_known;
	int8_t eligible;
	uint64_t mappings;
	uint64_t hidden;
	unsigned int aging;
};

/**
 * struct inspect_pgtable_total - the total row of tables
 * @sum: sums of the rows; its level is 0
 * @bytes: size of all tables
 */
struct inspect_pgtable_total {
	struct pgwalk_pgtable_stats sum;
	uint64_t bytes;
};

/**
 * struct inspect_process - a process and its memory
 * @pid: the process; 0: the total row
 * @comm: its name
 * @error: positive errno of a process that may not be read, whose memory is not known; 0: none
 * @sum: sums of its mappings
 * @uss: bytes in @sum.resident that no other process maps
 * @mappings: number of its mappings; 0: not known
 * @tables: bytes of its page tables, VmPTE; 0: not known
 * @minor: minor faults since its start
 * @major: major faults since its start
 * @new_faults: faults of the interval, major ones included
 * @new_major: major faults of the interval
 * @seconds: length of the interval; 0: none, or the process was not read twice
 */
struct inspect_process {
	int32_t pid;
	char comm[64];
	int error;
	struct pgwalk_vma sum;
	uint64_t uss;
	uint64_t mappings;
	uint64_t tables;
	uint64_t minor;
	uint64_t major;
	uint64_t new_faults;
	uint64_t new_major;
	double seconds;
};

/** INSPECT_NEAR_LIMIT - percent of vm.max_map_count from which a process counts as near its limit */
#define INSPECT_NEAR_LIMIT	80

/**
 * struct inspect_process_total - the total of processes
 * @sum: sums; the resident memory of several processes is no sum, because they share pages
 * @processes: number of processes with memory
 * @unreadable: number of @processes that may not be read
 * @exited: processes that exited while they were read
 * @zombies: processes that had exited before
 * @kernel_threads: processes without user memory
 * @outside: processes of the cgroup that are outside of the pid namespace
 * @map_limit: vm.max_map_count, the limit of mappings of a process; 0: not known
 * @near_limit: processes with more than INSPECT_NEAR_LIMIT percent of it
 */
struct inspect_process_total {
	struct inspect_process sum;
	uint64_t processes;
	uint64_t unreadable;
	uint64_t exited;
	uint64_t zombies;
	uint64_t kernel_threads;
	uint64_t outside;
	uint64_t map_limit;
	uint64_t near_limit;
};

/**
 * struct inspect_pages - sums over pages, in bytes
 * @runs: number of runs
 * @bytes: all pages
 * @kind: pages by enum pgwalk_kind
 * @leaf_4k: pages with a frame in 4K leaves
 * @leaf_2m: pages with a frame in 2M leaves
 * @leaf_1g: pages with a frame in 1G leaves
 * @young: pages with a frame and the accessed bit
 * @dirty: pages with a frame and the dirty bit of the entry
 * @soft_dirty: pages with a frame and the soft-dirty bit
 * @exclusive: pages with mapcount 1
 * @shared: pages with mapcount above 1
 * @large: pages in 4K leaves, of a folio of more than one page
 * @node: pages by NUMA node; the last element counts all higher nodes
 * @redacted: the device does not report frames: @exclusive and the fields up to @node are unknown
 * @aging: INSPECT_AGING_*
 */
struct inspect_pages {
	uint64_t runs;
	uint64_t bytes;
	uint64_t kind[PGWALK_KIND_NR];
	uint64_t leaf_4k;
	uint64_t leaf_2m;
	uint64_t leaf_1g;
	uint64_t young;
	uint64_t dirty;
	uint64_t soft_dirty;
	uint64_t exclusive;
	uint64_t shared;
	uint64_t large;
	uint64_t node[PGWALK_VMA_NODES];
	bool redacted;
	unsigned int aging;
};

/**
 * struct inspect_register - a segment register of a thread
 * @thread: the thread
 * @segment: the register
 */
struct inspect_register {
	const struct pgwalk_thread *thread;
	const struct pgwalk_segment *segment;
};

/**
 * struct inspect_descriptor - a decoded segment descriptor
 * @cpu: CPU of the GDT; -1: an LDT
 * @index: index in the table
 * @raw: the 8 bytes of the descriptor
 * @high: the next 8 bytes, of a system descriptor of two slots
 * @base: linear address
 * @limit: last offset, with the granularity
 * @type: name of the type, a constant
 * @dpl: privilege level
 * @system: neither code nor data
 * @wide: takes two slots
 * @present: P
 * @avl: AVL
 * @code64: L
 * @big: D/B
 * @granular: G: the limit counts 4K
 * @flat: code or data with base 0 and a limit of 4G
 */
struct inspect_descriptor {
	int32_t cpu;
	uint32_t index;
	uint64_t raw;
	uint64_t high;
	uint64_t base;
	uint64_t limit;
	const char *type;
	uint8_t dpl;
	bool system;
	bool wide;
	bool present;
	bool avl;
	bool code64;
	bool big;
	bool granular;
	bool flat;
};

/**
 * struct inspect_hit - a page and one mapping of it
 * @pfn: the page
 * @hit: the mapping
 */
struct inspect_hit {
	uint64_t pfn;
	const struct pgwalk_rmap_hit *hit;
};

/**
 * struct inspect_difference - a page that two sources report differently
 * @addr: the page
 * @property: the differing property, a constant
 * @ours: value that the module reports
 * @theirs: value in the kernel's own files
 */
struct inspect_difference {
	uint64_t addr;
	const char *property;
	uint64_t ours;
	uint64_t theirs;
};

/**
 * struct inspect_comparison - result of a comparison, in pages
 * @compared: pages read
 * @equal: pages without a difference
 * @changed: pages that changed during the comparison
 * @different: unchanged pages with a difference
 * @skipped: pages that could not be compared: in mappings that pagemap leaves out,
 *	or in gaps too long to read
 */
struct inspect_comparison {
	uint64_t compared;
	uint64_t equal;
	uint64_t changed;
	uint64_t different;
	uint64_t skipped;
};

/**
 * struct inspect_reach_size - runs, leaves and folios of one size: a power of two
 * @shift: log2 of the size in bytes
 * @runs: runs of consecutive frames with at least this and less than the next size
 * @run_bytes: their bytes
 * @leaves: leaves of this size
 * @leaf_bytes: their bytes
 * @exec_leaves: leaves in @leaves that user mode may execute
 * @folios: folios of this size that are mapped whole, in order; folios of one page are not counted
 * @folio_bytes: their bytes
 * @misaligned: folios in @folios at an address that is no multiple of their size
 * @part_bytes: pages of folios of this size that are not mapped whole
 * @resident: all counted bytes
 */
struct inspect_reach_size {
	uint8_t shift;
	uint64_t runs;
	uint64_t run_bytes;
	uint64_t leaves;
	uint64_t leaf_bytes;
	uint64_t exec_leaves;
	uint64_t folios;
	uint64_t folio_bytes;
	uint64_t misaligned;
	uint64_t part_bytes;
	uint64_t resident;
};

/**
 * struct inspect_reach - contiguity of the resident pages, and the TLB entries that they need
 * @resident: bytes of present pages with a frame of their own
 * @not_counted: bytes of zero, special and device pages
 * @raced: bytes of entries that changed each time they were read
 * @runs: runs of consecutive frames
 * @longest: bytes of the longest run
 * @longest_start: its address
 * @entries: leaves: TLB entries for all pages as they are mapped
 * @entries_folios: TLB entries if each aligned folio that is mapped whole took one
 * @entries_contiguous: TLB entries if frames were consecutive and aligned in each mapping
 */
struct inspect_reach {
	uint64_t resident;
	uint64_t not_counted;
	uint64_t raced;
	uint64_t runs;
	uint64_t longest;
	uint64_t longest_start;
	uint64_t entries;
	uint64_t entries_folios;
	uint64_t entries_contiguous;
};

#define INSPECT_CPUID_TLBS	32	/* subleaves of leaf 0x18 that are read */

/**
 * struct inspect_cpuid - leaves of CPUID that describe the TLB: EAX, EBX, ECX, EDX of each
 * @known: the processor has CPUID
 * @cpu: number of the CPU that was read; -1: unknown
 * @leaf: leaves 0, 1 and 2; 0 if the CPU does not have them
 * @tlb: subleaves of leaf 0x18
 * @nr_tlbs: number of @tlb
 * @l1: leaf 0x80000005
 * @l2: leaf 0x80000006
 * @gb: leaf 0x80000019
 */
struct inspect_cpuid {
	bool known;
	int cpu;
	uint32_t leaf[3][4];
	uint32_t tlb[INSPECT_CPUID_TLBS][4];
	unsigned int nr_tlbs;
	uint32_t l1[4];
	uint32_t l2[4];
	uint32_t gb[4];
};

enum inspect_tlb_type {
	INSPECT_TLB_DATA,
	INSPECT_TLB_INSTRUCTION,
	INSPECT_TLB_UNIFIED,
	INSPECT_TLB_LOAD,
	INSPECT_TLB_STORE,
	INSPECT_TLB_TYPES
};

/**
 * struct inspect_tlb - one TLB, or the part of it for some page sizes
 * @level: 1 for the one that is searched first
 * @type: enum inspect_tlb_type
 * @sizes: mask of 1 << log2 of the page sizes that it holds
 * @entries: number of entries
 * @ways: ways of each set; 0: unknown; equal to @entries: fully associative
 * @needed: leaves of these sizes in the process; of an instruction TLB, those that are executable
 */
struct inspect_tlb {
	uint8_t level;
	uint8_t type;
	uint64_t sizes;
	uint32_t entries;
	uint32_t ways;
	uint64_t needed;
};

/**
 * struct inspect_reach_total - the total row of reach
 * @reach: the sums
 * @cpu: CPU of the TLBs; -1: unknown
 * @vendor: vendor of the CPU
 * @hypervisor: a hypervisor made up the CPUID, which may differ from the hardware
 * @nr_tlbs: number of TLBs that the CPU reports; 0: unknown
 */
struct inspect_reach_total {
	struct inspect_reach reach;
	int cpu;
	char vendor[13];
	bool hypervisor;
	unsigned int nr_tlbs;
};

/* Values of the settings in /sys/kernel/mm/transparent_hugepage */
enum inspect_thp_setting {
	INSPECT_THP_UNKNOWN,	/* the kernel has no such file */
	INSPECT_THP_NEVER,
	INSPECT_THP_MADVISE,
	INSPECT_THP_ALWAYS,
	INSPECT_THP_INHERIT,
	INSPECT_THP_WITHIN_SIZE,
	INSPECT_THP_ADVISE,
	INSPECT_THP_DENY,
	INSPECT_THP_FORCE,
	INSPECT_THP_SETTINGS
};

#define INSPECT_THP_SIZES	32

/**
 * struct inspect_thp_size - settings of one size of folios
 * @shift: log2 of the size in bytes
 * @anon: enum inspect_thp_setting, of anonymous memory
 * @shmem: enum inspect_thp_setting, of shared memory
 */
struct inspect_thp_size {
	uint8_t shift;
	uint8_t anon;
	uint8_t shmem;
};

/**
 * struct inspect_thp - settings of transparent huge pages
 * @known: the kernel has transparent huge pages
 * @disabled: PR_SET_THP_DISABLE applies to all memory of the process
 * @advised_only: it applies to memory without MADV_HUGEPAGE (PR_THP_DISABLE_EXCEPT_ADVISED)
 * @anon: enum inspect_thp_setting, of all sizes that inherit it
 * @shmem: enum inspect_thp_setting of shared anonymous memory and memfd
 * @max_none: limit of khugepaged for empty entries of a slot
 * @max_swap: limit of khugepaged for swapped pages of a slot
 * @max_shared: limit of khugepaged for shared pages of a slot
 * @scan_sleep_ms: pause of khugepaged between two scans
 * @pages_to_scan: pages in one of these scans
 * @full_scans: complete passes of khugepaged over all processes since boot
 * @size: settings of each size
 * @nr_sizes: number of @size; 0: the kernel has one setting for all
 * @kernel: version of the kernel: major << 16 | minor << 8; 0: unknown
 */
struct inspect_thp {
	bool known;
	bool disabled;
	bool advised_only;
	uint8_t anon;
	uint8_t shmem;
	uint32_t max_none;
	uint32_t max_swap;
	uint32_t max_shared;
	uint64_t scan_sleep_ms;
	uint64_t pages_to_scan;
	uint64_t full_scans;
	struct inspect_thp_size size[INSPECT_THP_SIZES];
	unsigned int nr_sizes;
	uint32_t kernel;
};

/* States of a slot: an aligned range of the size of a huge page */
enum inspect_huge_state {
	INSPECT_HUGE_NOW,	/* one leaf maps it */
	INSPECT_HUGE_COULD,	/* MADV_COLLAPSE succeeds */
	INSPECT_HUGE_AFTER,	/* MADV_COLLAPSE succeeds after a change */
	INSPECT_HUGE_NEVER,
	INSPECT_HUGE_UNKNOWN,
	INSPECT_HUGE_STATES
};

/* Reasons: X(NAME, state, "name", "what to change, or the cause") */
#define INSPECT_HUGE_REASONS(X) \
	X(MAPPED, NOW, "mapped", N_("one entry maps it")) \
	X(HUGETLB, NOW, "hugetlb", N_("huge by hugetlb; MADV_COLLAPSE does not apply")) \
	X(EDGE, NEVER, "edge", N_("the mapping does not cover the slot: it is too short or not aligned")) \
	X(MIXED, AFTER, "mixed", N_("neighbouring mappings share the slot: give them the same permissions and flags")) \
	X(OFFSET, AFTER, "offset", N_("file offset and address differ modulo the slot: map at another address")) \
	X(SPECIAL, NEVER, "special", N_("memory of a driver: the mapping is special")) \
	X(FILE, NEVER, "file", N_("the filesystem has no large folios, or the file is open for write")) \
	X(FILE_UNKNOWN, UNKNOWN, "file-unknown", N_("the settings hide whether the filesystem has large folios")) \
	X(NOHUGEPAGE, AFTER, "nohugepage", N_("MADV_NOHUGEPAGE was called: call MADV_HUGEPAGE")) \
	X(PRCTL, AFTER, "prctl", N_("PR_SET_THP_DISABLE: reset it")) \
	X(DENY, AFTER, "deny", N_("shmem_enabled is deny: change the setting")) \
	X(SHMEM_SIZE, AFTER, "shmem-size", N_("shmem_enabled of no size allows it: change the setting")) \
	X(EMPTY, AFTER, "empty", N_("no page is populated: write one first")) \
	X(UNWRITTEN, AFTER, "unwritten", N_("no page of the mapping was ever written: write one first")) \
	X(READ_ONLY, AFTER, "read-only", N_("no entry is writable, as after fork(): write one page")) \
	X(UFFD_EMPTY, AFTER, "uffd-empty", N_("userfaultfd handles empty entries: populate all of them, or unregister")) \
	X(UFFD, AFTER, "uffd", N_("userfaultfd protects pages: remove the protection")) \
	X(PINNED, AFTER, "pinned", N_("pages have other references (I/O, RDMA, vmsplice): wait for their release")) \
	X(LOCKED, AFTER, "locked", N_("pages are locked or isolated at this moment: try again")) \
	X(COPIED, AFTER, "copied", N_("private copies of pages of the file: remove them with MADV_DONTNEED")) \
	X(GUARD, AFTER, "guard", N_("guard markers: remove them with MADV_GUARD_REMOVE")) \
	X(HWPOISON, AFTER, "hwpoison", N_("pages failed: map other memory there")) \
	X(DEVICE, NEVER, "device", N_("memory of a device, or mapped without use of its struct page")) \
	X(UNMAPPED, UNKNOWN, "unmapped", N_("no page is mapped, and those of the file may be huge already: read one first")) \
	X(RACED, UNKNOWN, "raced", N_("entries changed during each read: try again")) \
	X(SPLIT, COULD, "split", N_("small entries map a huge folio: MADV_COLLAPSE, or wait for khugepaged")) \
	X(SYSFS_NEVER, COULD, "sysfs-never", N_("the setting is never: MADV_COLLAPSE, or change the setting")) \
	X(SYSFS_MADVISE, COULD, "sysfs-madvise", N_("the setting needs MADV_HUGEPAGE: call it, or MADV_COLLAPSE")) \
	X(MOUNT_NEVER, COULD, "mount-never", N_("the tmpfs is mounted with huge=never: MADV_COLLAPSE, or remount it")) \
	X(MOUNT_ADVISE, COULD, "mount-advise", N_("the tmpfs is mounted with huge=advise: call MADV_HUGEPAGE or MADV_COLLAPSE")) \
	X(MOUNT_UNKNOWN, COULD, "mount-unknown", N_("the process does not see the mount of the tmpfs: MADV_COLLAPSE")) \
	X(WITHIN_SIZE, COULD, "within-size", N_("the setting is within_size, and the file ends before the slot does: MADV_HUGEPAGE or MADV_COLLAPSE")) \
	X(PRCTL_ADVISED, COULD, "prctl-advised", N_("PR_SET_THP_DISABLE but for advised memory: call MADV_HUGEPAGE or MADV_COLLAPSE")) \
	X(NONE, COULD, "none", N_("more empty entries than max_ptes_none: populate them, or MADV_COLLAPSE")) \
	X(SWAPPED, COULD, "swapped", N_("more swapped pages than max_ptes_swap: MADV_COLLAPSE")) \
	X(SHARED, COULD, "shared", N_("more shared pages than max_ptes_shared: MADV_COLLAPSE")) \
	X(LAZYFREE, COULD, "lazyfree", N_("pages are freed with MADV_FREE: write them again, or MADV_COLLAPSE")) \
	X(UNREFERENCED, COULD, "unreferenced", N_("no page was accessed lately: access one, or MADV_COLLAPSE")) \
	X(WAITING, COULD, "waiting", N_("nothing against it, khugepaged has not come by: wait, or MADV_COLLAPSE"))

enum inspect_huge_reason {
#define X(name, state, word, text) INSPECT_HUGE_WHY_##name,
	INSPECT_HUGE_REASONS(X)
#undef X
	INSPECT_HUGE_NR
};

/**
 * struct inspect_huge - like slots of a mapping
 * @start: first address
 * @end: first address after the slots, or after the part of a slot
 * @slots: number of whole slots; 0: a part of a slot
 * @state: enum inspect_huge_state
 * @reason: enum inspect_huge_reason
 * @error: errno of MADV_COLLAPSE; 0: success; -1: unknown, or no whole slot
 * @least: smallest number of pages that the reason is about, of all these slots
 * @most: largest number
 * @limit: limit of that number; -1: none
 * @pages: pages of a slot
 * @kind: enum pgwalk_vma_kind of the mapping
 * @eligible: THPeligible of smaps: 0, 1, or -1: unknown
 */
struct inspect_huge {
	uint64_t start;
	uint64_t end;
	uint64_t slots;
	uint8_t state;
	uint8_t reason;
	int error;
	uint32_t least;
	uint32_t most;
	int32_t limit;
	uint32_t pages;
	uint8_t kind;
	int8_t eligible;
};

/*
 * Why a fault does not allocate a folio of a size: X(NAME, state, "name", "what to change, or the cause"). A state is that of the
 * slots that no such folio maps.
 */
#define INSPECT_FOLIO_REASONS(X) \
	X(FAULT, COULD, "fault", N_("nothing against it: a fault in an empty slot allocates it, if memory is free")) \
	X(HUGETLB, COULD, "hugetlb", N_("the size of the hugetlb mapping: a fault in an empty slot takes it from the pool")) \
	X(EDGE, NEVER, "edge", N_("the mapping does not cover a slot: it is too short or not aligned")) \
	X(OFFSET, AFTER, "offset", N_("file offset and address differ modulo the slot: map at another address")) \
	X(SPECIAL, NEVER, "special", N_("memory of a driver: the mapping is special")) \
	X(PAGE_CACHE, UNKNOWN, "page-cache", N_("the filesystem and its readahead choose the sizes")) \
	X(NOHUGEPAGE, AFTER, "nohugepage", N_("MADV_NOHUGEPAGE was called: call MADV_HUGEPAGE")) \
	X(PRCTL, AFTER, "prctl", N_("PR_SET_THP_DISABLE: reset it")) \
	X(PRCTL_ADVISED, AFTER, "prctl-advised", N_("PR_SET_THP_DISABLE but for advised memory: call MADV_HUGEPAGE")) \
	X(NEVER, AFTER, "sysfs-never", N_("the setting of this size is never: change it")) \
	X(MADVISE, AFTER, "sysfs-madvise", N_("the setting of this size needs MADV_HUGEPAGE: call it")) \
	X(INHERIT_NEVER, AFTER, "inherit-never", N_("this size inherits never: change enabled or shmem_enabled, or its own setting")) \
	X(INHERIT_MADVISE, AFTER, "inherit-madvise", N_("this size inherits a setting that needs MADV_HUGEPAGE: call it")) \
	X(DENY, AFTER, "deny", N_("shmem_enabled is deny: change the setting")) \
	X(FORCE, AFTER, "force", N_("shmem_enabled is force, which only the size that inherits it has: change the setting")) \
	X(MOUNT_NEVER, AFTER, "mount-never", N_("the tmpfs is mounted with huge=never: remount it")) \
	X(MOUNT_ADVISE, AFTER, "mount-advise", N_("the tmpfs is mounted with huge=advise: call MADV_HUGEPAGE")) \
	X(MOUNT_UNKNOWN, UNKNOWN, "mount-unknown", N_("the process does not see the mount of the tmpfs")) \
	X(WITHIN_SIZE, AFTER, "within-size", N_("the setting is within_size, and the file is too short: make it longer")) \
	X(TMPFS, NEVER, "tmpfs", N_("tmpfs of this kernel has no folios of this size")) \
	X(UFFD, AFTER, "uffd", N_("userfaultfd handles each page of its own: unregister")) \
	X(POOL, AFTER, "pool", N_("the pool of this size has no free page: raise nr_hugepages")) \
	X(FIXED, AFTER, "hugetlb-size", N_("a hugetlb mapping has one size: map it with another one (MAP_HUGE_SHIFT, pagesize=)"))

enum inspect_folio_reason {
#define X(name, state, word, text) INSPECT_FOLIO_WHY_##name,
	INSPECT_FOLIO_REASONS(X)
#undef X
	INSPECT_FOLIO_NR
};

/**
 * struct inspect_folio - folios of one size in a mapping
 * @start: first address
 * @end: first address after the mapping, or after the part of it that was read
 * @shift: log2 of the size in bytes
 * @kind: enum pgwalk_vma_kind
 * @state: enum inspect_huge_state
 * @reason: enum inspect_folio_reason
 * @setting: enum inspect_thp_setting of the size, or of the tmpfs
 * @bytes: mapped bytes of folios of exactly this size
 * @slots: aligned slots of the size
 * @whole: slots that one folio of at least the size maps
 * @smaller: slots with entries of smaller folios, of swap, or of a part
 * @collapsible: of these, slots that khugepaged makes one folio of the size; ~0: not known
 */
struct inspect_folio {
	uint64_t start;
	uint64_t end;
	uint8_t shift;
	uint8_t kind;
	uint8_t state;
	uint8_t reason;
	uint8_t setting;
	uint64_t bytes;
	uint64_t slots;
	uint64_t whole;
	uint64_t smaller;
	uint64_t collapsible;
};

/**
 * struct inspect_folio_sum - all mappings with one reason for one size
 * @shift: log2 of the size in bytes
 * @reason: enum inspect_folio_reason
 * @mappings: number of mappings
 * @bytes: mapped bytes of folios of exactly this size
 * @slots: aligned slots of the size
 * @whole: slots that one folio of at least the size maps
 * @smaller: slots with entries of smaller folios, of swap, or of a part
 */
struct inspect_folio_sum {
	uint8_t shift;
	uint8_t reason;
	uint64_t mappings;
	uint64_t bytes;
	uint64_t slots;
	uint64_t whole;
	uint64_t smaller;
};

/**
 * struct inspect_huge_sum - all slots of one reason
 * @reason: enum inspect_huge_reason
 * @slots: whole slots
 * @bytes: bytes, with parts of slots
 */
struct inspect_huge_sum {
	uint8_t reason;
	uint64_t slots;
	uint64_t bytes;
};

/**
 * struct inspect_huge_size - folios of a size, and its settings
 * @setting: the settings; unknown for sizes without any
 * @size: folios of the size, as reach counts them
 */
struct inspect_huge_size {
	struct inspect_thp_size setting;
	const struct inspect_reach_size *size;
};

/**
 * struct inspect_huge_total - the total of huge
 * @thp: the settings
 * @bytes: bytes by enum inspect_huge_state
 * @rules: version of the kernel that has the applied rules: major << 16 | minor << 8
 * @exact: the kernel has this version
 * @hidden: mappings without a slot that were not printed
 */
struct inspect_huge_total {
	const struct inspect_thp *thp;
	uint64_t bytes[INSPECT_HUGE_STATES];
	uint32_t rules;
	bool exact;
	uint64_t hidden;
};

/**
 * struct inspect_reading - sums of a reading of all mappings and pages of a process
 * @mappings: number of mappings
 * @runs: number of runs of pages
 * @resident: bytes with a page frame
 * @swapped: bytes in swap
 * @raced: bytes with entries that changed each time they were read
 * @changed: number of ranges whose mappings changed while their pages were read
 * @read_ns: duration
 * @file_bytes: size of the file
 */
struct inspect_reading {
	uint64_t mappings;
	uint64_t runs;
	uint64_t resident;
	uint64_t swapped;
	uint64_t raced;
	uint64_t changed;
	uint64_t read_ns;
	uint64_t file_bytes;
};

/* Changes of a page between two readings: X(NAME, "word", "key in JSON") */
#define INSPECT_CHANGES(X) \
	X(APPEARED, "appeared", "appeared") \
	X(GONE, "gone", "gone") \
	X(UNMAPPED, "unmapped", "unmapped") \
	X(SWAPPED_OUT, "swapped-out", "swapped_out") \
	X(SWAPPED_IN, "swapped-in", "swapped_in") \
	X(MOVED, "moved", "moved") \
	X(COPIED, "copied", "copied") \
	X(KSM, "ksm", "ksm") \
	X(COLLAPSED, "collapsed", "collapsed") \
	X(SPLIT, "split", "split") \
	X(DIRTIED, "dirtied", "dirtied") \
	X(CLEANED, "cleaned", "cleaned") \
	X(SHARED, "shared", "shared") \
	X(UNSHARED, "unshared", "unshared") \
	X(PROTECTION, "protection", "protection") \
	X(NODE, "node", "node") \
	X(MARKER, "marker", "marker") \
	X(UNKNOWN, "unknown", "unknown")

enum inspect_change {
#define X(name, word, key) INSPECT_CHANGE_##name,
	INSPECT_CHANGES(X)
#undef X
	INSPECT_CHANGE_NR
};

/* Changes of a mapping between two readings: X(NAME, "word") */
#define INSPECT_MAPPING_CHANGES(X) \
	X(NEW, "new") \
	X(GONE, "gone") \
	X(REMAPPED, "remapped") \
	X(SPLIT, "split") \
	X(MERGED, "merged") \
	X(GROWN, "grown") \
	X(SHRUNK, "shrunk") \
	X(PROTECTION, "protection")

enum inspect_mapping_change_bit {
#define X(name, word) INSPECT_MAPPING_##name,
	INSPECT_MAPPING_CHANGES(X)
#undef X
	INSPECT_MAPPING_NR
};

/**
 * struct inspect_page_change - pages with like changes
 * @start: first address
 * @end: first address after the pages
 * @from: address in the first reading; differs from @start in memory that was moved with mremap()
 * @changes: mask of 1 << enum inspect_change
 * @has: the page had an entry in the first and in the second reading
 * @state: state of the first of the pages in both readings
 * @mapped: the address was mapped in the first and in the second reading
 * @prot: PGWALK_PROT_* of the mapping in both readings
 * @kind: enum pgwalk_vma_kind
 * @name: name of the mapping
 */
struct inspect_page_change {
	uint64_t start;
	uint64_t end;
	uint64_t from;
	uint32_t changes;
	bool has[2];
	struct pgwalk_frame_run state[2];
	bool mapped[2];
	uint8_t prot[2];
	uint8_t kind;
	const char *name;
};

/**
 * struct inspect_mapping_change - a mapping of the first reading and what became of it, or a new one
 * @start: first address, in the second reading if it is there
 * @end: first address after it
 * @from: address in the first reading
 * @mappings: number of mappings that it is in the first and in the second reading
 * @size: their bytes
 * @prot: PGWALK_PROT_* of the first of them
 * @mapping: mask of 1 << enum inspect_mapping_change_bit
 * @kind: enum pgwalk_vma_kind
 * @name: its name
 * @resident: bytes with a page frame in both readings
 * @bytes: bytes of pages by enum inspect_change
 * @unchanged: bytes of pages without a change
 */
struct inspect_mapping_change {
	uint64_t start;
	uint64_t end;
	uint64_t from;
	uint64_t mappings[2];
	uint64_t size[2];
	uint8_t prot[2];
	uint32_t mapping;
	uint8_t kind;
	const char *name;
	uint64_t resident[2];
	uint64_t bytes[INSPECT_CHANGE_NR];
	uint64_t unchanged;
};

/* Relation of two readings */
enum inspect_relation {
	INSPECT_RELATION_PROCESS,	/* one process, one program */
	INSPECT_RELATION_EXECUTED,	/* one process that executed a program in between */
	INSPECT_RELATION_PROCESSES,	/* two processes of one boot */
	INSPECT_RELATION_BOOTS,		/* two boots of a machine, or two machines */
	INSPECT_RELATIONS
};

/**
 * struct inspect_reading_of - the process of a reading
 * @pid: the process
 * @comm: its name
 * @exe: path of its executable
 * @host: name of the machine
 * @release: version of its kernel
 * @boot_id: random number of the boot
 * @start_ticks: start of the process after boot, in clock ticks; 0: not known
 * @exe_ino: inode of the executable
 * @exe_dev: its device
 * @pgd_pa: physical address of the root table
 * @start_stack: where the stack of the program began
 * @time_ns: time of the reading
 * @boot_ns: time of the reading after boot
 * @time: @time_ns as text, RFC 3339
 */
struct inspect_reading_of {
	int pid;
	const char *comm;
	const char *exe;
	const char *host;
	const char *release;
	const char *boot_id;
	uint64_t start_ticks;
	uint64_t exe_ino;
	uint64_t exe_dev;
	uint64_t pgd_pa;
	uint64_t start_stack;
	uint64_t time_ns;
	uint64_t boot_ns;
	char time[40];
};

/**
 * struct inspect_range - a range of addresses
 * @start: first address
 * @end: first address after the range
 */
struct inspect_range {
	uint64_t start;
	uint64_t end;
};

/**
 * struct inspect_diff - the total of diff
 * @of: the processes
 * @relation: enum inspect_relation
 * @span_ns: time between the readings; 0 if they are of two boots
 * @until: first address that was not compared; ~0: all was
 * @range: addresses in B to which the comparison is restricted; 0 to ~0: all
 * @changed: ranges with mappings that changed during each reading
 * @not_searched: ranges that were not searched for moves
 * @sum: sums over all mappings; its addresses and names are unset
 */
struct inspect_diff {
	struct inspect_reading_of of[2];
	uint8_t relation;
	uint64_t span_ns;
	uint64_t until;
	struct inspect_range range;
	uint64_t changed[2];
	uint64_t not_searched;
	struct inspect_mapping_change sum;
};

/* Relations between processes: X(NAME, "name") */
#define INSPECT_KINSHIPS(X) \
	X(PARENT, "parent") \
	X(CHILD, "child") \
	X(DESCENDANT, "descendant") \
	X(ANCESTOR, "ancestor") \
	X(SIBLING, "sibling")

enum inspect_kinship {
#define X(name, text) INSPECT_KINSHIP_##name,
	INSPECT_KINSHIPS(X)
#undef X
	INSPECT_KINSHIP_NR
};

/** INSPECT_COW_RELATIVES - maximum of relatives that are compared with a process */
#define INSPECT_COW_RELATIVES	64

/**
 * struct inspect_cow - memory of a mapping by sharing, and what writing all of it costs; in bytes
 * @vma: the mapping
 * @resident: pages with a frame
 * @exclusive: anonymous pages that are mapped once in the whole system
 * @shared: anonymous pages that are mapped more than once
 * @file: pages of the page cache
 * @ksm: anonymous pages that KSM merged
 * @zero: pages mapped to the shared page of zeroes
 * @swapped: swapped out pages
 * @faults: page faults, a number, of a write to each page in memory
 * @reused: pages that these faults make writable in place
 * @copied: pages that these faults copy
 * @copied_file: pages in @copied that are copied from the page cache
 * @copied_zero: pages in @copied that replace the page of zeroes
 * @unsure: pages in the figures above for which the kernel may decide otherwise
 * @elsewhere: mappings of pages in @shared in processes that were not compared
 * @with: pages that a relative maps, too, at the same address; by number of the relative
 * @differ: pages of which a relative has another one at the same address
 */
struct inspect_cow {
	const struct pgwalk_vma *vma;
	uint64_t resident;
	uint64_t exclusive;
	uint64_t shared;
	uint64_t file;
	uint64_t ksm;
	uint64_t zero;
	uint64_t swapped;
	uint64_t faults;
	uint64_t reused;
	uint64_t copied;
	uint64_t copied_file;
	uint64_t copied_zero;
	uint64_t unsure;
	uint64_t elsewhere;
	uint64_t with[INSPECT_COW_RELATIVES];
	uint64_t differ[INSPECT_COW_RELATIVES];
};

/**
 * struct inspect_relative - a process that may share pages after fork()
 * @pid: process ID
 * @relation: enum inspect_kinship
 * @comm: name, safe to print
 * @shared: bytes that both processes map, in the same frames
 * @differ: bytes of pages that both processes have, in different frames
 */
struct inspect_relative {
	int pid;
	uint8_t relation;
	char comm[64];
	uint64_t shared;
	uint64_t differ;
};

/**
 * struct inspect_cow_row - a mapping with the processes that share its pages
 * @cow: the mapping
 * @relative: the relatives
 * @nr_relatives: number of @relative
 */
struct inspect_cow_row {
	struct inspect_cow cow;
	const struct inspect_relative *relative;
	unsigned int nr_relatives;
};

/**
 * struct inspect_cow_total - the sums of cow
 * @sum: sums of all mappings; @vma is NULL
 * @mappings: number of mappings
 * @hidden: mappings that were not printed
 * @relatives: relatives that were compared
 * @left_out: relatives that were not compared: there are too many, or they may not be read
 * @rules: version of the kernel whose rules were applied: major << 16 | minor << 8
 */
struct inspect_cow_total {
	struct inspect_cow sum;
	uint64_t mappings;
	uint64_t hidden;
	uint64_t relatives;
	uint64_t left_out;
	uint32_t rules;
};

/**
 * struct inspect_wss - memory of a mapping by its accessed and soft-dirty bits, in bytes
 * @vma: the mapping; NULL: the sums
 * @resident: pages with a frame
 * @touched: leaves with the accessed bit: at most this was touched
 * @touched_least: 4K for each of these leaves: this was touched
 * @written: leaves with the soft-dirty bit
 * @written_least: 4K for each of these leaves
 * @idle: leaves without the accessed bit
 * @unknown: leaves with bits that prove nothing
 * @written_known: this kernel has soft-dirty bits
 */
struct inspect_wss {
	const struct pgwalk_vma *vma;
	uint64_t resident;
	uint64_t touched;
	uint64_t touched_least;
	uint64_t written;
	uint64_t written_least;
	uint64_t idle;
	uint64_t unknown;
	bool written_known;
};

/**
 * struct inspect_wss_total - the sums of wss
 * @sum: sums of all mappings
 * @mappings: number of mappings
 * @hidden: mappings that were not printed
 * @cleared: the bits were cleared at the beginning of the interval
 * @began: time of the beginning of the interval, in ns
 * @ns: length of the interval up to the end of the read; 0: there was none
 * @has_before: @before is known
 * @before: @touched of @sum at the beginning of the interval
 * @aging: INSPECT_AGING_*
 */
struct inspect_wss_total {
	struct inspect_wss sum;
	uint64_t mappings;
	uint64_t hidden;
	bool cleared;
	uint64_t began;
	uint64_t ns;
	bool has_before;
	uint64_t before;
	unsigned int aging;
};

/**
 * struct inspect_cell - a part of the address space for a picture
 * @start: first address
 * @end: first address after the part
 * @mapped: bytes that mappings cover
 * @resident: bytes of present pages with a frame of their own, part of @mapped
 * @unique: bytes of these with mapcount 1; 0 if unknown
 * @huge: bytes in 2M and 1G leaves, part of @resident
 * @swapped: bytes swapped out
 */
struct inspect_cell {
	uint64_t start;
	uint64_t end;
	uint64_t mapped;
	uint64_t resident;
	uint64_t unique;
	uint64_t huge;
	uint64_t swapped;
};

/**
 * struct inspect_space_kind - sums of the mappings of one kind
 * @kind: enum pgwalk_vma_kind; 0: unknown
 * @mappings: number of mappings
 * @reserved: bytes that they cover
 * @resident: bytes of their present pages, with those of hugetlb
 * @unique: bytes of these with mapcount 1; 0 if unknown
 * @huge: bytes in 2M and 1G leaves, part of @resident
 * @swapped: bytes swapped out
 */
struct inspect_space_kind {
	uint32_t kind;
	uint64_t mappings;
	uint64_t reserved;
	uint64_t resident;
	uint64_t unique;
	uint64_t huge;
	uint64_t swapped;
};

/**
 * struct inspect_space - an address space for a picture
 * @kind: by enum pgwalk_vma_kind
 * @has_frames: @unique is known
 * @cell: parts in order of addresses, without overlap
 * @nr_cells: number of @cell
 * @granule: cells that begin in the same aligned block of this size are one; a power of two in bytes
 */
struct inspect_space {
	struct inspect_space_kind kind[PGWALK_VMA_NR];
	bool has_frames;
	const struct inspect_cell *cell;
	size_t nr_cells;
	uint64_t granule;
};

/**
 * struct inspect_report - a process for a page of pictures; NULL: not read
 * @pid: the process
 * @comm: its name, any bytes
 * @made: time of the report, in seconds since 1970
 * @info: paging of the machine
 * @mm: the address space
 * @total: sums of all mappings
 * @space: its mappings and pages
 * @tables: totals of the page tables
 * @stats: page tables by level and node
 * @nr_stats: number of @stats
 * @reach: contiguity by log2 of the size
 * @nr_reach: number of @reach
 * @reach_total: sums of the contiguity
 * @tlb: TLBs of the CPU
 * @walk: the walk of one address
 */
struct inspect_report {
	int32_t pid;
	const char *comm;
	uint64_t made;
	const struct pgwalk_info *info;
	const struct pgwalk_mm *mm;
	const struct inspect_vma *total;
	struct inspect_space space;
	const struct pgwalk_tables *tables;
	const struct pgwalk_pgtable_stats *stats;
	unsigned int nr_stats;
	const struct inspect_reach_size *reach;
	unsigned int nr_reach;
	const struct inspect_reach_total *reach_total;
	const struct inspect_tlb *tlb;
	const struct pgwalk_translate *walk;
};

/** INSPECT_DIFF_LARGEST - limit of the number of mappings in a picture of changes */
#define INSPECT_DIFF_LARGEST	16

/**
 * struct inspect_diff_page - two readings for a page of pictures
 * @made: time of the page, in seconds since 1970
 * @diff: the readings and the total
 * @space: mappings and pages of both readings
 * @changed: ranges with changed pages, in order of addresses, without overlap
 * @nr_changed: number of @changed
 * @largest: mappings with the most changed memory
 * @nr_largest: number of @largest
 * @mappings_left_out: mappings that have no row in the page, for lack of room
 * @pages_left_out: runs of like pages that have no row in the page, for lack of room
 */
struct inspect_diff_page {
	uint64_t made;
	const struct inspect_diff *diff;
	struct inspect_space space[2];
	const struct inspect_range *changed;
	size_t nr_changed;
	const struct inspect_mapping_change *largest;
	unsigned int nr_largest;
	uint64_t mappings_left_out;
	uint64_t pages_left_out;
};

/**
 * struct inspect_lab - a step of "pgwalk lab"
 * @scene: name of the scene, a constant
 * @step: number of the step, from 1
 * @action: its action, a constant
 * @text: its description
 * @addr: address of the access or call, and of the walks
 * @error: name of an error, a constant; NULL: none
 * @signal: name of a signal, a constant; NULL: none
 * @byte: the byte that was read; -1: none was read
 * @class: PGWALK_FAULT_*, derived from the entries and the counts; 0: no fault, or not known
 * @minor: minor faults of the step
 * @major: major faults of the step
 * @ns: duration of the step in the process
 * @tables_before: bytes of page tables before the step (VmPTE)
 * @tables: bytes of page tables after it
 * @before: the walk before the step
 * @after: the walk after it
 * @is_flush: the step may flush the TLB of an address; the fields below are known
 * @flush_known: flushes were recorded
 * @cpu: CPU of the call
 * @nr_cpus: CPUs that may hold translations of the process
 * @local: flushes of the process on its CPU
 * @pages: pages of the last of these; -1: all
 * @sent: requests to other CPUs
 * @remote: flushes on other CPUs in the same time
 */
struct inspect_lab {
	const char *scene;
	unsigned int step;
	const char *action;
	const char *text;
	uint64_t addr;
	const char *error;
	const char *signal;
	int byte;
	unsigned int class;
	uint64_t minor;
	uint64_t major;
	uint64_t ns;
	uint64_t tables_before;
	uint64_t tables;
	const struct pgwalk_translate *before;
	const struct pgwalk_translate *after;
	bool is_flush;
	bool flush_known;
	unsigned int cpu;
	unsigned int nr_cpus;
	unsigned int local;
	int pages;
	unsigned int sent;
	unsigned int remote;
};

/**
 * struct inspect_scene - a scene of "pgwalk lab"
 * @name: its name, a constant
 * @what: its description, a constant
 */
struct inspect_scene {
	const char *name;
	const char *what;
};

/**
 * struct inspect_file_run - neighbouring pages of a file in the page cache, with equal attributes
 * @offset: offset of the first page in the file
 * @pages: their frames; addresses are those of pgwalk's own mapping, which @pages.mapcount and the flag "mmap" leave out
 */
struct inspect_file_run {
	uint64_t offset;
	struct pgwalk_frame_run pages;
};

/**
 * struct inspect_file_total - sums over a range of a file, in bytes
 * @size: size of the file
 * @start: first offset of the range
 * @end: first offset after the range
 * @hugetlbfs: the file is on hugetlbfs: its pages are not known
 * @cached: pages in the page cache
 * @large: of these, pages in folios of more than one page
 * @dirty: of these, pages with the flag "dirty"
 * @writeback: of these, pages that are being written
 * @mapped: of these, pages that a process maps; pages without a mapcount in this kernel are not counted
 * @lost: pages that were evicted or truncated between two reads, or could not be mapped
 * @node: pages by NUMA node; the last element counts all higher nodes
 * @mappings: mappings of the file
 * @processes: processes with such a mapping
 * @exited: processes that exited or executed another program while they were read: some of their mappings may be missing
 * @unreadable: processes that could not be read
 */
struct inspect_file_total {
	uint64_t size;
	uint64_t start;
	uint64_t end;
	bool hugetlbfs;
	uint64_t cached;
	uint64_t large;
	uint64_t dirty;
	uint64_t writeback;
	uint64_t mapped;
	uint64_t lost;
	uint64_t node[PGWALK_VMA_NODES];
	uint64_t mappings;
	uint64_t processes;
	uint64_t exited;
	uint64_t unreadable;
};

/**
 * struct inspect_file_mapping - a mapping of a file
 * @pid: the process
 * @comm: its name, any bytes
 * @start: first address
 * @end: first address after the mapping
 * @offset: offset of @start in the file
 * @prot: PGWALK_PROT_*
 * @resident: present pages in bytes, also private copies
 * @copied: of these, private copies of pages of the file
 */
struct inspect_file_mapping {
	int32_t pid;
	char comm[64];
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint8_t prot;
	uint64_t resident;
	uint64_t copied;
};

#endif
