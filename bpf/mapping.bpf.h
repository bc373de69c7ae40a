/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads a VMA by value: the key of its rows, its backing and its name. The caller knows
 * the vma to be valid.
 */
#ifndef PGWALK_MAPPING_BPF_H
#define PGWALK_MAPPING_BPF_H

#include "compat.bpf.h"
#include "row_slot.h"

/* Backing of a mapping, as far as a fault's class depends on it */
enum backing {
	BACKING_UNSET	= 0,
	BACKING_ANON	= 1,	/* vma_is_anonymous(): no vm_ops, private /dev/zero too */
	BACKING_FILE	= 2,	/* a file's page cache */
	BACKING_SHMEM	= 3,	/* tmpfs, memfd, System V, shared anonymous */
	BACKING_HUGETLB	= 4,
	BACKING_OTHER	= 5,	/* drivers, sockets, vdso: no page cache of a file */
};

/* The rows of one mapping, thread or process, one for each class */
struct row_ref {
	struct row_id id;		/* .key.class is set before each count */
	u16 slot[PGWALK_FAULT_CLASS_NR];	/* in id.generation, 0: not known */
};

/* Flags that no fault has */
#define FLAGS_NONE	(~0U)

struct mapping {
	union {
		struct row_ref ref;
		struct row_id id;
	};
	u32 backing;
	u32 kind;			/* enum pgwalk_vma_kind */
	u32 plain_flags;		/* of the plain fault that @plain_classified is of */
	u32 plain_classified;		/* see plain_count() */
	u64 pages;			/* the file's address_space, if its folios may be large */
	u64 vma;			/* address of the VMA, for the functions in fault.bpf.c */
	char name[PGWALK_NAME_MAX];
};

/*
 * Return the backing of a file mapping, as pgwalk_vma_has_page_cache() in the module: a file
 * of a driver, an anonymous inode or a socket has no page cache, even if its inode is a
 * regular file.
 */
static __always_inline u32 backing_of_file(struct file *file)
{
	struct inode *host = file->f_mapping->host;
	unsigned long magic = host->i_sb->s_magic;

	if (magic == TMPFS_MAGIC)
		return BACKING_SHMEM;
	if (magic == SYSFS_MAGIC || magic == AIO_RING_MAGIC)
		return BACKING_OTHER;
	if (file->f_mapping->a_ops->read_folio || host->i_flags & S_DAX || magic == SECRETMEM_MAGIC)
		return BACKING_FILE;
	return BACKING_OTHER;
}

static __always_inline u32 backing_of(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_HUGETLB)
		return BACKING_HUGETLB;
	if (!vma->vm_ops)
		return BACKING_ANON;
	if (!vma->vm_file || vma->vm_flags & (VM_PFNMAP | VM_IO | VM_MIXEDMAP))
		return BACKING_OTHER;
	return backing_of_file(vma->vm_file);
}

/* The first eight bytes as a number, because clang would load a string from a map */
#define NAME_HEAP	0x00005d706165685bULL	/* "[heap]" */
#define NAME_STACK	0x005d6b636174735bULL	/* "[stack]" */

static __always_inline void name_set(struct mapping *m, u64 first_eight)
{
	__builtin_memset(m->name, 0, sizeof(m->name));
	*(u64 *)m->name = first_eight;
}

static __always_inline void anon_describe(struct mapping *m, struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;

	/* as fs/proc does: vma_is_initial_heap(), vma_is_initial_stack() */
	if (vma->vm_start < mm->brk && vma->vm_end > mm->start_brk) {
		m->kind = PGWALK_VMA_HEAP;
		name_set(m, NAME_HEAP);
	} else if (vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack) {
		m->kind = PGWALK_VMA_STACK;
		name_set(m, NAME_STACK);
	} else {
		m->kind = PGWALK_VMA_ANON;
		name_set(m, 0);
	}
}

static __always_inline u32 file_kind(u64 vm_flags)
{
	if (vm_flags & VM_SHARED)
		return PGWALK_VMA_FILE;
	if (vm_flags & VM_EXEC)
		return PGWALK_VMA_TEXT;
	return vm_flags & VM_WRITE ? PGWALK_VMA_DATA : PGWALK_VMA_RODATA;
}

