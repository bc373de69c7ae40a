/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Kernel types with only the fields that the probes read. CO-RE finds the offset of each
 * field on the running kernel. No code, no constants.
 *
 * CO-RE also finds a field by its name if it is in an anonymous union or struct on some
 * kernels (vm_flags, f_path, d_name, the fields of mm_struct).
 */
#ifndef PGWALK_KERNEL_BPF_H
#define PGWALK_KERNEL_BPF_H

#include <linux/types.h>
#include <linux/bpf.h>
#include <stdbool.h>

typedef __u64 u64;
typedef __u32 u32;
typedef __s32 s32;
typedef __s64 s64;
typedef __u16 u16;
typedef __u8 u8;
typedef unsigned int vm_fault_t;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct qstr d_name;
};

struct path {
	struct dentry *dentry;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_magic;
};

struct inode {
	struct super_block *i_sb;
	unsigned long i_ino;
	unsigned int i_flags;
};

struct address_space_operations {
	int (*read_folio)(void *file, void *folio);
};

struct rb_node {
	unsigned long __rb_parent_color;
};

struct xarray {
	void *xa_head;
};

struct xa_node {
	unsigned char shift;
	void *slots[64];
};

struct address_space {
	struct inode *host;
	struct xarray i_pages;
	const struct address_space_operations *a_ops;
	unsigned long flags;
};

struct folio {
	unsigned long index;
	unsigned long _flags_1;		/* the order is in its lowest byte; 6.6 and later */
};

enum pageflags {
	PG_head = 6,
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	struct address_space *f_mapping;
};

struct vm_operations_struct;

struct pt_regs {
#ifdef __TARGET_ARCH_arm64
	s32 syscallno;
#elif defined(__TARGET_ARCH_riscv)
	unsigned long badaddr;
	unsigned long cause;
#else
	unsigned long orig_ax;
#endif
};

struct task_struct;

struct mm_struct {
	struct task_struct *owner;	/* with CONFIG_MEMCG */
	unsigned long exec_vm;
	unsigned long start_brk;
	unsigned long brk;
	unsigned long start_stack;
	unsigned long flags;		/* until 6.18 */
};

struct mm_struct___bitmap {
	struct {
		unsigned long word[1];
	} flags;			/* mm_flags_t, since 6.18 */
};

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
	const struct vm_operations_struct *vm_ops;
	unsigned long vm_pgoff;
	struct file *vm_file;
};

struct signal_struct {
	unsigned long min_flt;
	unsigned long maj_flt;
};

struct thread_struct {
#ifdef __TARGET_ARCH_arm64
	unsigned long fault_address;
	unsigned long fault_code;
#elif defined(__TARGET_ARCH_riscv)
	unsigned long bad_cause;
#else
	unsigned long cr2;
	unsigned long trap_nr;
	unsigned long error_code;
#endif
};

union __sifields {
	struct {
		void *_addr;
	} _sigfault;
};

struct kernel_siginfo {
	int si_code;
	union __sifields _sifields;
};

struct kernfs_node {
	u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
	int level;
	struct cgroup *ancestors[];	/* by level, up to itself */
};

struct css_set {
	struct cgroup *dfl_cgrp;	/* its cgroup in the tree of cgroup v2 */
};

struct pid_namespace;

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];		/* by level, up to its own */
};

struct task_struct {
	unsigned int __state;
	unsigned int flags;
	unsigned int in_execve : 1;
	unsigned int on_cpu;	/* int, u8 in 7.2: libbpf adjusts loads of unsigned fields */
	int exit_state;
	int pid;
	int tgid;
	struct mm_struct *mm;
	struct task_struct *group_leader;
	struct pid *thread_pid;		/* NULL after its number was released */
	struct signal_struct *signal;
	u64 start_time;
	unsigned long min_flt;
	unsigned long maj_flt;
	struct css_set *cgroups;
	char comm[16];
	struct thread_struct thread;
};

struct bpf_iter_meta;

struct bpf_iter__task {
	union {
		struct bpf_iter_meta *meta;
	};
	union {
		struct task_struct *task;
	};
};

struct bpf_iter__cgroup {
	union {
		struct bpf_iter_meta *meta;
	};
	union {
		struct cgroup *cgroup;
	};
};

#pragma clang attribute pop

#endif /* PGWALK_KERNEL_BPF_H */
