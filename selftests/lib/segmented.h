/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Creates a process with known segment registers and descriptors: the values that its
 * threads loaded, and the results of LAR and LSL for its selectors.
 */
#ifndef PGWALK_ORACLE_SEGMENTED_H
#define PGWALK_ORACLE_SEGMENTED_H

#include <stdbool.h>
#include <sys/types.h>
#include <linux/types.h>
#include "times.h"

enum segmented_thread {
	SEGMENTED_MAIN,		/* ES of the LDT, GS by ARCH_SET_GS */
	SEGMENTED_PLAIN,	/* three threads with their own TLS */
	SEGMENTED_PLAIN_2,
	SEGMENTED_PLAIN_3,
	SEGMENTED_LDT,		/* FS of the LDT */
	SEGMENTED_TLS,		/* GS of a TLS slot, by set_thread_area() */
	SEGMENTED_32,		/* runs 32-bit code; CS, DS and ES of the LDT */
	SEGMENTED_SPINNER,	/* never sleeps */
	SEGMENTED_NR
};

/* Entries of the LDT */
enum {
	SEGMENTED_DATA = 1,	/* 32-bit data, of SEGMENTED_LIMIT + 1 bytes */
	SEGMENTED_DOWN,		/* expands down, from SEGMENTED_LIMIT + 1 on */
	SEGMENTED_CODE,		/* 32-bit code, of a page */
	SEGMENTED_EXECUTE,	/* 32-bit code, not readable */
	SEGMENTED_ABSENT,	/* data, not present */
	SEGMENTED_PAGES,	/* data with a limit in pages */
	SEGMENTED_LAST = 70,	/* data; the large index makes the table long */
	SEGMENTED_ENTRIES
};

#define SEGMENTED_LIMIT		0x7ffU
#define SEGMENTED_NR_PAGES	TIMES
#define SEGMENTED_SELECTOR(n)	((unsigned short)((n) << 3 | 7))

/**
 * struct segmented_truth - in memory that the process and the test share
 * @tid:	of each thread
 * @fs_base:	of each thread, by ARCH_GET_FS; 0: not read
 * @gs_base:	of each thread, by ARCH_GET_GS; 0: not read
 * @page:	the base of all segments, below 4G; from offset 0x100 on it is written
 * @ds:		the selector in DS of the thread in 32-bit code: SEGMENTED_DATA, or flat data
 *		where a base in DS would crash the guest (segmented.c)
 * @tls:	the slot in the GDT that set_thread_area() returned
 * @ready:	number of threads that are set up
 * @lar:	result of LAR for each selector of the LDT; 0: invalid
 * @lsl:	result of LSL for each selector of the LDT; 0: invalid
 */
#define SEGMENTED_DS_FLAT	0x2b	/* __USER_DS */
#define SEGMENTED_DS_REASON	"QEMU adds the base of DS in 64-bit mode, and kernels from 7.3 on use DS prefixes"

struct segmented_truth {
	pid_t tid[SEGMENTED_NR];
	unsigned long fs_base[SEGMENTED_NR];
	unsigned long gs_base[SEGMENTED_NR];
	unsigned long page;
	unsigned short ds;
	unsigned int tls;
	int ready;
	__u32 lar[SEGMENTED_ENTRIES];
	__u32 lsl[SEGMENTED_ENTRIES];
};

struct segmented {
	pid_t pid;
	struct segmented_truth *truth;
};

/* Return 0; 4: this kernel has no modify_ldt() or 32-bit calls; -1: failed */
int segmented_start(struct segmented *process);
void segmented_stop(struct segmented *process);

/* Give the caller an LDT. False: this kernel has no modify_ldt() */
bool segmented_have_ldt(void);
/* The instructions of the same names, at CPL 3. False: the CPU rejects the selector */
bool segmented_lar(unsigned short selector, __u32 *rights);
bool segmented_lsl(unsigned short selector, __u32 *limit);
bool segmented_verr(unsigned short selector);
bool segmented_verw(unsigned short selector);

#endif
