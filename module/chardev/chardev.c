// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * /dev/pgwalk: returns the records of the views in bulk, for programs. This file opens and
 * closes it, and calls the function of each ioctl, in ioctl_*.c. It checks what several of them
 * have in common: the argument and the target.
 */
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../access.h"
#include "../arch/parts.h"
#include "../delegate.h"
#include "../frame/runs.h"
#include "../info.h"
#include "../raw.h"
#include "../rmap/batch.h"
#include "../runs.h"
#include "../target.h"
#include "../uapi/pgwalk.h"
#include "../vma.h"
#include "chardev.h"
#include "file.h"

/**
 * pgwalk_file_copy_arg - copy a struct that begins with its size
 * @arg: @size bytes; fields that the caller's struct lacks are zero
 * @size: size of the struct in this module
 * @first_size: size of the struct in the first ABI version, the minimum
 * @from: the caller's struct; may be longer if the rest is zero
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL: too short; -E2BIG: longer, and the rest is not zero; -EFAULT.
 */
int pgwalk_file_copy_arg(void *arg, size_t size, size_t first_size, const void __user *from)
{
	u32 usize;

	if (get_user(usize, (const u32 __user *)from))
		return -EFAULT;
	if (usize > PAGE_SIZE)
		return -E2BIG;
	if (usize < first_size)
		return -EINVAL;
	return copy_struct_from_user(arg, size, from, usize);
}

/**
 * pgwalk_file_check_size - check the size of a caller's struct
 * @usize: size that the caller's struct has
 * @size: size of the struct in this module
 * @first_size: size of the struct in the first ABI version, the minimum
 * @from: the caller's struct; may be longer if the rest is zero
 *
 * Context: process context, may sleep.
 * Return: as pgwalk_file_copy_arg().
 */
int pgwalk_file_check_size(u32 usize, size_t size, size_t first_size, const void __user *from)
{
	if (usize > PAGE_SIZE)
		return -E2BIG;
	if (usize < first_size)
		return -EINVAL;
	if (usize > size) {
		int zeroed = check_zeroed_user(from + size, usize - size);

		return zeroed < 0 ? zeroed : zeroed ? 0 : -E2BIG;
	}
	return 0;
}

/*
 * A caller with a shorter struct gets the fields that fit. Not inline, as the other rare calls, so
 * that chardev_ioctl() saves few registers.
 */
static noinline long ioctl_info(struct pgwalk_file *pfile, void __user *to)
{
	struct pgwalk_info info;
	u32 usize;

	if (get_user(usize, (const u32 __user *)to))
		return -EFAULT;
	if (usize > PAGE_SIZE)
		return -E2BIG;
	if (usize < offsetofend(struct pgwalk_info, abi))
		return -EINVAL;
	if (usize > sizeof(info)) {
		int zeroed = check_zeroed_user(to + sizeof(info), usize - sizeof(info));

		if (zeroed <= 0)
			return zeroed ?: -E2BIG;
	}
	pgwalk_info_fill(&info);
	if (pfile->delegated)
		pgwalk_info_redact(&info);
	return copy_to_user(to, &info, min_t(size_t, usize, sizeof(info))) ? -EFAULT : 0;
}

/* The VMA that was kept belongs to the address space of the target. */
static void detach(struct pgwalk_file *pfile)
{
	pgwalk_target_exit(&pfile->target);
	pfile->vma = (struct pgwalk_vma_hint){};
}

/* A user that may not read a process does not learn if it has memory. */
static int attach_delegated(struct pgwalk_file *pfile, struct pid *pid)
{
	int err = pgwalk_delegate_check_pid(pfile->file, pid);

	if (err && err != -ESRCH)
		return err;
	err = pgwalk_target_init(&pfile->target, pid);
	if (err)
		return err;
	/* this check is of the address space that was taken */
	err = pgwalk_delegate_check(pfile->file, &pfile->target);
	if (err)
		detach(pfile);
	return err;
}

static int attach_file(struct pgwalk_file *pfile, struct pgwalk_attach *arg)
{
	struct pid *pid;
	int err;

	if (arg->flags || arg->pid <= 0)
		return -EINVAL;
	if (pfile->target.pid)
		return -EBUSY;
	pid = pgwalk_target_find_pid(arg->pid);
	if (IS_ERR(pid))
		return PTR_ERR(pid);
	err = pfile->delegated ? attach_delegated(pfile, pid) :
				 pgwalk_target_init(&pfile->target, pid);
	arg->tgid = pid_vnr(pid);
	put_pid(pid);
	return err;
}

static noinline long ioctl_attach(struct pgwalk_file *pfile, struct pgwalk_attach __user *user)
{
	struct pgwalk_attach arg;
	int err = pgwalk_file_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err)
		err = attach_file(pfile, &arg);
	if (err)
		return err;
	if (!put_user(arg.tgid, &user->tgid))
		return 0;
	detach(pfile);
	return -EFAULT;
}

static noinline long arch_ioctl(struct pgwalk_file *pfile, unsigned int cmd, void __user *arg)
{
	const struct pgwalk_arch_ioctl *ioctl;

	for (ioctl = pgwalk_arch_ioctls; ioctl->cmd; ioctl++)
		if (ioctl->cmd == cmd)
			return ioctl->call(pfile, arg);
	return -ENOTTY;
}

