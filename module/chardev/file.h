/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* An open file of /dev/pgwalk (chardev.c), and the ioctls on it, each in a file of its own. */
#ifndef PGWALK_FILE_H
#define PGWALK_FILE_H

#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include "../delegate.h"
#include "../mm_section.h"
#include "../target.h"
#include "../threads.h"
#include "../uapi/pgwalk_entry.h"

struct file;
struct pgwalk_batch;
struct pgwalk_frame_batch;
struct pgwalk_frame_runs;
struct pgwalk_raw;
struct pgwalk_rmap_batch;
struct pgwalk_vma_batch;

/**
 * struct pgwalk_file - an open file
 * @file:	open file; its release frees this
 * @delegated:	the opener has no CAP_SYS_ADMIN (delegate=1): the file has no access to frames, and
 *		keeps no memory between two calls
 * @checked_at:	tick in which the opener was found to have CAP_SYS_ADMIN; no lock
 * @lock:	serializes the calls on the file; protects all members below it
 * @target:	process that the file is attached to; no pid: not attached
 * @vma:	VMA of the last TRANSLATE, of the address space of @target
 * @batch:	memory for runs, allocated at its first use
 * @vmas:	memory for mappings, allocated at its first use
 * @frames:	memory for runs split by frames, allocated at its first use
 * @frame_batch: memory for FRAMES, allocated at its first use
 * @raw:	memory for raw tables, allocated at its first use
 * @threads:	threads of @target, from the first call of SEGMENTS until all were read
 * @rmap:	memory and position of RMAP, allocated by its first call
 */
struct pgwalk_file {
	const struct file *file;
	bool delegated;
	unsigned long checked_at;
	struct mutex lock;
	struct pgwalk_target target;
	struct pgwalk_vma_hint vma;
	struct pgwalk_batch *batch;
	struct pgwalk_vma_batch *vmas;
	struct pgwalk_frame_runs *frames;
	struct pgwalk_frame_batch *frame_batch;
	struct pgwalk_raw *raw;
	struct pgwalk_threads threads;
	struct pgwalk_rmap_batch *rmap;
};

int pgwalk_file_copy_arg(void *arg, size_t size, size_t first_size, const void __user *from);
int pgwalk_file_check_size(u32 usize, size_t size, size_t first_size, const void __user *from);

/**
 * pgwalk_file_check_target - check that the file has a target that exists
 * @pfile: locked
 *
 * Context: process context.
 * Return: 0; -ENOTCONN: not attached; -ESRCH: the process has exited or called exec; on a delegated
 * file as pgwalk_delegate_check().
 */
static inline int pgwalk_file_check_target(const struct pgwalk_file *pfile)
{
	if (!pfile->target.pid)
		return -ENOTCONN;
	if (!pgwalk_target_has_mm(&pfile->target))
		return -ESRCH;
	return pfile->delegated ? pgwalk_delegate_check(pfile->file, &pfile->target) : 0;
}

/* Ignore PGWALK_REDACTED in the flags of a call that continues one on a delegated file. */
static inline void pgwalk_file_accept_redacted(const struct pgwalk_file *pfile, u32 *flags)
{
	if (pfile->delegated)
		*flags &= ~PGWALK_REDACTED;
}

/**
 * pgwalk_file_copy_head - copy the beginning of a struct that begins with its size
 * @arg: its first @head bytes are set
 * @head: bytes that the caller fills in; the other fields are output
 * @size: size of the struct in this module
 * @first_size: size of the struct in the first ABI version, the minimum
 * @from: the caller's struct; may be longer if the rest is zero
 *
 * For structs with few input fields: to copy the whole struct in costs as much as a walk. Inline,
 * because the kernel checks the memory of a copy of variable size.
 *
 * Context: process context, may sleep.
 * Return: as pgwalk_file_copy_arg().
 */
static __always_inline int pgwalk_file_copy_head(void *arg, size_t head, size_t size,
						 size_t first_size, const void __user *from)
{
	const u64 __user *from_word = from;
	u64 *word = arg;
	unsigned int i;
	u32 usize;

	BUILD_BUG_ON(head % sizeof(*word));
	might_fault();
	if (!user_access_begin(from, head))
		return -EFAULT;
#pragma GCC unroll 16
	for (i = 0; i < head / sizeof(*word); i++)
		unsafe_get_user(word[i], from_word + i, fault);
	user_access_end();
	usize = *(const u32 *)arg;
	return likely(usize == size) ? 0 : pgwalk_file_check_size(usize, size, first_size, from);

fault:
	user_access_end();
	return -EFAULT;
}

void pgwalk_frame_batch_destroy(struct pgwalk_frame_batch *batch);

/* The ioctls. @pfile is locked, @user is the argument. Return: 0 or -errno. */
long pgwalk_ioctl_translate(struct pgwalk_file *pfile, void __user *user);
long pgwalk_ioctl_segments(struct pgwalk_file *pfile, void __user *user);
long pgwalk_ioctl_scan(struct pgwalk_file *pfile, void __user *user);
long pgwalk_ioctl_frames(struct pgwalk_file *pfile, void __user *user);
long pgwalk_ioctl_rmap(struct pgwalk_file *pfile, void __user *user);
long pgwalk_ioctl_vmas(struct pgwalk_file *pfile, void __user *user);
long pgwalk_ioctl_mm(struct pgwalk_file *pfile, void __user *user);
long pgwalk_ioctl_tables(struct pgwalk_file *pfile, void __user *user);
long pgwalk_ioctl_gdt(struct pgwalk_file *pfile, void __user *user);

#endif /* PGWALK_FILE_H */
