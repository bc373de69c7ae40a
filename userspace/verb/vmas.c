// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk vmas: the mappings of a process and their resident pages. */
#include <errno.h>

#include "../collect/module/query.h"
#include "../collect/module/vma_frames.h"
#include "../collect/procfs/aging.h"
#include "../collect/procfs/map_file.h"
#include "../collect/procfs/thp.h"
#include "../lib/i18n.h"
#include "../model/frame_set.h"
#include "../model/huge.h"
#include "../model/sum.h"
#include "../present/inspect_columns.h"
#include "run.h"

/**
 * struct listing - state of the verb
 * @run: the run
 * @total: the total row
 * @sum: sums of all mappings
 * @frames: frames that are mapped more than once; NULL: they are not counted
 * @wants_eligible: THPeligible is wanted
 * @thp: settings of huge pages, for THPeligible
 * @huge: their rules
 * @smaps: smaps, opened when first needed
 * @err: -1: a call failed, and the error of the run is set
 */
struct listing {
	struct run *run;
	struct inspect_vma total;
	struct pgwalk_vma sum;
	struct frame_set *frames;
	bool wants_eligible;
	struct inspect_thp thp;
	struct huge huge;
	struct map_eligible *smaps;
	int err;
};

static int failed(struct listing *l, int err)
{
	l->err = run__fail(l->run, err);
	return l->err;
}

static int64_t add_frames(void *ctx, uint64_t pfn, uint64_t nr)
{
	const struct listing *l = ctx;

	return frame_set__add(l->frames, pfn, nr);
}

static int count_frames(struct listing *l, const struct pgwalk_vma *vma, struct inspect_vma *row)
{
	int err;

	/* frames that are mapped twice are not found without their numbers */
	if (device__is_redacted(l->run->device))
		return 0;
	err = vma_frames__count(l->run->device, vma, add_frames, l, &row->frames);
	row->frames_known = vma->frames_counted;
	return err ? failed(l, err) : 0;
}

/* Of mappings that are not anonymous only the kernel knows it */
static void read_eligible(struct listing *l, const struct pgwalk_vma *vma, struct inspect_vma *row)
{
	int known = -1;

	if (!huge__is_anonymous(vma)) {
		if (!l->smaps)
			l->smaps = map_eligible__open(l->run->options->proc, l->run->pid);
		if (l->smaps)
			known = map_eligible__at(l->smaps, vma->start);
	}
	row->eligible = huge__vma_eligible(&l->huge, vma, known);
}

static int list(void *ctx, const struct pgwalk_vma *vma)
{
	struct listing *l = ctx;
	struct inspect_vma row = { .vma = vma, .uss = sum__uss(vma), .eligible = -1 };
	const struct verb_options *o = l->run->options;

	if (l->frames && count_frames(l, vma, &row))
		return -1;
	if (l->wants_eligible)
		read_eligible(l, vma, &row);
	sum__vma(&l->sum, vma);
	l->total.mappings++;
	l->total.uss += row.uss;
	l->total.frames += row.frames;
	l->total.frames_known = row.frames_known;
	if (!o->all && !o->json && sum__is_empty(vma)) {
		l->total.hidden++;
		return 0;
	}
	l->err = run__row_of_vma(l->run, &row, sizeof(row));
	return l->err;
}

/* Prepare the columns that cost another read */
static int prepare(struct listing *l)
{
	if (run__wants(l->run, "frames")) {
		l->frames = frame_set__create();
		if (!l->frames)
			return run__fail(l->run, -ENOMEM);
	}
	l->wants_eligible = run__wants(l->run, "eligible");
	if (l->wants_eligible) {
		thp__read(&l->thp, l->run->options->proc, l->run->pid);
		l->thp.advised_only = query__thp_advised_only(l->run->device);
		huge__init(&l->huge, &l->thp, huge__slot_shift(&l->run->info));
	}
	return 0;
}

static int list_all(struct run *run, struct listing *l)
{
	__u64 at = 0;
	int err;

	do {
		err = device__vmas(run->device, at, 0,
				   PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES, list,
				   l, &at);
		if (l->err)
			return l->err;
		if (err)
			return run__fail(run, err);
		progress__set(run->progress, at, run->info.user_end);
		err = run__flush(run);
	} while (!err && at && !run->closed);
	return err;
}

static int run_vmas(struct run *run)
{
	static struct listing l;
	struct report *r = &run->report;
	int err = run__attach(run, run->options->arg[0]);

	l = (struct listing){ .run = run };
	if (!err)
		err = run__columns(run, run->verb->columns);
	if (!err)
		err = prepare(&l);
	if (err)
		return err;
	l.total.vma = &l.sum;
	l.total.aging = aging__read(run->options->proc);
	report__comment(r, "pgwalk vmas %d %s", run->pid, run->comm);
	report__header(r);
	err = list_all(run, &l);
	frame_set__destroy(l.frames);
	map_eligible__close(l.smaps);
	if (err || run->closed)
		return err;
	run__print_sorted(run);
	if (l.total.mappings)
		report__total(r, &vma_total_columns, &l.total);
	if (l.total.hidden)
		report__comment(r, "%llu mappings, %llu of them hidden: nothing is in memory (-a shows them)",
				(unsigned long long)l.total.mappings,
				(unsigned long long)l.total.hidden);
	else
		report__comment(r, "%llu mappings",
				(unsigned long long)l.total.mappings);
	report__comment(r, "RSS present  HUGE of that in 2M and 1G leaves  SHR mapped more than once");
	report__comment(r, "COLD not accessed since last cleared  SWAP swapped out  NODE NUMA nodes");
	run__print_aging(run, l.total.aging);
	return 0;
}

const struct verb vmas_verb = {
	.name = "vmas",
	.args = "PID",
	.min = 1,
	.max = 1,
	.options = "aos",
	.columns = &vma_columns,
	.what = N_("The mappings of a process: resident size, sizes of leaves, shared and cold pages, NUMA nodes."),
	.more = N_("Mappings without resident or swapped pages are hidden unless -a is given.\n\n"
		"Huge pages:   pgwalk vmas -o range,resident,anon_huge,hugetlb,large,file PID\n"
		"Shared pages: pgwalk vmas -o range,resident,shared,exclusive,ksm,file PID\n"
		"Cold pages:   pgwalk vmas -o range,resident,cold,file PID\n"
		"Memory, once: pgwalk vmas -o range,resident,pss,uss,frames,tables,file PID\n"
		"Largest:      pgwalk vmas -s resident PID"),
	.run = run_vmas,
};
