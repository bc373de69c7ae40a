// SPDX-License-Identifier: GPL-2.0
/*
 * Decides who may look at page tables: the same for every file of ours. It must not
 * know which file it is.
 */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "access.h"

/**
 * pgwalk_access_check - may the caller open a file that shows physical addresses?
 *
 * Context: process context.
 * Return: 0; -EPERM: no CAP_SYS_ADMIN, or the kernel is locked down for
 * confidentiality, as for /proc/kcore.
 */
int pgwalk_access_check(void)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return security_locked_down(LOCKDOWN_KCORE);
}

/**
 * pgwalk_access_check_opener - may an open file still be used?
 * @file: opened
 *
 * Asked at every call. It is the opener who must be allowed to, not the caller: so a file
 * that was handed on gives nobody more than its opener had, and nobody can have a call made
 * for him by a program that may do more.
 *
 * Context: process context.
 * Return: as pgwalk_access_check(); lockdown may have come since the file was opened.
 */
int pgwalk_access_check_opener(const struct file *file)
{
	if (!file_ns_capable(file, &init_user_ns, CAP_SYS_ADMIN))
		return -EPERM;
	return security_locked_down(LOCKDOWN_KCORE);
}

/**
 * pgwalk_access_seq_read - seq_read() for those whose file may still be used
 * @file: opened
 * @to: the reader's memory
 * @count: bytes of it
 * @pos: of the file
 *
 * Context: process context, may sleep.
 * Return: as seq_read(); -EPERM.
 */
ssize_t pgwalk_access_seq_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	int err = pgwalk_access_check_opener(file);

	return err ?: seq_read(file, to, count, pos);
}

/**
 * pgwalk_access_hides_pointers - test if kernel addresses must not be shown
 * @file: the open file that they would be read through
 *
 * kernel.kptr_restrict is exported from 7.2 on only, so it is derived from the text of %pK:
 *
 * - zeros: it is 2, or it is 1 and the caller has no CAP_SYSLOG, or runs with an effective
 *   uid or gid that is not its own (a set-uid program that reads a file of its caller).
 * - the address itself: it is 1, and the caller may see addresses. Then the opener must
 *   have had CAP_SYSLOG, too: a caller shows nothing to an opener that may not see it. The
 *   same holds if it is 0 and the kernel was booted with no_hash_pointers.
 * - a hash: it is 0. Addresses are shown to all who may open the file.
 *
 * Context: process context; %pK prints an error in interrupts.
 * Return: true: report 0 instead.
 */
bool pgwalk_access_hides_pointers(const struct file *file)
{
	char shown[2 * sizeof(void *) + 2], address[sizeof(shown)];

	snprintf(shown, sizeof(shown), "%pK", current);
	if (!shown[strspn(shown, "0")])
		return true;
	snprintf(address, sizeof(address), "%016lx", (unsigned long)current);
	return !strcmp(shown, address) && !file_ns_capable(file, &init_user_ns, CAP_SYSLOG);
}

/**
 * pgwalk_access_is_locked_down - ask the same in the path of each page fault
 *
 * A refusal is logged by the kernel, so it is asked for once a tick at the most, and
 * not again after the first: lockdown is never lifted.
 *
 * Context: any but NMI; never sleeps.
 * Return: true: no physical address may be told.
 */
bool pgwalk_access_is_locked_down(void)
{
	static unsigned long asked = INITIAL_JIFFIES - 1;	/* never yet */
	static bool locked;
	unsigned long now = jiffies;

	/* With the release below: who sees the tick sees its answer. */
	if (likely(smp_load_acquire(&asked) == now))
		return READ_ONCE(locked);
	if (!READ_ONCE(locked) && security_locked_down(LOCKDOWN_KCORE))
		WRITE_ONCE(locked, true);
	/* Last, so that nobody takes the answer of before for that of now. */
	smp_store_release(&asked, now);
	return READ_ONCE(locked);
}