/* Test if a delegated file has a call, which then redacts its results. */
static bool is_delegated_call(unsigned int cmd)
{
	switch (cmd) {
	case PGWALK_IOC_INFO:
	case PGWALK_IOC_ATTACH:
	case PGWALK_IOC_TRANSLATE:
	case PGWALK_IOC_SCAN:
	case PGWALK_IOC_VMAS:
	case PGWALK_IOC_MM:
	case PGWALK_IOC_TABLES:
		return true;
	}
	return false;
}

/*
 * Check the opener's capability once per tick at most: f_cred never changes, and the decision of an
 * LSM changes only when its policy is loaded again. Lockdown, which may be enabled at any time, is
 * checked on each call.
 */
static int check_opener(struct pgwalk_file *pfile)
{
	unsigned long now = jiffies;
	int err;

	if (READ_ONCE(pfile->checked_at) == now)
		return pgwalk_access_check_lockdown();
	err = pgwalk_access_check_opener(pfile->file);
	if (!err)
		WRITE_ONCE(pfile->checked_at, now);
	return err;
}

static int check_call(struct pgwalk_file *pfile, unsigned int cmd)
{
	if (!pfile->delegated)
		return check_opener(pfile);
	return is_delegated_call(cmd) ? pgwalk_access_check_lockdown() : -EPERM;
}

/* Free the memory that was kept for the next call. */
static void free_buffers(struct pgwalk_file *pfile)
{
	pgwalk_batch_destroy(pfile->batch);
	pgwalk_vma_batch_destroy(pfile->vmas);
	pgwalk_frame_runs_destroy(pfile->frames);
	pgwalk_frame_batch_destroy(pfile->frame_batch);
	pgwalk_raw_destroy(pfile->raw);
	pgwalk_rmap_batch_destroy(pfile->rmap);
	pfile->batch = NULL;
	pfile->vmas = NULL;
	pfile->frames = NULL;
	pfile->frame_batch = NULL;
	pfile->raw = NULL;
	pfile->rmap = NULL;
}

static long chardev_ioctl(struct file *file, unsigned int cmd, unsigned long user)
{
	struct pgwalk_file *pfile = file->private_data;
	void __user *arg = (void __user *)user;
	long ret = check_call(pfile, cmd);

	if (ret)
		return ret;
	/* Of the open file only: a caller that faults on its memory delays no other file. */
	if (!mutex_trylock(&pfile->lock) && mutex_lock_killable(&pfile->lock))
		return -EINTR;
	switch (cmd) {
	case PGWALK_IOC_INFO:
		ret = ioctl_info(pfile, arg);
		break;
	case PGWALK_IOC_ATTACH:
		ret = ioctl_attach(pfile, arg);
		break;
	case PGWALK_IOC_TRANSLATE:
		ret = pgwalk_ioctl_translate(pfile, arg);
		break;
	case PGWALK_IOC_SCAN:
		ret = pgwalk_ioctl_scan(pfile, arg);
		break;
	case PGWALK_IOC_FRAMES:
		ret = pgwalk_ioctl_frames(pfile, arg);
		break;
	case PGWALK_IOC_RMAP:
		ret = pgwalk_ioctl_rmap(pfile, arg);
		break;
	case PGWALK_IOC_VMAS:
		ret = pgwalk_ioctl_vmas(pfile, arg);
		break;
	case PGWALK_IOC_MM:
		ret = pgwalk_ioctl_mm(pfile, arg);
		break;
	case PGWALK_IOC_TABLES:
		ret = pgwalk_ioctl_tables(pfile, arg);
		break;
	default:
		ret = arch_ioctl(pfile, cmd, arg);
	}
	/* The number of files of a user is hardly limited. */
	if (pfile->delegated)
		free_buffers(pfile);
	mutex_unlock(&pfile->lock);
	return ret;
}

static int chardev_open(struct inode *inode, struct file *file)
{
	struct pgwalk_file *pfile;
	int err = pgwalk_access_check();
	bool delegated = err && pgwalk_delegate_is_on();

	if (delegated)
		err = pgwalk_access_check_lockdown();
	if (err)
		return err;
	pfile = kzalloc(sizeof(*pfile), GFP_KERNEL_ACCOUNT);
	if (!pfile)
		return -ENOMEM;
	pfile->file = file;
	pfile->delegated = delegated;
	pfile->checked_at = jiffies;	/* of an opener with the capability */
	mutex_init(&pfile->lock);
	file->private_data = pfile;
	return nonseekable_open(inode, file);
}

static int chardev_release(struct inode *inode, struct file *file)
{
	struct pgwalk_file *pfile = file->private_data;

	detach(pfile);
	free_buffers(pfile);
	pgwalk_threads_drop(&pfile->threads);
	kfree(pfile);
	return 0;
}

static const struct file_operations chardev_fops = {
	.owner = THIS_MODULE,
	.open = chardev_open,
	.release = chardev_release,
	.unlocked_ioctl = chardev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice chardev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pgwalk",
	.fops = &chardev_fops,
	.mode = 0600,
};

/**
 * pgwalk_chardev_init - register /dev/pgwalk
 *
 * Context: module init.
 * Return: 0, or an error of misc_register().
 */
int pgwalk_chardev_init(void)
{
	if (pgwalk_delegate_is_on())
		chardev.mode = 0666;
	return misc_register(&chardev);
}

/**
 * pgwalk_chardev_exit - unregister /dev/pgwalk
 *
 * Context: module exit: no file of the module is open.
 */
void pgwalk_chardev_exit(void)
{
	misc_deregister(&chardev);
}
