/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The ABI of pgwalk.ko: records, ioctls and flags. Types only, no functions:
 * the module, the BPF programs, the tools and the tests all compile these files.
 *
 * Rules. In every enumeration 0 means "unset" and is never valid in output.
 * Every ioctl argument begins with its own size, so that it can grow: a caller
 * with a shorter struct gets the fields that fit, and a caller with a longer one is
 * accepted if the fields that this kernel does not know are zero (else E2BIG). Reserved
 * fields must be zero (else EINVAL). Addresses and sizes are in bytes unless the
 * name has another unit; a pfn counts pages of 1 << @page_shift of struct pgwalk_info.
 */
#ifndef PGWALK_UAPI_H
#define PGWALK_UAPI_H

#include "pgwalk_entry.h"
#include "pgwalk_frame.h"
#include "pgwalk_mm.h"
#include "pgwalk_scan.h"
#include "pgwalk_segment.h"
#include "pgwalk_vma.h"

/** PGWALK_ABI_VERSION - raised when a record changes meaning, not when it grows */
#define PGWALK_ABI_VERSION	1
#define PGWALK_DEVICE		"/dev/pgwalk"

/*
 * The newest kernel on which the tests pass; raised only when they pass on a newer one.
 * The test selftests/module/untested.sh builds the module with a lower one.
 */
#ifndef PGWALK_TESTED_MAJOR
#define PGWALK_TESTED_MAJOR	7
#define PGWALK_TESTED_MINOR	3
#endif

/**
 * enum pgwalk_arch - architecture whose page tables the records are of, PGWALK_ARCH_*
 *
 * Names are those of uname -m. Flags, levels and calls that one architecture has are marked with
 * its name.
 */
#define PGWALK_ARCHS(X)		\
	X(X86_64, 1, "x86_64")	\
	X(ARM64, 2, "aarch64")	\
	X(RISCV64, 3, "riscv64")

enum pgwalk_arch {
	PGWALK_ARCH_UNSET = 0,
#define X(name, number, text) PGWALK_ARCH_##name = (number),
	PGWALK_ARCHS(X)
#undef X
	PGWALK_ARCH_NR,
};

/* PGWALK_PAGING_* in struct pgwalk_info: paging modes of this kernel and CPU */
#define PGWALK_PAGING_LA57	(1ULL << 0)	/* five levels */
#define PGWALK_PAGING_PTI	(1ULL << 1)	/* a second pgd for user mode: not walked */
#define PGWALK_PAGING_RCU_TABLES (1ULL << 2)	/* tables are freed through RCU */
#define PGWALK_PAGING_GB_LEAF	(1ULL << 3)	/* the CPU has 1G pages */
#define PGWALK_PAGING_NX	(1ULL << 4)
#define PGWALK_PAGING_PKU	(1ULL << 5)	/* protection keys in use */
#define PGWALK_PAGING_PCID	(1ULL << 6)

/* PGWALK_FEATURE_* in struct pgwalk_info: features of the module on this kernel */
#define PGWALK_FEATURE_SCAN	(1ULL << 0)
#define PGWALK_FEATURE_VMAS	(1ULL << 1)
#define PGWALK_FEATURE_KFUNC	(1ULL << 2)	/* bpf_pgwalk_probe is registered */
#define PGWALK_FEATURE_NUMA_HINT (1ULL << 3)	/* numa-hint is distinguished from protnone */
#define PGWALK_FEATURE_FRAMES	(1ULL << 4)
#define PGWALK_FEATURE_RMAP	(1ULL << 5)	/* absent on a kernel newer than @newest_tested */
#define PGWALK_FEATURE_MM	(1ULL << 6)
#define PGWALK_FEATURE_TABLES	(1ULL << 7)
#define PGWALK_FEATURE_TRANSLATE (1ULL << 8)
#define PGWALK_FEATURE_SEGMENTS	(1ULL << 9)	/* SEGMENTS and GDT: x86 */
#define PGWALK_FEATURE_DELEGATE	(1ULL << 10)	/* loaded with delegate=1: all users may open the device */
#define PGWALK_FEATURE_REDACTED	(1ULL << 11)	/* this file is delegated: only some calls, see PGWALK_REDACTED */

/**
 * struct pgwalk_geometry - one level of the tables
 * @level:	enum pgwalk_level
 * @shift:	log2 of the bytes that one entry covers
 * @leaf:	1 if an entry of this level may map a page
 * @reserved:	0
 * @entries:	number of entries in a table
 */
struct pgwalk_geometry {
	__u8 level;
	__u8 shift;
	__u8 leaf;
	__u8 reserved;
	__u32 entries;
};
pgwalk_assert_size(struct pgwalk_geometry, 8);

