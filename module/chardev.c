// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pgwalk: the records of the views in bulk, for programs. This file opens, closes
 * and hands a call to its file, call_*.c; it must not format anything.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "access.h"
#include "chardev.h"
#include "client.h"
#include "info.h"
#include "target.h"
#include "uapi/pgwalk.h"

/* A caller with a shorter struct gets what fits. */
static long ioctl_info(void __user *to)
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
	return copy_to_user(to, &info, min_t(size_t, usize, sizeof(info))) ? -EFAULT : 0;
}

static int attach_client(struct pgwalk_client *client, struct pgwalk_attach *arg)
{
	struct pid *pid;
	int err;

	if (arg->flags || arg->pid <= 0)
		return -EINVAL;
	if (client->target.pid)
		return -EBUSY;
	pid = pgwalk_target_find_pid(arg->pid);
	if (IS_ERR(pid))
		return PTR_ERR(pid);
	err = pgwalk_target_init(&client->target, pid);
	arg->tgid = pid_vnr(pid);
	put_pid(pid);
	return err;
}

static long ioctl_attach(struct pgwalk_client *client, struct pgwalk_attach __user *user)
{
	struct pgwalk_attach arg;
	int err = pgwalk_client_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err)
		err = attach_client(client, &arg);
	if (err)
		return err;
	if (!put_user(arg.tgid, &user->tgid))
		return 0;
	pgwalk_target_exit(&client->target);
	return -EFAULT;
}

static long call(struct pgwalk_client *client, unsigned int cmd, void __user *arg)
{
	switch (cmd) {
	case PGWALK_IOC_INFO:
		return ioctl_info(arg);
	case PGWALK_IOC_ATTACH:
		return ioctl_attach(client, arg);
	case PGWALK_IOC_TRANSLATE:
		return pgwalk_call_translate(client, arg);
	case PGWALK_IOC_SEGMENTS:
		return pgwalk_call_segments(client, arg);
	case PGWALK_IOC_GDT:
		return pgwalk_call_gdt(client, arg);
	case PGWALK_IOC_SCAN:
		return pgwalk_call_scan(client, arg);
	case PGWALK_IOC_FRAMES:
		return pgwalk_call_frames(client, arg);
	case PGWALK_IOC_RMAP:
		return pgwalk_call_rmap(client, arg);
	case PGWALK_IOC_VMAS:
		return pgwalk_call_vmas(client, arg);
	case PGWALK_IOC_MM:
		return pgwalk_call_mm(client, arg);
	case PGWALK_IOC_TABLES:
		return pgwalk_call_tables(client, arg);
	default:
		return -ENOTTY;
	}
}

/* The lock is the file's own: nobody else waits for a caller whose memory is read in. */
static long chardev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pgwalk_client *client = file->private_data;
	long ret = pgwalk_access_check_opener(file);

	if (ret)
		return ret;
	if (mutex_lock_killable(&client->lock))
		return -EINTR;
	ret = call(client, cmd, (void __user *)arg);
	mutex_unlock(&client->lock);
	return ret;
}

static int chardev_open(struct inode *inode, struct file *file)
{
	struct pgwalk_client *client;
	int err = pgwalk_access_check();

	if (err)
		return err;
	client = kzalloc(sizeof(*client), GFP_KERNEL_ACCOUNT);
	if (!client)
		return -ENOMEM;
	client->file = file;
	mutex_init(&client->lock);
	file->private_data = client;
	return nonseekable_open(inode, file);
}

static int chardev_release(struct inode *inode, struct file *file)
{
	struct pgwalk_client *client = file->private_data;

	pgwalk_client_exit(client);
	kfree(client);
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
 * pgwalk_chardev_init - make /dev/pgwalk
 *
 * Context: module init.
 * Return: 0, or what misc_register() says.
 */
int pgwalk_chardev_init(void)
{
	return misc_register(&chardev);
}

/**
 * pgwalk_chardev_exit - take it away
 *
 * Context: module exit: no file of ours is open.
 */
void pgwalk_chardev_exit(void)
{
	misc_deregister(&chardev);
}
