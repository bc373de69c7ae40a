// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk info: paging of this machine, capabilities and cost of the module. */
#include "../lib/i18n.h"
#include "../present/inspect_columns.h"
#include "run.h"

static int run_info(struct run *run)
{
	unsigned int i;
	int err;

	report__record(&run->report, &info_columns, &run->info);
	err = run__columns(run, run->verb->columns);
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
	.columns = &geometry_columns,
	.what = N_("Paging of this machine, capabilities of the module, and the cost of reads so far."),
	.more = N_("tables, raced, lock_holds, lock_hold_max_ns and lock_hold_total_ns count since the module was loaded."),
	.run = run_info,
};
