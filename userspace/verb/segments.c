// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk segments: the segment registers of each thread, and the LDT. */
#include <errno.h>
#include <stdlib.h>

#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../model/descriptor.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define ROOM	64
#define LDT_MAX	8192	/* entries of an LDT: Intel SDM vol. 3A, 3.5.1 */

static void print_thread(struct run *run, const struct pgwalk_thread *thread)
{
	struct report *r = &run->report;
	unsigned int i;

	for (i = 0; i < sizeof(thread->segment) / sizeof(thread->segment[0]); i++) {
		const struct inspect_register row = { thread, &thread->segment[i] };

		report__row(r, &row);
	}
	if (thread->flags & PGWALK_THREAD_RUNNING)
		report__comment(r, "%d runs: its registers are those of its last context switch",
				thread->tid);
}

static int print_ldt(struct run *run, const __u64 *ldt, unsigned int count)
{
	struct report *r = &run->report;
	unsigned int i;
	int err = 0;

	if (!count) {
		report__comment(r, "no LDT");
		return 0;
	}
	report__comment(r, "LDT, %u entries", count);
	r->chosen = NULL;	/* the chosen columns are those of registers */
	err = run__columns(run, &descriptor_columns);
	report__header(r);
	for (i = 0; !err && i < count; i++) {
		struct inspect_descriptor d = { .cpu = -1, .index = i };

		descriptor__decode(&d, ldt[i], 0);
		if (d.raw || run->options->all || r->json)
			report__row(r, &d);
	}
	return err;
}

static int print(struct run *run, __u64 *ldt)
{
	static struct pgwalk_thread thread[ROOM];
	struct pgwalk_segments segments = { .flags = 0 };
	unsigned int i, count = 0;
	bool first = true;
	int err;

	do {
		err = query__segments(run->device, &segments, thread, ROOM,
				      ldt, first ? LDT_MAX : 0);
		if (err)
			return run__fail(run, err);
		if (first)
			count = segments.nr_ldt;
		first = false;
		for (i = 0; i < segments.filled; i++)
			print_thread(run, &thread[i]);
		err = run__flush(run);
	} while (!err && segments.resume && !run->closed);
	if (err || run->closed)
		return err;
	return print_ldt(run, ldt, count < LDT_MAX ? count : LDT_MAX);
}

static int run_segments(struct run *run)
{
	__u64 *ldt = calloc(LDT_MAX, sizeof(*ldt));
	int err = run__attach(run, run->options->arg[0]);

	if (!err)
		err = run__columns(run, run->verb->columns);
	if (!err && !ldt)
		err = run__fail(run, -ENOMEM);
	if (!err) {
		report__comment(&run->report, "pgwalk segments %d %s", run->pid,
				run->comm);
		report__header(&run->report);
		err = print(run, ldt);
	}
	free(ldt);
	return err;
}

const struct verb segments_verb = {
	.name = "segments",
	.args = "PID",
	.min = 1,
	.max = 1,
	.options = "ao",
	.columns = &register_columns,
	.what = N_("The segment registers of each thread of a process: selectors, descriptors, bases in use; and the LDT."),
	.more = N_("64-bit code uses base 0 for all but fs and gs, and no limit.\n\n"
		"Address of the stack protector's canary: pgwalk translate PID fs:28"),
	.frames = N_("registers are not reported"),
	.run = run_segments,
};
