// SPDX-License-Identifier: GPL-2.0
/* pgwalk info: how this machine pages, what the module can do and has cost. */
#include "../present/inspect_columns.h"
#include "run.h"

static int run_info(struct run *run)
{
	unsigned int i;
	int err;

	report__record(&run->report, &info_columns, &run->info);
	err = run__columns(run, &geometry_columns);
	if (err)
		return err;
	report__header(&run->report);
	for (i = 0; i < run->info.nr_levels && i < PGWALK_MAX_LEVELS; i++)
		report__row(&run->report, &run->info.geometry[i]);
	return 0;
}

const struct verb info_verb = {
	.name = "info",
	.args = "",
	.options = "",
	.what = "How this machine pages, what the module can do, and what reading has cost.",
	.more = "tables, raced, holds, hold_max_ns and hold_total_ns count since the module was loaded.",
	.run = run_info,
};
