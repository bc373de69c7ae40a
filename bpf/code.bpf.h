/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decides whether an address is in an executable mapping of the current task.
 *
 * A lookup takes mmap_lock, which may fail. The pages found to be executable are
 * therefore cached, and found again without a lock.
 */
#ifndef PGWALK_CODE_BPF_H
#define PGWALK_CODE_BPF_H

#include "arch.bpf.h"

#define CODE_PAGES	8192	/* a power of two */

enum code_found {
	CODE_NO,		/* no executable mapping */
	CODE_YES,
	CODE_BUSY,		/* mmap_lock is held: unknown */
};

/* Pages that are executable, by a hash of address and address space; 0: free */
extern struct code_page_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CODE_PAGES);
	__type(key, u32);
	__type(value, u64);
} code_pages SEC(".maps");

/* Mix @v into hash @h */
static __always_inline u64 code_mix(u64 h, u64 v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ULL;
	return h ^ h >> 32;
}

/**
 * code_space - return a number for the executable mappings of the current task
 * @scratch:	in a map: the verifier allows arithmetic on an address read from there
 *
 * Return: a number that differs between address spaces, and changes with the amount of
 * executable memory (exec_vm). That amount does not include writable executable memory.
 */
static __always_inline u64 code_space(volatile u64 *scratch)
{
	struct mm_struct *mm = bpf_get_current_task_btf()->mm;

	*scratch = (u64)mm;
	return code_mix(0, *scratch) + (mm ? mm->exec_vm : 0);
}

static long code_mapping(struct task_struct *t, struct vm_area_struct *vma, void *found)
{
	*(u64 *)found = vma->vm_flags & VM_EXEC ? CODE_YES : CODE_NO;
	return 0;
}

/**
 * code_find - test if an address is in an executable mapping
 * @ip:		address
 * @space:	result of code_space()
 *
 * Context: any; tries to take mmap_lock for reading, which the caller may hold for
 * reading. With interrupts off the kernel allows one such lookup until they are on again.
 * Return: enum code_found.
 */
__checked_once u32 code_find(u64 ip, u64 space)
{
	u64 page = code_mix(space, ip >> SHIFT_PAGE), found = CODE_NO, *known;
	u32 slot = page & (CODE_PAGES - 1);
	long err;

	known = bpf_map_lookup_elem(&code_pages, &slot);
	if (known && *known == page)
		return CODE_YES;
	err = bpf_find_vma(bpf_get_current_task_btf(), ip, code_mapping, &found, 0);
	if (err == -EBUSY)
		return CODE_BUSY;
	if (err || found != CODE_YES)
		return CODE_NO;
	if (known)
		*known = page;
	return CODE_YES;
}

#endif /* PGWALK_CODE_BPF_H */
