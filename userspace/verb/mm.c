// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk mm: summary of an address space and the tasks that use it. */
#include <errno.h>
#include <stdlib.h>

#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define ROOM	256

/* Query again with a larger buffer if there were more tasks; later tasks are only counted */
static int query_tasks(struct run *run, struct pgwalk_mm *mm, struct pgwalk_task **task)
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
		err = run__columns(run, run->verb->columns);
	if (!err)
		err = query_tasks(run, &mm, &task);
	if (!err) {
		report__comment(&run->report, "pgwalk mm %d %s", run->pid,
			       run->comm);
		report__record(&run->report, &mm_columns, &mm);
		report__header(&run->report);
		for (i = 0; i < mm.filled; i++)
			report__row(&run->report, &task[i]);
		if (mm.filled < mm.nr_tasks)
			report__comment(&run->report, "and %u more",
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
	.columns = &task_columns,
	.what = N_("Summary of the address space of a process: root table, bounds, totals, and the tasks that use it."),
	.more = N_("Names are those of the kernel's struct mm_struct. Counts of pages are printed in bytes."),
	.run = run_mm,
};
