// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Parts of x86-64: segments, descriptor tables, logical addresses and PKRU.
 */
#include "../../chardev/file.h"
#include "../../debugfs/view.h"
#include "../../uapi/pgwalk.h"
#include "../parts.h"
#include "registers.h"
#include "segment.h"

const struct pgwalk_arch_ioctl pgwalk_arch_ioctls[] = {
	{ PGWALK_IOC_SEGMENTS, pgwalk_ioctl_segments },
	{ PGWALK_IOC_GDT, pgwalk_ioctl_gdt },
	{}
};

const struct pgwalk_arch_view pgwalk_arch_views[] = {
	{ "gdt", &pgwalk_view_gdt_fops },
	{}
};

const struct pgwalk_arch_view pgwalk_arch_target_views[] = {
	{ "segments", &pgwalk_view_segments_fops },
	{}
};

/**
 * pgwalk_arch_features - return the features that are the architecture's
 *
 * Context: any.
 * Return: PGWALK_FEATURE_*.
 */
u64 pgwalk_arch_features(void)
{
	return PGWALK_FEATURE_SEGMENTS;
}

static void set_keys(struct pgwalk_translate *t, struct pgwalk_pkru pkru)
{
	t->pkru = pkru.value;
	t->pkru_tid = pkru.tid;
	if (pkru.running)
		t->thread_flags |= PGWALK_THREAD_RUNNING;
}

static noinline int read_keys_of(struct pgwalk_translate *t, const struct pgwalk_target *target)
{
	struct pgwalk_pkru pkru;
	int err = pgwalk_registers_pkru(target, t->tid, &pkru);

	set_keys(t, pkru);
	return err;
}

/**
 * pgwalk_arch_read_keys - read the register of a thread that protection keys are checked against
 * @t: @tid is set; @pkru, @pkru_tid and @thread_flags are set on return
 * @target: the process
 *
 * Context: process context, does not sleep.
 * Return: 0; -ESRCH: @tid is not 0, and is dead or not a thread of the process.
 */
int pgwalk_arch_read_keys(struct pgwalk_translate *t, const struct pgwalk_target *target)
{
	if (t->tid)
		return read_keys_of(t, target);
	set_keys(t, pgwalk_registers_first_pkru(target));
	return 0;
}

/**
 * pgwalk_arch_linear - convert the logical address of a translation to a linear one
 * @t: @addr, @reg and @tid are set; on return @segment, @thread_flags, @tid, and @linear or @status
 * @target: the process
 *
 * Context: process context, may sleep.
 * Return: 0; 1: the segment gives no linear address, and @status is PGWALK_TRANSLATE_SEGMENT;
 * -ESRCH: there is no such thread.
 */
int pgwalk_arch_linear(struct pgwalk_translate *t, const struct pgwalk_target *target)
{
	struct pgwalk_thread thread;
	int err = pgwalk_registers_read(target, t->tid, &thread);
	unsigned int status;

	if (err)
		return err;
	t->tid = thread.tid;
	t->thread_flags = thread.flags;
	t->segment = thread.segment[t->reg - 1];
	status = pgwalk_segment_linear(&t->segment, thread.flags & PGWALK_THREAD_32BIT, t->addr,
				       &t->linear);
	if (status == PGWALK_SEGMENT_OK)
		return 0;
	t->segment.status = status;
	t->status = PGWALK_TRANSLATE_SEGMENT;
	return 1;
}
