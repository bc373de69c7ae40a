// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk frame: use and state of page frames. */
#include <stdlib.h>
#include <string.h>

#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define ROOM	512

/* Parse [PID] PFN or PFN+COUNT, with a hexadecimal PFN and a decimal COUNT */
static int parse(struct run *run, struct pgwalk_frames *frames)
{
	const size_t last = run->options->nr_args - 1;
	char *text = run->options->arg[last], *plus = strchr(text, '+');
	uint64_t pfn, count = 1;
	int err;

	if (plus)
		*plus = '\0';
	err = number__hex(text, &pfn);
	if (plus && !err)
		err = number__decimal(plus + 1, 1ULL << 40, &count);
	if (plus)
		*plus = '+';
	if (err || !count || pfn > ~0ULL - count)
		return run__usage(run, text,
				  "not PFN (hexadecimal) or PFN+COUNT (decimal)");
	frames->pfn = pfn;
	frames->count = count;
	return last ? run__attach(run, run->options->arg[0]) : 0;
}

/* One frame: print all fields, one per line */
static void print_one(struct run *run, const struct pgwalk_frame *frame)
{
	struct column shown[TABLE_COLUMNS_MAX];
	struct columns all = { frame_columns.schema, shown, 0 };
	size_t i;

	for (i = 0; i < frame_columns.count; i++) {
		if (!(frame_columns.column[i].in & COLUMN_JSON))
			continue;
		shown[all.count] = frame_columns.column[i];
		shown[all.count++].in |= COLUMN_TEXT;
	}
	report__record(&run->report, &all, frame);
}

static int print(struct run *run, struct pgwalk_frames *frames)
{
	static struct pgwalk_frame frame[ROOM];
	bool one = frames->count == 1 && !run->options->columns;
	const __u64 count = frames->count;
	unsigned int i;
	int err = 0;

	if (!one)
		report__header(&run->report);
	while (!err && frames->count && !run->closed) {
		err = query__frames(run->device, frames, frame, ROOM);
		if (err)
			return run__fail(run, err);
		for (i = 0; i < frames->filled && !err; i++) {
			if (one)
				print_one(run, &frame[i]);
			else
				err = run__row(run, &frame[i], sizeof(frame[i]));
		}
		frames->pfn += frames->filled;
		frames->count -= frames->filled;
		progress__set(run->progress, count - frames->count, count);
		if (!err)
			err = run__flush(run);
	}
	if (!err && !run->closed)
		run__print_sorted(run);
	return err;
}

static int run_frame(struct run *run)
{
	struct pgwalk_frames frames = { .flags = 0 };
	int err = parse(run, &frames);

	if (!err)
		err = run__columns(run, run->verb->columns);
	return err ? err : print(run, &frames);
}

const struct verb frame_verb = {
	.name = "frame",
	.args = "[PID] PFN[+COUNT]",
	.min = 1,
	.max = 2,
	.options = "os",
	.columns = &frame_columns,
	.what = N_("Use and state of a page frame, or of COUNT frames: flags, references, folio, file, node, zone, list."),
	.more = N_("PFN is hexadecimal, COUNT decimal. One frame is printed with one field per line, several with one frame per line. With PID, the page tables of that process are recognized; kernels before 7.2 do not mark all of them."),
	.frames = N_("frames are not reported"),
	.run = run_frame,
};
