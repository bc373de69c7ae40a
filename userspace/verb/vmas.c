// SPDX-License-Identifier: GPL-2.0
/* pgwalk vmas: the mappings of a process, and what of each is in memory, and how. */
#include "../collect/aging.h"
#include "../model/sum.h"
#include "../present/inspect_columns.h"
#include "run.h"

struct listing {
	struct run *run;
	struct inspect_vma total;
	struct pgwalk_vma sum;
};

static int list(void *ctx, const struct pgwalk_vma *vma)
{
	struct listing *l = ctx;
	const struct inspect_vma row = { .vma = vma };
	const struct verb_options *o = l->run->options;

	sum__vma(&l->sum, vma);
	l->total.mappings++;
	if (!o->all && !o->json && sum__is_empty(vma))
		l->total.hidden++;
	else
		report__row(&l->run->report, &row);
	return 0;
}

static int run_vmas(struct run *run)
{
	struct listing l = { .run = run };
	struct report *r = &run->report;
	__u64 at = 0;
	int err = run__attach(run, run->options->arg[0]);

	if (!err)
		err = run__columns(run, &vma_columns);
	if (err)
		return err;
	l.total.vma = &l.sum;
	l.total.aging = aging__read(run->options->proc);
	report__remark(r, "pgwalk vmas %d %s", run->pid, run->comm);
	report__header(r);
	do {
		err = device__vmas(run->device, at, 0,
				   PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES, list,
				   &l, &at);
		if (err)
			return run__fail(run, err);
		progress__set(run->progress, at, run->info.user_end);
		err = run__flush(run);
	} while (!err && at && !run->closed);
	if (err || run->closed)
		return err;
	if (l.total.mappings)
		report__total(r, &vma_total_columns, &l.total);
	if (l.total.hidden)
		report__remark(r, "%llu mappings, %llu of them hidden: nothing is in memory (-a shows them)",
			       (unsigned long long)l.total.mappings,
			       (unsigned long long)l.total.hidden);
	else
		report__remark(r, "%llu mappings",
			       (unsigned long long)l.total.mappings);
	report__remark(r, "RSS present  HUGE of that in 2M and 1G leafs  SHR mapped more than once");
	report__remark(r, "COLD not accessed since last cleared  SWAP swapped out  NODE NUMA nodes");
	run__tell_aging(run, l.total.aging);
	return 0;
}

const struct verb vmas_verb = {
	.name = "vmas",
	.args = "PID",
	.min = 1,
	.max = 1,
	.options = "ao",
	.what = "The mappings of a process: what of each is in memory, in leafs of which size, shared, cold, on which node.",
	.more = "Mappings with nothing in memory and nothing swapped out are hidden unless -a is given.\n\n"
		"Who is huge:   pgwalk vmas -o range,resident,anon_huge,hugetlb,large,file PID\n"
		"Who is shared: pgwalk vmas -o range,resident,shared,exclusive,ksm,file PID\n"
		"What is cold:  pgwalk vmas -o range,resident,cold,file PID",
	.run = run_vmas,
};
