// SPDX-License-Identifier: GPL-2.0
/* pgwalk segments: the segment registers of each thread, and the LDT. */
#include <errno.h>
#include <stdlib.h>

#include "../collect/query.h"
#include "../model/descriptor.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define ROOM	64
#define LDT_MAX	8192	/* entries of an LDT: Intel SDM vol. 3A, 3.5.1 */

static void tell_thread(struct run *run, const struct pgwalk_thread *thread)
{
	struct report *r = &run->report;
	unsigned int i;

	for (i = 0; i < sizeof(thread->segment) / sizeof(thread->segment[0]); i++) {
		const struct inspect_register row = { thread, &thread->segment[i] };

		report__row(r, &row);
	}
	if (thread->flags & PGWALK_THREAD_RUNNING)
		report__remark(r, "%d runs: its registers are those of its last switch",
			       thread->tid);
}

static int tell_ldt(struct run *run, const __u64 *ldt, unsigned int count)
{
	struct report *r = &run->report;
	unsigned int i;
	int err = 0;

	if (!count) {
		report__remark(r, "no LDT");
		return 0;
	}
	report__remark(r, "LDT, %u entries", count);
	r->chosen = NULL;	/* what was chosen was for registers */
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

static int tell(struct run *run, __u64 *ldt)
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
			tell_thread(run, &thread[i]);
		err = run__flush(run);
	} while (!err && segments.resume && !run->closed);
	if (err || run->closed)
		return err;
	return tell_ldt(run, ldt, count < LDT_MAX ? count : LDT_MAX);
}

static int run_segments(struct run *run)
{
	__u64 *ldt = calloc(LDT_MAX, sizeof(*ldt));
	int err = run__attach(run, run->options->arg[0]);

	if (!err)
		err = run__columns(run, &register_columns);
	if (!err && !ldt)
		err = run__fail(run, -ENOMEM);
	if (!err) {
		report__remark(&run->report, "pgwalk segments %d %s", run->pid,
			       run->comm);
		report__header(&run->report);
		err = tell(run, ldt);
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
	.what = "The segment registers of each thread of a process, what they select, the bases in use, and the LDT.",
	.more = "64-bit code uses base 0 for all but fs and gs, and no limit.\n\n"
		"Where a stack protector's canary is: pgwalk translate PID fs:28",
	.run = run_segments,
};
