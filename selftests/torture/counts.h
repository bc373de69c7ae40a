/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * State that all processes of a torture run share: how often each kind of work was done,
 * the current targets, and the first failure. It lies in shared memory that stays mapped
 * after fork and can be mapped again after exec.
 */
#ifndef PGWALK_TORTURE_COUNTS_H
#define PGWALK_TORTURE_COUNTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Changes by a target, changes by the kernel, then requests to pgwalk and checks */
enum counts_kind {
	COUNTS_MMAP,
	COUNTS_MUNMAP,
	COUNTS_MPROTECT,
	COUNTS_MREMAP,
	COUNTS_FORK,
	COUNTS_EXEC,
	COUNTS_EXIT,
	COUNTS_FAULT,
	COUNTS_DONTNEED,
	COUNTS_COLLAPSE,
	COUNTS_PAGEOUT,
	COUNTS_COLD,
	COUNTS_HUGEPAGE,
	COUNTS_MERGEABLE,
	COUNTS_MIGRATE,
	COUNTS_USERFAULT,
	COUNTS_HUGETLB,
	COUNTS_HWPOISON,
	COUNTS_OFFLINE,
	COUNTS_KILL,
	COUNTS_KHUGEPAGED,
	COUNTS_KSM,
	COUNTS_SWAPOUT,
	COUNTS_SWAPIN,
	COUNTS_BALANCING,
	COUNTS_COMPACTION,
	COUNTS_VIEW_PAGES,
	COUNTS_VIEW_VMAS,
	COUNTS_VIEW_MM,
	COUNTS_VIEW_TABLES,
	COUNTS_VIEW_SEGMENTS,
	COUNTS_VIEW_INFO,
	COUNTS_VIEW_GDT,
	COUNTS_VIEW_ATTACH,
	COUNTS_QUERY_TRANSLATE,
	COUNTS_QUERY_RMAP,
	COUNTS_QUERY_FRAME,
	COUNTS_ATTACH,
	COUNTS_DETACH,
	COUNTS_CALL_INFO,
	COUNTS_CALL_ATTACH,
	COUNTS_CALL_SCAN,
	COUNTS_CALL_VMAS,
	COUNTS_CALL_TRANSLATE,
	COUNTS_CALL_FRAMES,
	COUNTS_CALL_RMAP,
	COUNTS_CALL_MM,
	COUNTS_CALL_TABLES,
	COUNTS_CALL_SEGMENTS,
	COUNTS_CALL_GDT,
	COUNTS_KFUNC_PROBE,
	COUNTS_KFUNC_PRESENT,
	COUNTS_PGTOP,
	COUNTS_RMMOD_BUSY,
	COUNTS_RELOAD,
	COUNTS_CHECK_PAGES,
	COUNTS_CHECK_SCAN,
	COUNTS_CHECK_TRANSLATE,
	COUNTS_CHECK_FRAMES,
	COUNTS_CHECK_RMAP,
	COUNTS_CHECK_TOTALS,
	COUNTS_CHECK_CONTENT,
	COUNTS_CHECK_KFUNC,
	COUNTS_NR
};

#define COUNTS_TARGETS	3

/**
 * struct counts - one run
 * @seed:	of all random numbers, together with a number that each thread takes from @drawn
 * @over:	all threads and targets stop
 * @loads:	number of unloads and loads of the module; odd: the module is not loaded
 * @target:	the processes that change; 0: being replaced
 * @done:	number of times, by kind
 * @lacks:	kinds that this machine does not have
 * @failures:	number of failures; @failure describes the first
 */
struct counts {
	uint64_t seed;
	atomic_uint drawn;
	atomic_bool over;
	atomic_uint loads;
	atomic_int target[COUNTS_TARGETS];
	atomic_ulong done[COUNTS_NR];
	atomic_bool lacks[COUNTS_NR];
	atomic_uint failures;
	char failure[300];
};

extern struct counts *counts;

/* Create the counts. Return a descriptor that stays open over exec */
int counts_create(uint64_t seed);
/* Map the counts that another program created */
bool counts_map(int fd);
void counts_add(enum counts_kind kind, unsigned long times);
void counts_increment(enum counts_kind kind);
/* Set the number of a kind that is counted elsewhere */
void counts_set(enum counts_kind kind, unsigned long times);
void counts_set_unavailable(enum counts_kind kind);
void counts_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Print the number of changes and requests so far as a TAP comment */
void counts_print_progress(unsigned int seconds);
/* Was each kind done at least once, or is it unavailable? */
bool counts_is_complete(void);
/* Return the description of a kind */
const char *counts_text(enum counts_kind kind);

/* Return a random number below n */
unsigned int prng_below(unsigned int n);
uint64_t prng_word(void);
/* Reseed in a child after fork, because it must not repeat its parent's numbers */
void prng_reseed(void);

#endif
