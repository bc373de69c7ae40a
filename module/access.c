// SPDX-License-Identifier: GPL-2.0
/*
 * Decides who may look at page tables: the same for every file of ours. It must not
 * know which file it is.
 */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/security.h>

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