static __always_inline u32 kind_of(const struct mapping *m, struct vm_area_struct *vma)
{
	switch (m->backing) {
	case BACKING_HUGETLB:
		return PGWALK_VMA_HUGETLB;
	case BACKING_SHMEM:
		return PGWALK_VMA_SHM;
	case BACKING_FILE:
		return file_kind(m->id.key.vm_flags);
	}
	return vma->vm_file ? PGWALK_VMA_DEVICE : PGWALK_VMA_VDSO;
}

/* Test for the stack of a program that execve is building in a new address space */
static __always_inline bool is_being_built(u64 vm_flags)
{
	return (vm_flags & VM_STACK_INCOMPLETE) == VM_STACK_INCOMPLETE;
}

/* Record the address space of the target, because other tasks may fault in it */
static __always_inline void mm_record(struct task_struct *t, u64 mm)
{
	if (t->tgid == target && mm && target_mm != mm)
		target_mm = mm;
}

/* Return PGWALK_MAPPING_FOREIGN if the mapping is not in @mm, that of the current task */
static __always_inline u32 foreign_flag(const struct mapping *m, u64 mm)
{
	mm_record(bpf_get_current_task_btf(), mm);
	return m->id.key.mm == mm || is_being_built(m->id.key.vm_flags) ?
		0 : PGWALK_MAPPING_FOREIGN;
}

/* @mm: that of the current task */
static __always_inline int describe(struct mapping *m, struct vm_area_struct *vma, u64 mm)
{
	struct file *file = vma->vm_file;
	u32 foreign = 0;

	if (cfg_scope == WATCH_PROCESS)
		foreign = foreign_flag(m, mm);
	barrier_var(foreign);
	m->backing = backing_of(vma);
	m->pages = 0;
	if ((m->backing == BACKING_FILE || m->backing == BACKING_SHMEM) &&
	    whole_folios_possible(file->f_mapping->flags))
		m->pages = (u64)file->f_mapping;
	if (cfg_scope != WATCH_PROCESS)
		return 0;		/* the mapping gets no row and needs no name */
	if (m->backing == BACKING_ANON) {
		anon_describe(m, vma);
		m->kind |= foreign;
		return 0;
	}
	m->kind = kind_of(m, vma) | foreign;
	name_set(m, 0);
	if (file)
		bpf_probe_read_kernel_str(m->name, sizeof(m->name),
					  file->f_path.dentry->d_name.name);
	return 0;
}

/* The slow part of mapping_read(), for kernels without bpf_rdonly_cast() (before 6.2) */
static __slow int mapping_describe_trusted(struct mapping *m, struct vm_area_struct *vma)
{
	return describe(m, vma, (u64)bpf_get_current_task_btf()->mm);
}

int mapping_describe(struct mapping *m);	/* fault.bpf.c */
int mapping_read_stored(struct mapping *m);

/**
 * mapping_read - make @m describe @vma
 *
 * A thread mostly faults in the mapping of its last fault, so the fields that are slow
 * to read are kept while every field of the key is unchanged. Inode and
 * device are compared by number, not by pointer, because struct file is reused.
 *
 * Context: @vma is protected by the lock its fault runs under.
 */
static __always_inline void mapping_read(struct mapping *m, struct vm_area_struct *vma)
{
	struct pgwalk_fault_key *k = &m->id.key;
	struct file *file = vma->vm_file;
	u64 mm = (u64)vma->vm_mm, start = vma->vm_start, end = vma->vm_end;
	u64 offset = vma->vm_pgoff, flags = vma->vm_flags, ino = 0;
	u32 dev = 0;

	if (file) {
		struct inode *inode = file->f_inode;

		ino = inode->i_ino;
		dev = inode->i_sb->s_dev;
	}
	if (k->start == start && k->end == end && k->mm == mm && k->offset == offset &&
	    k->vm_flags == flags && k->ino == ino && k->dev == dev)
		return;
	k->mm = mm;
	k->start = start;
	k->end = end;
	k->offset = offset;
	k->vm_flags = flags;
	k->ino = ino;
	k->dev = dev;
	m->id.generation = 0;
	m->plain_flags = FLAGS_NONE;
	if (can_cast()) {
		m->vma = (u64)vma;
		mapping_describe(m);
	} else {
		mapping_describe_trusted(m, vma);
	}
}

#endif /* PGWALK_MAPPING_BPF_H */
