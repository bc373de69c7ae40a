// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Checks whether a caller may read page tables. All files of the module use these checks.
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
 * pgwalk_access_check - check if the caller may open a file that shows physical addresses
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
 * pgwalk_access_check_lockdown - check for lockdown alone
 *
 * For files that show no physical address, and for openers whose capability was checked in this tick.
 * Lockdown refuses delegated files, too, although /proc/PID/pagemap stays readable: it refuses all files.
 *
 * Context: process context.
 * Return: 0; -EPERM: the kernel is locked down for confidentiality.
 */
int pgwalk_access_check_lockdown(void)
{
	return security_locked_down(LOCKDOWN_KCORE);
}

/**
 * pgwalk_access_check_opener - check if an open file may still be used
 * @file: open file
 *
 * Called on every read and write, and once per tick for calls. The opener's credentials are checked, not the caller's: a task that
 * received the descriptor gets no more access than the opener had, and an opener without
 * access gains none when a privileged program makes the call.
 *
 * Context: process context.
 * Return: as pgwalk_access_check(); lockdown may have been enabled after the open.
 */
int pgwalk_access_check_opener(const struct file *file)
{
	if (!file_ns_capable(file, &init_user_ns, CAP_SYS_ADMIN))
		return -EPERM;
	return security_locked_down(LOCKDOWN_KCORE);
}

/**
 * pgwalk_access_seq_read - check the opener, then call seq_read()
 * @file: open file
 * @to: user memory of the reader
 * @count: bytes in @to
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
 *   have had CAP_SYSLOG, too, because the output may reach the opener. The opener is also
 *   checked if it is 0 and the kernel was booted with no_hash_pointers.
 * - a hash: it is 0. Addresses are shown to every task that may open the file.
 *
 * Context: process context; %pK prints an error in interrupts.
 * Return: true if 0 must be reported in place of the address.
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
 * pgwalk_access_is_locked_down - test for lockdown in the path of each page fault
 *
 * The kernel logs each refusal, so lockdown is checked once per tick at most, and not
 * checked again after the first refusal, because lockdown is never lifted.
 *
 * Context: any but NMI; never sleeps.
 * Return: true if no physical address may be reported.
 */
bool pgwalk_access_is_locked_down(void)
{
	static unsigned long checked_at = INITIAL_JIFFIES - 1;	/* never */
	static bool locked;
	unsigned long now = jiffies;

	/* Paired with the release below: a CPU that reads this tick also reads its result. */
	if (likely(smp_load_acquire(&checked_at) == now))
		return READ_ONCE(locked);
	if (!READ_ONCE(locked) && security_locked_down(LOCKDOWN_KCORE))
		WRITE_ONCE(locked, true);
	/* Stored last, so that no CPU pairs this tick with an older result. */
	smp_store_release(&checked_at, now);
	return READ_ONCE(locked);
}
