/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the processes of a torture run have in common: how often each kind of work was
 * done, who there is to look at, and what went wrong first. It lies in shared memory that
 * lives through fork and exec. It must not decide what is done.
 */
#ifndef PGWALK_TORTURE_TALLY_H
#define PGWALK_TORTURE_TALLY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What a target does to itself, then what the kernel does to it, then who looks at it */
enum tally_kind {
	TALLY_MMAP,
	TALLY_MUNMAP,
	TALLY_MPROTECT,
	TALLY_MREMAP,
	TALLY_FORK,
	TALLY_EXEC,
	TALLY_EXIT,
	TALLY_FAULT,
	TALLY_DONTNEED,
	TALLY_COLLAPSE,
	TALLY_PAGEOUT,
	TALLY_COLD,
	TALLY_HUGEPAGE,
	TALLY_MERGEABLE,
	TALLY_MIGRATE,
	TALLY_USERFAULT,
	TALLY_HUGETLB,
	TALLY_HWPOISON,
	TALLY_OFFLINE,
	TALLY_KILL,
	TALLY_KHUGEPAGED,
	TALLY_KSM,
	TALLY_SWAPOUT,
	TALLY_SWAPIN,
	TALLY_BALANCING,
	TALLY_COMPACTION,
	TALLY_VIEW_PAGES,
	TALLY_VIEW_VMAS,
	TALLY_VIEW_MM,
	TALLY_VIEW_TABLES,
	TALLY_VIEW_SEGMENTS,
	TALLY_VIEW_INFO,
	TALLY_VIEW_GDT,
	TALLY_VIEW_ATTACH,
	TALLY_ASK_TRANSLATE,
	TALLY_ASK_RMAP,
	TALLY_ASK_FRAME,
	TALLY_ATTACH,
	TALLY_DETACH,
	TALLY_CALL_INFO,
	TALLY_CALL_ATTACH,
	TALLY_CALL_SCAN,
	TALLY_CALL_VMAS,
	TALLY_CALL_TRANSLATE,
	TALLY_CALL_FRAMES,
	TALLY_CALL_RMAP,
	TALLY_CALL_MM,
	TALLY_CALL_TABLES,
	TALLY_CALL_SEGMENTS,
	TALLY_CALL_GDT,
	TALLY_KFUNC_PROBE,
	TALLY_KFUNC_PRESENT,
	TALLY_PGTOP,
	TALLY_RMMOD_BUSY,
	TALLY_RELOAD,
	TALLY_HELD_PAGES,
	TALLY_HELD_SCAN,
	TALLY_HELD_TRANSLATE,
	TALLY_HELD_FRAMES,
	TALLY_HELD_RMAP,
	TALLY_HELD_TOTALS,
	TALLY_HELD_CONTENT,
	TALLY_HELD_KFUNC,
	TALLY_NR
};

#define TALLY_TARGETS	3

/**
 * struct tally - one run
 * @seed:	what chance comes from, with the number that each thread takes of @drawn
 * @over:	all who work stop
 * @loads:	how often the module went or came; odd: it is not there
 * @target:	the processes that change all the time; 0: between two of them
 * @done:	of each kind
 * @lacks:	this machine does not have it
 * @failures:	how many there were; @failure tells of the first
 */
struct tally {
	uint64_t seed;
	atomic_uint drawn;
	atomic_bool over;
	atomic_uint loads;
	atomic_int target[TALLY_TARGETS];
	atomic_ulong done[TALLY_NR];
	atomic_bool lacks[TALLY_NR];
	atomic_uint failures;
	char failure[300];
};

extern struct tally *tally;

/* A new one; its descriptor stays open over exec */
int tally_create(uint64_t seed);
/* That of another program */
bool tally_map(int fd);
void tally_add(enum tally_kind kind, unsigned long times);
void tally_did(enum tally_kind kind);
/* What somebody else counts */
void tally_set(enum tally_kind kind, unsigned long times);
void tally_lack(enum tally_kind kind);
void tally_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* What was done by targets and by those who look at them, so far, as a remark in TAP */
void tally_tell_progress(unsigned int seconds);
/* Was all done that there is to be done here? */
bool tally_is_complete(void);
/* What was done of each kind, as TAP: a kind that never was is a failure */
unsigned int tally_tell(unsigned int first);

/* A number below n, from the seed */
unsigned int chance(unsigned int n);
uint64_t chance_word(void);
/* Behind fork: the child is to do something else */
void chance_renew(void);

#endif
