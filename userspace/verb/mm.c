// SPDX-License-Identifier: GPL-2.0
/* pgwalk mm: an address space as a whole, and who uses it. */
#include <errno.h>
#include <stdlib.h>

#include "../collect/query.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define ROOM	256

/* Once more if there were more than that; who comes meanwhile is told of only */
static int ask(struct run *run, struct pgwalk_mm *mm, struct pgwalk_task **task)
{
	unsigned int room = ROOM, i;
	int err = 0;

	for (i = 0; i < 2 && !err; i++) {
		free(*task);
		*task = calloc(room, sizeof(**task));
		err = *task ? query__mm(run->device, mm, *task, room) : -ENOMEM;
		if (err || mm->filled >= mm->nr_tasks)
			break;
		room = mm->nr_tasks + ROOM;
	}
	return err ? run__fail(run, err) : 0;
}

static int run_mm(struct run *run)
{
	struct pgwalk_task *task = NULL;
	struct pgwalk_mm mm = { 0 };
	int err = run__attach(run, run->options->arg[0]);
	unsigned int i;

	if (!err)
		err = run__columns(run, &task_columns);
	if (!err)
		err = ask(run, &mm, &task);
	if (!err) {
		report__remark(&run->report, "pgwalk mm %d %s", run->pid,
			       run->comm);
		report__record(&run->report, &mm_columns, &mm);
		report__header(&run->report);
		for (i = 0; i < mm.filled; i++)
			report__row(&run->report, &task[i]);
		if (mm.filled < mm.nr_tasks)
			report__remark(&run->report, "and %u more",
				       mm.nr_tasks - mm.filled);
	}
	free(task);
	return err;
}

const struct verb mm_verb = {
	.name = "mm",
	.args = "PID",
	.min = 1,
	.max = 1,
	.options = "",
	.what = "The address space of a process as a whole: root table, bounds, totals, who shares it.",
	.more = "The names are those of the kernel's struct mm_struct; what it counts in pages is told in bytes.",
	.run = run_mm,
};
