// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk snapshot: all mappings and pages of a process, to a file that pgwalk diff reads. */
#include <sys/stat.h>

#include "../lib/i18n.h"
#include "../lib/units.h"
#include "../present/inspect_columns.h"
#include "page_reading.h"

static void print(struct run *run, const struct inspect_reading *sum)
{
	char resident[QUANTITY_MAX], swapped[QUANTITY_MAX], size[QUANTITY_MAX];
	struct report *r = &run->report;

	if (r->json) {
		report__record(r, &reading_columns, sum);
		return;
	}
	units__bytes(resident, sizeof(resident), sum->resident);
	units__bytes(swapped, sizeof(swapped), sum->swapped);
	units__bytes(size, sizeof(size), sum->file_bytes);
	report__comment(r, "pgwalk snapshot %d %s", run->pid, run->comm);
	report__comment(r, "%llu mappings, %s resident and %s in swap in %llu runs of pages: file of %s",
			(unsigned long long)sum->mappings, resident, swapped, (unsigned long long)sum->runs, size);
	units__bytes(size, sizeof(size), sum->raced);
	if (sum->raced)
		report__comment(r, "%s unknown: the entries changed during each read", size);
	if (sum->changed)
		report__comment(r, "mappings changed during the reading in %llu ranges (stop the process first for an exact one)",
				(unsigned long long)sum->changed);
}

static int run_snapshot(struct run *run)
{
	const char *path = run->options->arg[1];
	struct inspect_reading sum;
	struct stat st;
	int err = run__attach(run, run->options->arg[0]);

	if (!err)
		err = page_reading__take(run, path, true, &sum);
	if (err)
		return err;
	if (!stat(path, &st))
		sum.file_bytes = (uint64_t)st.st_size;
	print(run, &sum);
	return 0;
}

const struct verb snapshot_verb = {
	.name = "snapshot",
	.args = "PID FILE",
	.min = 2,
	.max = 2,
	.options = "",
	.columns = &reading_columns,
	.what = N_("Write all mappings and pages of a process to a file, for pgwalk diff."),
	.more = N_("FILE is a compressed stream. It can be read up to its end if the reading was interrupted. "
		"The process runs while it is read: stop it first for an exact reading."),
	.frames = N_("frames are not reported"),
	.run = run_snapshot,
};
