// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * attach: creates the directory of a process, and removes it on request or when the
 * process has exited.
 *
 * A directory belongs to one struct pid, to which it holds a reference. debugfs_remove() waits
 * for files that are being opened or read, so it is called by a worker, with the directory
 * off the list and without attach_lock.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "../access.h"
#include "../arch/parts.h"
#include "../stats.h"
#include "../target.h"
#include "attach.h"
#include "query.h"

#define ATTACH_MAX	1024
#define REAP_EVERY	(2 * HZ)
#define REAP_AFTER	(10 * HZ)	/* time for readers of an open view to reach its end */

/**
 * struct attachment - a process that has a directory
 * @node:	in attached, or in leaving once removal has begun; protected by attach_lock
 * @pid:	pid of the process; a reference is held
 * @dir:	directory
 * @gone:	time at which the process was first found gone, in jiffies; 0: it was not
 * @removal:	work that removes the directory and frees this
 */
struct attachment {
	struct list_head node;
	struct pid *pid;
	struct dentry *dir;
	unsigned long gone;
	struct work_struct removal;
};

static DEFINE_MUTEX(attach_lock);
static LIST_HEAD(attached);
static LIST_HEAD(leaving);
static unsigned int nr_attached;
static struct dentry *attach_root;
static const struct pgwalk_attach_file *attach_files;
static struct workqueue_struct *attach_wq;

static void reap(struct work_struct *work);
static DECLARE_DELAYED_WORK(reaper, reap);

/* Waits for reads in progress in the directory; later reads get EIO. */
static void remove_directory(struct work_struct *work)
{
	struct attachment *attachment = container_of(work, struct attachment, removal);

	debugfs_remove(attachment->dir);
	mutex_lock(&attach_lock);
	list_del(&attachment->node);
	mutex_unlock(&attach_lock);
	put_pid(attachment->pid);
	kfree(attachment);
}

static void detach(struct attachment *attachment)
{
	lockdep_assert_held(&attach_lock);
	list_move_tail(&attachment->node, &leaving);
	pgwalk_stats_set_attached(--nr_attached);
	queue_work(attach_wq, &attachment->removal);
}

static bool is_alive(struct pid *pid)
{
	struct pgwalk_target target;

	if (pgwalk_target_init(&target, pid))
		return false;
	pgwalk_target_exit(&target);
	return true;
}

/*
 * Test if a directory has to be removed. The removal is delayed after the exit of the process,
 * so that a reader gets the last line of the view and not the EIO of debugfs.
 */
static bool is_due(struct attachment *attachment)
{
	if (is_alive(attachment->pid))
		return false;
	if (!attachment->gone)
		attachment->gone = jiffies ?: 1;
	return time_after_eq(jiffies, attachment->gone + REAP_AFTER);
}

static void reap(struct work_struct *work)
{
	struct attachment *attachment, *next;

	mutex_lock(&attach_lock);
	list_for_each_entry_safe(attachment, next, &attached, node)
		if (is_due(attachment))
			detach(attachment);
	if (nr_attached)
		queue_delayed_work(attach_wq, &reaper, REAP_EVERY);
	mutex_unlock(&attach_lock);
}

static struct attachment *find(struct pid *pid)
{
	struct attachment *attachment;

	lockdep_assert_held(&attach_lock);
	list_for_each_entry(attachment, &attached, node)
		if (attachment->pid == pid)
			return attachment;
	return NULL;
}

/* debugfs rejects a second directory with the same name, and logs an error each time. */
static bool is_leaving(struct pid *pid)
{
	struct attachment *attachment;

	lockdep_assert_held(&attach_lock);
	list_for_each_entry(attachment, &leaving, node)
		if (pid_nr(attachment->pid) == pid_nr(pid))
			return true;
	return false;
}

/* Detach an exited process that had the number of @pid before: its directory has that name. */
static void detach_namesake(struct pid *pid)
{
	struct attachment *attachment, *next;

	lockdep_assert_held(&attach_lock);
	list_for_each_entry_safe(attachment, next, &attached, node)
		if (attachment->pid != pid && pid_nr(attachment->pid) == pid_nr(pid))
			detach(attachment);
}

/* Detach all processes that have exited. */
static void make_room(void)
{
	struct attachment *attachment, *next;

	lockdep_assert_held(&attach_lock);
	list_for_each_entry_safe(attachment, next, &attached, node)
		if (!is_alive(attachment->pid))
			detach(attachment);
}

/* Create the directory and its files. On an error the caller removes the created part. */
static int create_directory(struct attachment *attachment)
{
	const struct pgwalk_arch_view *view;
	const struct pgwalk_attach_file *file;
	struct dentry *dentry;
	char name[16];

	snprintf(name, sizeof(name), "%d", pid_nr(attachment->pid));
	dentry = debugfs_create_dir(name, attach_root);
	attachment->dir = dentry;
	for (file = attach_files; file->name && !IS_ERR(dentry); file++)
		dentry = debugfs_create_file(file->name, 0400, attachment->dir, attachment->pid,
					     file->fops);
	for (view = pgwalk_arch_target_views; view->name && !IS_ERR(dentry); view++)
		dentry = debugfs_create_file(view->name, 0400, attachment->dir, attachment->pid,
					     view->fops);
	return PTR_ERR_OR_ZERO(dentry);
}

/* Create a directory and add it to the list. -EAGAIN: one of that name is being removed. */
static int link_attachment(struct attachment *attachment)
{
	int err;

	lockdep_assert_held(&attach_lock);
	if (find(attachment->pid))
		return -EEXIST;
	detach_namesake(attachment->pid);
	if (is_leaving(attachment->pid))
		return -EAGAIN;
	if (nr_attached >= ATTACH_MAX)
		make_room();
	if (nr_attached >= ATTACH_MAX)
		return -ENOSPC;
	err = create_directory(attachment);
	if (err)
		return err;
	list_add_tail(&attachment->node, &attached);
	if (!nr_attached)
		queue_delayed_work(attach_wq, &reaper, REAP_EVERY);
	pgwalk_stats_set_attached(++nr_attached);
	return 0;
}