/**
 * struct pgwalk_info - PGWALK_IOC_INFO: version, geometry, features, costs
 * @size:	in: size of the caller's struct; out: size of the kernel's
 * @abi:	PGWALK_ABI_VERSION of the module
 * @features:	PGWALK_FEATURE_*
 * @paging:	PGWALK_PAGING_*
 * @nr_levels:	4 or 5
 * @attached:	number of directories in debugfs
 * @geometry:	levels from the root down, @nr_levels of them
 * @user_end:	first address after the user half
 * @zero_pfn:	pfn of the shared zero page
 * @tables:	number of page tables read since insmod
 * @raced:	number of reads that were abandoned as raced
 * @lock_holds:	number of times that mmap_lock was taken to read tables or VMAs
 * @lock_hold_max_ns: longest hold of mmap_lock, in ns
 * @lock_hold_total_ns: sum of all holds of mmap_lock, in ns
 * @rmap_lock_holds:	number of times that RMAP locked a folio
 * @rmap_lock_hold_max_ns: longest time from the lock of a folio to its unlock, in ns; i_mmap_rwsem
 *		or the lock of the anon_vma is taken and dropped in between
 * @rmap_max_vmas: maximum of VMAs that were read or skipped in one of these holds; at most
 *		64
 * @rmap_vmas:	number of VMAs that were read or skipped in all of these holds
 * @rmap_passes: passes of RMAP over all processes, to find those that use an address space
 * @newest_tested: newest kernel that this module was tested on: major << 16 | minor << 8
 * @page_shift:	log2 of the bytes of a page: 12; arm64: 12, 14 or 16
 * @arch:	enum pgwalk_arch
 * @reserved:	0
 * @buffer_bytes: memory that all open files keep for their next call: records, tables and positions,
 *		for each kind of call from its first one until the file is closed; without the text
 *		of views
 *
 * On a delegated file (PGWALK_FEATURE_REDACTED) @attached, @zero_pfn, @tables and the fields after
 * it are 0, except @newest_tested, @page_shift and @arch.
 */
struct pgwalk_info {
	__u32 size;
	__u32 abi;
	__u64 features;
	__u64 paging;
	__u32 nr_levels;
	__u32 attached;
	struct pgwalk_geometry geometry[PGWALK_MAX_LEVELS];
	__u64 user_end;
	__u64 zero_pfn;
	__u64 tables;
	__u64 raced;
	__u64 lock_holds;
	__u64 lock_hold_max_ns;
	__u64 lock_hold_total_ns;
	__u64 rmap_lock_holds;
	__u64 rmap_lock_hold_max_ns;
	__u64 rmap_max_vmas;
	__u64 rmap_vmas;
	__u64 rmap_passes;
	__u32 newest_tested;
	__u8 page_shift;
	__u8 arch;
	__u16 reserved;
	__u64 buffer_bytes;
};
pgwalk_assert_size(struct pgwalk_info, 184);

/**
 * struct pgwalk_attach - PGWALK_IOC_ATTACH: attach an open file to a process
 * @size:	in: size of the caller's struct
 * @pid:	in: a process or thread id in the caller's pid namespace
 * @flags:	in: 0
 * @tgid:	out: id of the process, in the caller's pid namespace
 *
 * An open file has one process; a second call fails with EBUSY. ESRCH: no such process;
 * ENXIO: a kernel thread, or a process that has released its memory. On a delegated file EACCES or
 * EPERM, as open() of /proc/PID/pagemap: the opener or the caller may not read the process. The
 * calls that use the process check again, and have the same errors.
 */
struct pgwalk_attach {
	__u32 size;
	__s32 pid;
	__u32 flags;
	__s32 tgid;
};
pgwalk_assert_size(struct pgwalk_attach, 16);

/* The numbers do not contain a size, because the structs may grow */
#ifndef PGWALK_NO_TYPES_H
#define PGWALK_IOC_MAGIC	0xBC
#define PGWALK_IOC_INFO		_IO(PGWALK_IOC_MAGIC, 1)
#define PGWALK_IOC_ATTACH	_IO(PGWALK_IOC_MAGIC, 2)
#define PGWALK_IOC_SCAN		_IO(PGWALK_IOC_MAGIC, 3)
#define PGWALK_IOC_VMAS		_IO(PGWALK_IOC_MAGIC, 4)
#define PGWALK_IOC_TRANSLATE	_IO(PGWALK_IOC_MAGIC, 5)
#define PGWALK_IOC_FRAMES	_IO(PGWALK_IOC_MAGIC, 6)
#define PGWALK_IOC_RMAP		_IO(PGWALK_IOC_MAGIC, 7)
#define PGWALK_IOC_MM		_IO(PGWALK_IOC_MAGIC, 8)
#define PGWALK_IOC_TABLES	_IO(PGWALK_IOC_MAGIC, 9)
#define PGWALK_IOC_SEGMENTS	_IO(PGWALK_IOC_MAGIC, 10)
#define PGWALK_IOC_GDT		_IO(PGWALK_IOC_MAGIC, 11)
#endif

#endif /* PGWALK_UAPI_H */
