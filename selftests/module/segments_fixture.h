/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Shared by the tests of segments: a process of threads, each with segments of its own. */
#ifndef PGWALK_SEGMENTS_FIXTURE_H
#define PGWALK_SEGMENTS_FIXTURE_H

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/segmented.h"

FIXTURE(segments) {
	struct segmented process;
	const struct segmented_truth *truth;
	int fd;
	struct pgwalk_thread threads[SEGMENTED_NR];
	__u64 ldt[SEGMENTED_ENTRIES];
	struct pgwalk_segments arg;
};

FIXTURE_SETUP(segments)
{
	int ret = segmented_start(&self->process);

	if (ret == 4)
		SKIP(return, "no modify_ldt() or no 32-bit calls");
	ASSERT_EQ(0, ret);
	self->truth = self->process.truth;
	self->fd = interface_open_device(self->process.pid);
	ASSERT_LE(0, self->fd);
	self->arg = (struct pgwalk_segments){
		.size = sizeof(self->arg), .threads = (unsigned long)self->threads,
		.nr_records = SEGMENTED_NR, .ldt = (unsigned long)self->ldt,
		.nr_ldt = SEGMENTED_ENTRIES,
	};
}

FIXTURE_TEARDOWN(segments)
{
	close(self->fd);
	segmented_stop(&self->process);
}

#define ask(self)	interface_ioctl((self)->fd, PGWALK_IOC_SEGMENTS, &(self)->arg)

#endif
