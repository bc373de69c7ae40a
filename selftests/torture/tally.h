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
#define TALLY_KINDS(X) \
	X(MMAP, "target: mmap") \
	X(MUNMAP, "target: munmap") \
	X(MPROTECT, "target: mprotect") \
	X(MREMAP, "target: mremap") \
	X(FORK, "target: fork") \
	X(EXEC, "target: exec") \
	X(EXIT, "target: exit") \
	X(FAULT, "target: faults of many threads") \
	X(DONTNEED, "target: MADV_DONTNEED") \
	X(COLLAPSE, "target: MADV_COLLAPSE") \
	X(PAGEOUT, "target: MADV_PAGEOUT") \
	X(COLD, "target: MADV_COLD") \
	X(HUGEPAGE, "target: MADV_HUGEPAGE") \
	X(MERGEABLE, "target: MADV_MERGEABLE") \
	X(MIGRATE, "target: pages moved to the other node") \
	X(USERFAULT, "target: faults that userfaultfd answers") \
	X(HUGETLB, "target: hugetlb in a shared table") \
	X(HWPOISON, "target: MADV_HWPOISON") \
	X(OFFLINE, "target: MADV_SOFT_OFFLINE") \
	X(KILL, "target: killed") \
	X(KHUGEPAGED, "kernel: huge pages by khugepaged") \
	X(KSM, "kernel: pages shared by KSM") \
	X(SWAPOUT, "kernel: pages swapped out") \
	X(SWAPIN, "kernel: pages swapped in") \
	X(BALANCING, "kernel: entries marked by NUMA balancing") \
	X(COMPACTION, "kernel: pages isolated by compaction") \
	X(VIEW_PAGES, "view: pages") \
	X(VIEW_VMAS, "view: vmas") \
	X(VIEW_MM, "view: mm") \
	X(VIEW_TABLES, "view: tables") \
	X(VIEW_SEGMENTS, "view: segments") \
	X(VIEW_INFO, "view: info") \
	X(VIEW_GDT, "view: gdt") \
	X(VIEW_ATTACH, "view: attach") \
	X(ASK_TRANSLATE, "view: translate") \
	X(ASK_RMAP, "view: rmap") \
	X(ASK_FRAME, "view: frame") \
	X(ATTACH, "attach: in") \
	X(DETACH, "attach: out") \
	X(CALL_INFO, "ioctl: INFO") \
	X(CALL_ATTACH, "ioctl: ATTACH") \
	X(CALL_SCAN, "ioctl: SCAN") \
	X(CALL_VMAS, "ioctl: VMAS") \
	X(CALL_TRANSLATE, "ioctl: TRANSLATE") \
	X(CALL_FRAMES, "ioctl: FRAMES") \
	X(CALL_RMAP, "ioctl: RMAP") \
	X(CALL_MM, "ioctl: MM") \
	X(CALL_TABLES, "ioctl: TABLES") \
	X(CALL_SEGMENTS, "ioctl: SEGMENTS") \
	X(CALL_GDT, "ioctl: GDT") \
	X(KFUNC_PROBE, "kfunc: probe in faults and task switches") \
	X(KFUNC_PRESENT, "kfunc: present in faults and task switches") \
	X(PGTOP, "pgtop: intervals told") \
	X(RMMOD_BUSY, "module: rmmod refused while in use") \
	X(RELOAD, "module: rmmod and insmod") \
	X(HELD_PAGES, "held still: pages by the view") \
	X(HELD_SCAN, "held still: pages by SCAN") \
	X(HELD_TRANSLATE, "held still: pages by TRANSLATE") \
	X(HELD_FRAMES, "held still: frames") \
	X(HELD_RMAP, "held still: all who map a page") \
	X(HELD_TOTALS, "held still: mappings, totals, tables, segments") \
	X(HELD_CONTENT, "held still: content of the frames told") \
	X(HELD_KFUNC, "held still: pages by the kfunc")

#define TALLY_ENUM(name, text) TALLY_##name,
enum tally_kind { TALLY_KINDS(TALLY_ENUM) TALLY_NR };

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
	_Atomic pid_t target[TALLY_TARGETS];
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
static inline void tally_did(enum tally_kind kind)
{
	tally_add(kind, 1);
}

/* What somebody else counts */
void tally_set(enum tally_kind kind, unsigned long times);
void tally_lack(enum tally_kind kind);
void tally_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
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
