// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pgwalk: the records of the views in bulk, for programs. Records are put
 * together in kernel memory and copied to the caller with nothing held; it must not
 * format anything.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "access.h"
#include "batch.h"
#include "chardev.h"
#include "deliver.h"
#include "info.h"
#include "span.h"
#include "target.h"
#include "usage.h"
#include "vma.h"

#define VMAS_BYTES_MIN	8192

/**
 * struct client - an open file
 * @lock:	one call at a time: of all that follows
 * @target:	what it is attached to; no pid: nothing
 * @batch:	memory for runs, when it was needed first
 * @vmas:	memory for mappings, likewise
 */
struct client {
	struct mutex lock;
	struct pgwalk_target target;
	struct pgwalk_batch *batch;
	struct pgwalk_vma_batch *vmas;
};

/* A struct opens with its size; it may be longer than ours if the rest is zero. */
static int copy_arg(void *arg, size_t size, const void __user *from)
{
	u32 usize;

	if (get_user(usize, (const u32 __user *)from))
		return -EFAULT;
	if (usize > PAGE_SIZE)
		return -E2BIG;
	if (usize < size)
		return -EINVAL;
	return copy_struct_from_user(arg, size, from, usize);
}

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

static int attach_client(struct client *client, struct pgwalk_attach *arg)
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

static long ioctl_attach(struct client *client, struct pgwalk_attach __user *user)
{
	struct pgwalk_attach arg;
	int err = copy_arg(&arg, sizeof(arg), user);

	if (!err)
		err = attach_client(client, &arg);
	if (err)
		return err;
	if (!put_user(arg.tgid, &user->tgid))
		return 0;
	pgwalk_target_exit(&client->target);
	return -EFAULT;
}

static int check_range(u64 start, u64 end)
{
	if (start >= end)
		return -EINVAL;
	return end > TASK_SIZE_MAX ? -ERANGE : 0;
}

static int check_target(const struct client *client)
{
	if (!client->target.pid)
		return -ENOTCONN;
	return pgwalk_target_is_there(&client->target) ? 0 : -ESRCH;
}

static int check_scan(const struct pgwalk_scan *arg)
{
	const u64 kinds = GENMASK_ULL(PGWALK_KIND_NR - 1, PGWALK_KIND_PRESENT);

	if (arg->flags & ~PGWALK_SCAN_PAGES || !arg->nr_records || arg->kinds & ~kinds ||
	    (arg->require | arg->exclude) & ~PGWALK_F_ALL ||
	    (arg->start | arg->end) & ~PAGE_MASK)
		return -EINVAL;
	return check_range(arg->start, arg->end);
}

/* Copies what there is room for. Sets where to go on if that was not all of it. */
static int copy_runs(struct pgwalk_scan *arg, const struct pgwalk_batch *batch)
{
	struct pgwalk_run __user *to = u64_to_user_ptr(arg->records);
	u32 room = arg->nr_records - arg->filled;
	u32 nr = min(batch->nr, room);

	if (copy_to_user(to + arg->filled, batch->run, nr * sizeof(*to)))
		return -EFAULT;
	arg->filled += nr;
	if (nr < batch->nr)
		arg->resume = batch->run[nr].start;
	return 0;
}

static int copy_pages(struct pgwalk_scan *arg, const struct pgwalk_batch *batch)
{
	struct pgwalk_run __user *to = u64_to_user_ptr(arg->records);
	unsigned int i;

	for (i = 0; i < batch->nr; i++) {
		const struct pgwalk_run *run = &batch->run[i];
		u32 room = arg->nr_records - arg->filled;
		u64 leaves = (run->end - run->start) >> run->shift;
		u32 nr = min_t(u64, leaves, room);

		if (pgwalk_deliver_pages(to + arg->filled, run, nr))
			return -EFAULT;
		arg->filled += nr;
		if (nr < leaves) {
			arg->resume = run->start + ((u64)nr << run->shift);
			break;
		}
	}
	return 0;
}

/*
 * Fill a batch, copy it with nothing held, and again, until the caller's buffer is full,
 * the range is done or a signal comes: what was copied by then is an answer, unless it
 * is nothing.
 */
static int scan(struct client *client, struct pgwalk_scan *arg)
{
	struct pgwalk_batch *batch = client->batch;
	struct pgwalk_span span;
	int err = 0;

	pgwalk_span_init(&span, client->target.mm, arg->start, arg->end);
	span.by_page = arg->flags & PGWALK_SCAN_PAGES;
	span.filter = (struct pgwalk_filter) {
		.require = arg->require,
		.exclude = arg->exclude,
		.kinds = arg->kinds,
	};
	arg->filled = 0;
	arg->resume = arg->start;
	while (!pgwalk_span_is_done(&span) && arg->filled < arg->nr_records) {
		span.enough = arg->nr_records - arg->filled;
		err = signal_pending(current) ? -EINTR : pgwalk_span_fill(&span, batch);
		if (err)
			break;
		arg->resume = pgwalk_span_position(&span);
		err = span.by_page ? copy_pages(arg, batch) : copy_runs(arg, batch);
		if (err)
			break;
	}
	return err == -EINTR && arg->filled ? 0 : err;
}