/* Attach a process. @pid is that of a process; a further reference is taken. */
static int attach(struct pid *pid)
{
	struct pgwalk_target target;
	struct attachment *attachment;
	int err = pgwalk_target_init(&target, pid);

	if (err)
		return err;
	pgwalk_target_exit(&target);
	attachment = kzalloc(sizeof(*attachment), GFP_KERNEL_ACCOUNT);
	if (!attachment)
		return -ENOMEM;
	attachment->pid = get_pid(pid);
	INIT_WORK(&attachment->removal, remove_directory);
	do {
		mutex_lock(&attach_lock);
		err = link_attachment(attachment);
		mutex_unlock(&attach_lock);
		/* Not flush_workqueue(): removal waits for readers, which may take long. */
		if (err == -EAGAIN)
			schedule_timeout_killable(1);
	} while (err == -EAGAIN && !fatal_signal_pending(current));
	if (!err)
		return 0;
	debugfs_remove(attachment->dir);
	put_pid(attachment->pid);
	kfree(attachment);
	return err == -EAGAIN ? -EINTR : err;
}

/* Find by number, because a process that has exited may still have its directory. */
static struct attachment *find_number(pid_t nr)
{
	struct attachment *attachment;

	lockdep_assert_held(&attach_lock);
	list_for_each_entry(attachment, &attached, node)
		if (pid_vnr(attachment->pid) == nr)
			return attachment;
	return NULL;
}

static int detach_number(pid_t nr)
{
	struct pid *pid = pgwalk_target_find_pid(nr);
	struct attachment *attachment;

	mutex_lock(&attach_lock);
	attachment = IS_ERR(pid) ? find_number(nr) : find(pid);
	if (attachment)
		detach(attachment);
	mutex_unlock(&attach_lock);
	if (!IS_ERR(pid))
		put_pid(pid);
	return attachment ? 0 : -ESRCH;
}

static int attach_number(pid_t nr)
{
	struct pid *pid = pgwalk_target_find_pid(nr);
	int err;

	if (IS_ERR(pid))
		return PTR_ERR(pid);
	err = attach(pid);
	put_pid(pid);
	return err;
}

static ssize_t attach_write(struct file *file, const char __user *from, size_t count,
			    loff_t *pos)
{
	char line[PGWALK_QUERY_MAX];
	bool drop;
	pid_t nr;
	int err = pgwalk_access_check_opener(file) ?: pgwalk_query_copy(line, from, count);

	if (err)
		return err;
	drop = line[0] == '-';
	err = pgwalk_query_pid(line + drop, &nr);
	if (!err)
		err = drop ? detach_number(nr) : attach_number(nr);
	return err ?: count;
}

static unsigned int copy_numbers(pid_t *numbers)
{
	struct attachment *attachment;
	unsigned int nr = 0;

	mutex_lock(&attach_lock);
	list_for_each_entry(attachment, &attached, node)
		numbers[nr++] = pid_vnr(attachment->pid);
	mutex_unlock(&attach_lock);
	return nr;
}

/* Numbers are of the reader's pid namespace; processes outside of it are left out. */
static int attach_show(struct seq_file *m, void *v)
{
	pid_t *numbers = kmalloc_array(ATTACH_MAX, sizeof(*numbers), GFP_KERNEL);
	unsigned int nr, i;

	if (!numbers)
		return -ENOMEM;
	nr = copy_numbers(numbers);
	for (i = 0; i < nr; i++)
		if (numbers[i])
			seq_printf(m, "%d\n", numbers[i]);
	kfree(numbers);
	return 0;
}

static int attach_open(struct inode *inode, struct file *file)
{
	int err = pgwalk_access_check();

	return err ?: single_open(file, attach_show, NULL);
}

const struct file_operations pgwalk_attach_fops = {
	.owner = THIS_MODULE,
	.open = attach_open,
	.read = pgwalk_access_seq_read,
	.write = attach_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * pgwalk_attach_init - allocate the workqueue that removes directories
 *
 * Called before any file of the module can be opened, because a failing init frees the module
 * even if one is open.
 *
 * Context: module init.
 * Return: 0; -ENOMEM.
 */
int pgwalk_attach_init(void)
{
	attach_wq = alloc_workqueue("pgwalk", WQ_UNBOUND, 0);
	return attach_wq ? 0 : -ENOMEM;
}

/**
 * pgwalk_attach_start - set the parent and the files of the directories
 * @root: parent of the directories
 * @files: files of each directory, ended by one without a name; must not be freed
 *
 * Context: module init, before the file attach exists.
 */
void pgwalk_attach_start(struct dentry *root, const struct pgwalk_attach_file *files)
{
	attach_root = root;
	attach_files = files;
}

/**
 * pgwalk_attach_stop - remove all directories
 *
 * Context: module exit: no file of the module is open.
 */
void pgwalk_attach_stop(void)
{
	struct attachment *attachment, *next;

	cancel_delayed_work_sync(&reaper);
	mutex_lock(&attach_lock);
	list_for_each_entry_safe(attachment, next, &attached, node)
		detach(attachment);
	mutex_unlock(&attach_lock);
	flush_workqueue(attach_wq);
}

/**
 * pgwalk_attach_exit - undo pgwalk_attach_init()
 *
 * Context: module init or exit; there is no directory.
 */
void pgwalk_attach_exit(void)
{
	destroy_workqueue(attach_wq);
}
