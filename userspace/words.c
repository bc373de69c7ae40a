// SPDX-License-Identifier: GPL-2.0
/*
 * Enumerations of module/uapi as words. Documentation/abi describes them; no
 * other file may spell them.
 */
#include <string.h>

#include "pgwalk_fault.h"
#include "words.h"

/**
 * words__class - name a class of faults
 * @class: enum pgwalk_fault_class
 *
 * Return: a constant; "other" for what is not known.
 */
const char *words__class(uint32_t class)
{
	static const char *const words[PGWALK_FAULT_CLASS_NR] = {
		[PGWALK_FAULT_UNATTRIBUTED] = "unattributed",
		[PGWALK_FAULT_ANON_ZERO] = "anon-zero",
		[PGWALK_FAULT_ANON_NEW] = "anon-new",
		[PGWALK_FAULT_THP_NEW] = "thp-new",
		[PGWALK_FAULT_FILE_CACHED] = "file-cached",
		[PGWALK_FAULT_FILE_READ] = "file-read",
		[PGWALK_FAULT_SHMEM] = "shmem",
		[PGWALK_FAULT_COW_COPY] = "cow-copy",
		[PGWALK_FAULT_COW_REUSE] = "cow-reuse",
		[PGWALK_FAULT_FILE_COW] = "file-cow",
		[PGWALK_FAULT_SHARED_WRITE] = "shared-write",
		[PGWALK_FAULT_SWAP_CACHED] = "swap-cached",
		[PGWALK_FAULT_SWAP_READ] = "swap-read",
		[PGWALK_FAULT_NUMA_HINT] = "numa-hint",
		[PGWALK_FAULT_MIGRATION] = "migration",
		[PGWALK_FAULT_USERFAULT] = "userfault",
		[PGWALK_FAULT_HUGETLB] = "hugetlb",
		[PGWALK_FAULT_DEVICE] = "device",
		[PGWALK_FAULT_SPURIOUS] = "spurious",
		[PGWALK_FAULT_OTHER] = "other",
		[PGWALK_FAULT_SEGV_MAP] = "segv-map",
		[PGWALK_FAULT_SEGV_ACCESS] = "segv-access",
		[PGWALK_FAULT_SIGBUS] = "sigbus",
		[PGWALK_FAULT_OOM] = "oom",
	};

	if (class >= PGWALK_FAULT_CLASS_NR || !words[class])
		return "other";
	return words[class];
}

/**
 * words__find_class - find the class that has a name
 * @word: the name
 *
 * Return: enum pgwalk_fault_class; 0: there is none.
 */
uint32_t words__find_class(const char *word)
{
	uint32_t class;

	for (class = 1; class < PGWALK_FAULT_CLASS_NR; class++)
		if (!strcmp(words__class(class), word))
			return class;
	return 0;
}

/**
 * words__kind - name what a mapping is for
 * @kind: enum pgwalk_vma_kind
 *
 * Return: a constant; NULL for what is not known.
 */
const char *words__kind(uint32_t kind)
{
	static const char *const words[PGWALK_VMA_NR] = {
		[PGWALK_VMA_TEXT] = "text",	[PGWALK_VMA_RODATA] = "rodata",
		[PGWALK_VMA_DATA] = "data",	[PGWALK_VMA_BSS] = "bss",
		[PGWALK_VMA_HEAP] = "heap",	[PGWALK_VMA_STACK] = "stack",
		[PGWALK_VMA_FILE] = "file",	[PGWALK_VMA_SHM] = "shm",
		[PGWALK_VMA_ANON] = "anon",	[PGWALK_VMA_VDSO] = "vdso",
		[PGWALK_VMA_DEVICE] = "device",	[PGWALK_VMA_HUGETLB] = "hugetlb",
		[PGWALK_VMA_OTHER] = "other",
	};

	return kind < PGWALK_VMA_NR ? words[kind] : NULL;
}

/**
 * words__perms - write permissions as /proc/PID/maps does
 * @perms: filled: "rw-p" and a NUL
 * @prot: PGWALK_PROT_*
 */
void words__perms(char perms[5], uint8_t prot)
{
	perms[0] = prot & PGWALK_PROT_READ ? 'r' : '-';
	perms[1] = prot & PGWALK_PROT_WRITE ? 'w' : '-';
	perms[2] = prot & PGWALK_PROT_EXEC ? 'x' : '-';
	perms[3] = prot & PGWALK_PROT_SHARED ? 's' : 'p';
	perms[4] = '\0';
}
