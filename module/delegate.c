// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decides whether a user without CAP_SYS_ADMIN may read an address space (delegate=1). The decision
 * is that of the kernel for /proc/PID/pagemap.
 *
 * The kernel exports neither ptrace_may_access() nor mm_access(), and a copy of them would lack the
 * security modules. So each check opens /proc/PID/pagemap on a mount of procfs that the module has for
 * itself. The open checks the mode and the owner of the file, and PTRACE_MODE_READ_FSCREDS with all
 * security modules. It takes the address space under exec_update_lock, so that the address space of the
 * open file is the one that was checked, also if the process executes a set-uid program meanwhile.
 * The pointer to that address space is only compared with the target, never followed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "delegate.h"
#include "target.h"
#include "tasks.h"

/* Threads that are tried if each has ended before its pagemap is opened */
#define TRIES	8

static bool delegate;
module_param(delegate, bool, 0444);
MODULE_PARM_DESC(delegate, "all users may open /dev/pgwalk, for processes that they may read; frames are redacted");

/* A mount of procfs that no process sees; NULL: delegate=0 */
static struct vfsmount *proc;

/*
 * Open /proc/@nr/pagemap with the current credentials. Return the address space that the open file
 * has, which is valid for comparisons only while the caller holds a reference to it; or an error.
 */
static const void *open_pagemap(pid_t nr)
{
	char name[32];
	struct file *file;
	const void *mm;

	snprintf(name, sizeof(name), "%d/pagemap", nr);
	file = file_open_root_mnt(proc, name, O_RDONLY, 0);
	if (IS_ERR(file))
		return PTR_ERR(file) == -ENOENT ? ERR_PTR(-ESRCH) : ERR_CAST(file);
	mm = file->private_data;
	fput(file);
	return mm;
}

/*
 * Open /proc/@nr/pagemap twice, with the credentials of the opener of @file and with those of the
 * caller: a descriptor that is passed on gives no access that the receiver or the opener lacks. @mm
 * is the expected address space; NULL: any.
 */
static int check_both(const struct file *file, pid_t nr, const struct mm_struct *mm)
{
	const struct cred *saved = override_creds(file->f_cred);
	const void *opened = open_pagemap(nr);

	revert_creds(saved);
	if (!IS_ERR(opened) && (!mm || opened == mm) && current_cred() != file->f_cred)
		opened = open_pagemap(nr);
	if (IS_ERR(opened))
		return PTR_ERR(opened);
	return !mm || opened == mm ? 0 : -ESRCH;
}

/**
 * pgwalk_delegate_check_pid - check if a user may read a process, with or without memory
 * @file: open file of the device
 * @pid: pid of the process
 *
 * Context: process context, may sleep.
 * Return: as pgwalk_delegate_check().
 */
int pgwalk_delegate_check_pid(const struct file *file, struct pid *pid)
{
	pid_t nr = pid_nr_ns(pid, proc_pid_ns(proc->mnt_sb));

	return nr ? check_both(file, nr, NULL) : -ESRCH;
}

/* Return the number of a thread that has the address space of the target; 0: there is none. */
static pid_t find_thread(const struct pgwalk_target *target)
{
	struct pid_namespace *ns = proc_pid_ns(proc->mnt_sb);
	struct task_struct *leader, *thread;
	pid_t nr = 0;

	rcu_read_lock();
	leader = pid_task(target->pid, PIDTYPE_TGID);
	if (leader) {
		pgwalk_for_each_thread(leader, thread) {
			if (READ_ONCE(thread->mm) != target->mm)
				continue;
			nr = task_pid_nr_ns(thread, ns);
			break;
		}
	}
	rcu_read_unlock();
	return nr;
}

/**
 * pgwalk_delegate_check - check if a user may read the address space of a process
 * @file: open file of the device
 * @target: process, with the address space that is to be read
 *
 * Both the opener and the caller need access. The thread that was found may end before its
 * pagemap is opened: then another one is tried, with a complete check. A process that gets the number of the thread after
 * it was found has another address space, because the target's reference keeps its own.
 *
 * Context: process context, may sleep; waits for exec of the process, until a fatal signal.
 * Return: 0; -EACCES, -EPERM: as open() of /proc/PID/pagemap; -ESRCH: the process has exited or
 * executed another program; -EINTR: a fatal signal; -ENOMEM, -ENFILE: no memory, no file.
 */
int pgwalk_delegate_check(const struct file *file, const struct pgwalk_target *target)
{
	unsigned int tries = TRIES;
	int err;

	do {
		pid_t nr = find_thread(target);

		if (!nr)
			return -ESRCH;
		err = check_both(file, nr, target->mm);
	} while (err == -ESRCH && --tries && !fatal_signal_pending(current));
	return err;
}

/**
 * pgwalk_delegate_is_on - test if users without CAP_SYS_ADMIN may open the device
 *
 * Context: any.
 * Return: true: the module was loaded with delegate=1, and the kernel has pagemap.
 */
bool pgwalk_delegate_is_on(void)
{
	return proc;
}

static struct vfsmount *mount_proc(void)
{
	struct file_system_type *type = get_fs_type("proc");
	struct vfsmount *mount;

	if (!type)
		return ERR_PTR(-ENODEV);
	mount = kern_mount(type);
	module_put(type->owner);
	return mount;
}

/* Test if an open pagemap has the address space where open_pagemap() expects it. */
static bool finds_own_mm(void)
{
	return current->mm && open_pagemap(task_pid_nr_ns(current, proc_pid_ns(proc->mnt_sb))) ==
	       current->mm;
}

/**
 * pgwalk_delegate_init - prepare the checks, if the parameter is set
 *
 * Where the kernel cannot check, the module loads without the mode, and says so.
 *
 * Context: module init.
 */
void pgwalk_delegate_init(void)
{
	const char *why = "this kernel's /proc/PID/pagemap cannot be used for checks";
	struct vfsmount *mount;

	if (!delegate)
		return;
	mount = mount_proc();
	if (!IS_ERR(mount)) {
		proc = mount;
		/* the mount has the pid namespace of insmod, and no process outside of it */
		if (proc_pid_ns(proc->mnt_sb) != &init_pid_ns)
			why = "load the module in the initial pid namespace";
		else if (finds_own_mm())
			return;
	}
	pgwalk_delegate_exit();
	delegate = false;
	pr_warn("delegate=1 ignored: %s\n", why);
}

/**
 * pgwalk_delegate_exit - undo pgwalk_delegate_init()
 *
 * Context: module init or exit: no file of the module is open.
 */
void pgwalk_delegate_exit(void)
{
	if (proc)
		kern_unmount(proc);
	proc = NULL;
}
