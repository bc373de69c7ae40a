// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk translate: the walk of one address, as rows or explained in words. */
#include <stdio.h>

#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../present/explain.h"
#include "../present/inspect_columns.h"
#include "../names/names.h"
#include "run.h"

static void print(struct run *run, const struct pgwalk_translate *t)
{
	struct report *r = &run->report;
	unsigned int i;

	report__comment(r, "pgwalk translate %d %s %llx", run->pid, run->comm,
			(unsigned long long)t->linear);
	if (t->segment.reg)
		report__comment(r, "%s:%llx  selector %x  base %llx  %s",
				names__segment(t->segment.reg),
				(unsigned long long)t->addr, t->segment.selector,
				(unsigned long long)t->segment.base,
				names__segment_status(t->segment.status));
	if (run->info.paging & PGWALK_PAGING_PTI)
		report__comment(r, "PTI: the kernel's pgd is walked, not the copy that user mode has");
	report__header(r);
	if (t->status == PGWALK_TRANSLATE_DONE)
		for (i = 0; i < t->nr_steps; i++)
			report__row(r, &t->step[i]);
	if (r->json)
		report__record(r, &translate_columns, t);
	else
		explain__result(r->out, t);
}

static int run_translate(struct run *run)
{
	struct pgwalk_translate t = { .flags = 0 };
	int err = address__parse(run, 1, &t);

	if (!err)
		err = run__attach(run, run->options->arg[0]);
	if (!err)
		err = run__columns(run, run->verb->columns);
	if (err)
		return err;
	if (t.reg && device__is_redacted(run->device))
		return run__redacted(run, N_("segment registers are not reported"));
	if (!device__is_redacted(run->device) && (t.reg || run->tid != run->pid))
		t.tid = run->tid;
	err = query__translate(run->device, &t);
	if (err)
		return run__fail(run, err);
	if (run->options->explain && !run->report.json) {
		fprintf(run->report.out, _("Address %llx of process %d (%s)\n\n"),
			(unsigned long long)t.linear, run->pid, run->comm);
		explain__walk(run->report.out, &t, &run->info);
	} else {
		print(run, &t);
	}
	return 0;
}

const struct verb translate_verb = {
	.name = "translate",
	.args = "PID ADDRESS|SEG:OFFSET",
	.min = 2,
	.max = 2,
	.options = "eo",
	.columns = &step_columns,
	.what = N_("Translation of a linear or segment-relative address to the physical address: every level, or the reason why no page is mapped."),
	.more = N_("ADDRESS and OFFSET are hexadecimal, SEG is cs, ss, ds, es, fs or gs; PID may be a thread for these.\n\n"
		"Explained: pgwalk translate --explain PID 7ffd1c3a2010"),
	.run = run_translate,
};