static long ioctl_scan(struct client *client, struct pgwalk_scan __user *user)
{
	struct pgwalk_scan arg;
	int err = copy_arg(&arg, sizeof(arg), user);

	if (!err)
		err = check_scan(&arg);
	if (!err)
		err = check_target(client);
	if (err)
		return err;
	if (!client->batch)
		client->batch = pgwalk_batch_create();
	if (!client->batch)
		return -ENOMEM;
	err = scan(client, &arg);
	if (err)
		return err;
	if (put_user(arg.filled, &user->filled) || put_user(arg.resume, &user->resume))
		return -EFAULT;
	return 0;
}

static int count_all(struct client *client)
{
	size_t at = 0;
	int err = 0;

	while (at < client->vmas->filled && !err) {
		struct pgwalk_vma *vma = (void *)(client->vmas->records + at);

		err = pgwalk_usage_count(client->target.mm, vma, client->batch);
		at += vma->size;
	}
	return err;
}

static int vmas(struct client *client, struct pgwalk_vmas *arg)
{
	u8 __user *to = u64_to_user_ptr(arg->records);
	struct pgwalk_vma_cursor cursor;
	int err = 0;

	pgwalk_vma_begin(&cursor, client->target.mm, arg->start, arg->end);
	arg->filled = 0;
	arg->resume = arg->start;
	while (cursor.addr < arg->end) {
		err = signal_pending(current) ? -EINTR :
		      pgwalk_vma_fill(&cursor, arg->bytes - arg->filled, client->vmas);
		if (!err && arg->flags & PGWALK_VMAS_COUNT)
			err = count_all(client);
		if (err)
			break;
		if (copy_to_user(to + arg->filled, client->vmas->records, client->vmas->filled))
			return -EFAULT;
		arg->filled += client->vmas->filled;
		arg->resume = cursor.addr;
		if (!client->vmas->filled)
			break;
	}
	return err == -EINTR && arg->filled ? 0 : err;
}

static long ioctl_vmas(struct client *client, struct pgwalk_vmas __user *user)
{
	struct pgwalk_vmas arg;
	int err = copy_arg(&arg, sizeof(arg), user);

	if (!err && (arg.flags & ~PGWALK_VMAS_COUNT || arg.bytes < VMAS_BYTES_MIN ||
		     arg.records % 8))
		err = -EINVAL;
	if (!err)
		err = check_range(arg.start, arg.end);
	if (!err)
		err = check_target(client);
	if (err)
		return err;
	if (!client->batch)
		client->batch = pgwalk_batch_create();
	if (!client->vmas)
		client->vmas = pgwalk_vma_batch_create();
	if (!client->batch || !client->vmas)
		return -ENOMEM;
	err = vmas(client, &arg);
	if (err)
		return err;
	if (put_user(arg.filled, &user->filled) || put_user(arg.resume, &user->resume))
		return -EFAULT;
	return 0;
}

static long call(struct client *client, unsigned int cmd, void __user *arg)
{
	switch (cmd) {
	case PGWALK_IOC_INFO:
		return ioctl_info(arg);
	case PGWALK_IOC_ATTACH:
		return ioctl_attach(client, arg);
	case PGWALK_IOC_SCAN:
		return ioctl_scan(client, arg);
	case PGWALK_IOC_VMAS:
		return ioctl_vmas(client, arg);
	default:
		return -ENOTTY;
	}
}

/*
 * The opener's credentials are asked again, so that a file that was handed on gives
 * nobody more than its opener has. The lock is the file's own: nobody else waits for
 * a caller whose memory has to be read in.
 */
static long chardev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct client *client = file->private_data;
	long ret;

	if (!file_ns_capable(file, &init_user_ns, CAP_SYS_ADMIN))
		return -EPERM;
	if (mutex_lock_killable(&client->lock))
		return -EINTR;
	ret = call(client, cmd, (void __user *)arg);
	mutex_unlock(&client->lock);
	return ret;
}

static int chardev_open(struct inode *inode, struct file *file)
{
	struct client *client;
	int err = pgwalk_access_check();

	if (err)
		return err;
	client = kzalloc(sizeof(*client), GFP_KERNEL_ACCOUNT);
	if (!client)
		return -ENOMEM;
	mutex_init(&client->lock);
	file->private_data = client;
	return nonseekable_open(inode, file);
}

static int chardev_release(struct inode *inode, struct file *file)
{
	struct client *client = file->private_data;

	pgwalk_target_exit(&client->target);
	pgwalk_batch_destroy(client->batch);
	pgwalk_vma_batch_destroy(client->vmas);
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
