/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The ABI of pgwalk_lab.ko: single pages are mapped, protected, unmapped and flushed in a shared mapping of
 * /dev/pgwalk_lab. The rules are those of pgwalk.h. Types only.
 */
#ifndef PGWALK_LAB_UAPI_H
#define PGWALK_LAB_UAPI_H

#include "pgwalk_entry.h"

/** PGWALK_LAB_ABI_VERSION - raised when a record changes meaning, not when it grows */
#define PGWALK_LAB_ABI_VERSION	1
#define PGWALK_LAB_DEVICE	"/dev/pgwalk_lab"

/** PGWALK_LAB_PAGES - maximum of pages of an open file */
#define PGWALK_LAB_PAGES	1024

/* PGWALK_LAB_PROT_* - protection of an entry */
#define PGWALK_LAB_PROT_READ	1U	/* the page can be read */
#define PGWALK_LAB_PROT_WRITE	2U	/* the page can be read and written */

/**
 * struct pgwalk_lab_info - PGWALK_LAB_IOC_INFO: version and limits
 * @size:	in: size of the caller's struct
 * @abi:	out: PGWALK_LAB_ABI_VERSION of the module
 * @max_pages:	out: PGWALK_LAB_PAGES of the module
 * @pages:	out: number of pages of the open file, mapped or not
 */
struct pgwalk_lab_info {
	__u32 size;
	__u32 abi;
	__u32 max_pages;
	__u32 pages;
};
pgwalk_assert_size(struct pgwalk_lab_info, 16);

/**
 * struct pgwalk_lab_page - PGWALK_LAB_IOC_MAP, PROTECT, UNMAP and FLUSH: change the entry of one page
 * @size:	in: size of the caller's struct
 * @prot:	in: PGWALK_LAB_PROT_*, of MAP and PROTECT; 0 in the others. Out: protection of the entry, 0 without
 *		an entry
 * @addr:	in: address of the page, in a mapping of the open file
 * @pfn:	out: pfn of the page
 * @tables_before: out: bytes of page tables of the address space before the call (VmPTE)
 * @tables_after: out: bytes of page tables after the call. Faults of other threads in the meantime may add to it
 * @cpu:	out: CPU that made the change
 * @nr_cpus:	out: number of CPUs that used this address space and may hold its translations, @cpu included; an
 *		upper bound
 */
struct pgwalk_lab_page {
	__u32 size;
	__u32 prot;
	__u64 addr;
	__u64 pfn;
	__u64 tables_before;
	__u64 tables_after;
	__u32 cpu;
	__u32 nr_cpus;
};
pgwalk_assert_size(struct pgwalk_lab_page, 48);

#define PGWALK_LAB_IOC_MAGIC	0xBC
#define PGWALK_LAB_IOC_INFO	_IO(PGWALK_LAB_IOC_MAGIC, 33)
#define PGWALK_LAB_IOC_MAP	_IO(PGWALK_LAB_IOC_MAGIC, 34)
#define PGWALK_LAB_IOC_PROTECT	_IO(PGWALK_LAB_IOC_MAGIC, 35)
#define PGWALK_LAB_IOC_UNMAP	_IO(PGWALK_LAB_IOC_MAGIC, 36)
#define PGWALK_LAB_IOC_FLUSH	_IO(PGWALK_LAB_IOC_MAGIC, 37)

#endif /* PGWALK_LAB_UAPI_H */
