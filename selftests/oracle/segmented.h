/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process whose segment registers and descriptors are known: by what it loaded, and
 * by what the CPU told it of them (LAR, LSL).
 */
#ifndef PGWALK_ORACLE_SEGMENTED_H
#define PGWALK_ORACLE_SEGMENTED_H

#include <stdbool.h>
#include <sys/types.h>
#include <linux/types.h>

enum segmented_thread {
	SEGMENTED_MAIN,		/* ES of the LDT, GS by ARCH_SET_GS */
	SEGMENTED_PLAIN,	/* three with a TLS of their own */
	SEGMENTED_PLAIN_2,
	SEGMENTED_PLAIN_3,
	SEGMENTED_LDT,		/* FS of the LDT */
	SEGMENTED_TLS,		/* GS of a TLS slot, by set_thread_area() */
	SEGMENTED_32,		/* runs 32-bit code of the LDT, DS and ES too */
	SEGMENTED_SPINNER,	/* never sleeps */
	SEGMENTED_NR
};

/* Entries of the LDT */
enum {
	SEGMENTED_DATA = 1,	/* 32-bit data, of SEGMENTED_LIMIT + 1 bytes */
	SEGMENTED_DOWN,		/* expands down, from SEGMENTED_LIMIT + 1 on */
	SEGMENTED_CODE,		/* 32-bit code, of a page */
	SEGMENTED_EXECUTE,	/* that and not readable */
	SEGMENTED_ABSENT,	/* data, not present */
	SEGMENTED_PAGES,	/* data with a limit of pages */
	SEGMENTED_LAST = 70,	/* data; a far one, so that the table is long */
	SEGMENTED_ENTRIES
};

#define SEGMENTED_LIMIT		0x7ffU
#define SEGMENTED_NR_PAGES	23
#define SEGMENTED_SELECTOR(n)	((unsigned short)((n) << 3 | 7))

/**
 * struct segmented_truth - in memory that both see
 * @tid:	of each thread
 * @fs_base:	as each one was told by ARCH_GET_FS; 0: not asked
 * @gs_base:	likewise
 * @page:	the base of all segments, below 4G; offset 0x100 on is written
 * @ds:		the selector in DS of the thread in 32-bit code: that of SEGMENTED_DATA, or of
 *		flat data where a base in DS would crash the guest (segmented.c)
 * @tls:	the slot in the GDT that set_thread_area() gave
 * @ready:	threads that are
 * @lar:	what LAR says of each selector of the LDT; 0: it refused
 * @lsl:	LSL likewise
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

/* 0; 4: this kernel has no modify_ldt() or 32-bit calls; -1: failed */
int segmented_start(struct segmented *process);
void segmented_stop(struct segmented *process);

/* Gives the caller an LDT. False: this kernel has none */
bool segmented_have_ldt(void);
/* What the CPU says of a selector: false, it refuses. In user mode, so at CPL 3 */
bool segmented_lar(unsigned short selector, __u32 *rights);
bool segmented_lsl(unsigned short selector, __u32 *limit);
bool segmented_verr(unsigned short selector);
bool segmented_verw(unsigned short selector);

#endif
