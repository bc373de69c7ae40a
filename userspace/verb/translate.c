// SPDX-License-Identifier: GPL-2.0
/* pgwalk translate: one address, level by level, or in words. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../collect/query.h"
#include "../present/explain.h"
#include "../present/inspect_columns.h"
#include "../words.h"
#include "run.h"

/* ADDRESS, or SEG:OFFSET, both hexadecimal */
static int parse(struct run *run, struct pgwalk_translate *t)
{
	const char *text = run->options->arg[1], *colon = strchr(text, ':');
	uint64_t addr;

	if (colon) {
		t->reg = (__u8)words__find_segment(text, (size_t)(colon - text));
		if (!t->reg)
			return run__usage(run, text, "no such segment register (cs ss ds es fs gs)");
	}
	if (number__hex(colon ? colon + 1 : text, &addr))
		return run__usage(run, text, "not an address (hexadecimal) or SEG:OFFSET");
	t->addr = addr;
	return 0;
}

static void tell(struct run *run, const struct pgwalk_translate *t)
{
	struct report *r = &run->report;
	unsigned int i;

	report__remark(r, "pgwalk translate %d %s %llx", run->pid, run->comm,
		       (unsigned long long)t->linear);
	if (t->segment.reg)
		report__remark(r, "%s:%llx  selector %x  base %llx  %s",
			       words__segment(t->segment.reg),
			       (unsigned long long)t->addr, t->segment.selector,
			       (unsigned long long)t->segment.base,
			       words__segment_status(t->segment.status));
	if (run->info.paging & PGWALK_PAGING_PTI)
		report__remark(r, "PTI: the kernel's pgd is walked, not the copy that user mode has");
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
	int err = parse(run, &t);

	if (!err)
		err = run__attach(run, run->options->arg[0]);
	if (!err)
		err = run__columns(run, &step_columns);
	if (err)
		return err;
	if (t.reg || run->tid != run->pid)
		t.tid = run->tid;
	err = query__translate(run->device, &t);
	if (err)
		return run__fail(run, err);
	if (run->options->explain && !run->report.json) {
		fprintf(run->report.out, "Address %llx of process %d (%s)\n\n",
			(unsigned long long)t.linear, run->pid, run->comm);
		explain__walk(run->report.out, &t, &run->info);
	} else {
		tell(run, &t);
	}
	return 0;
}

const struct verb translate_verb = {
	.name = "translate",
	.args = "PID ADDRESS|SEG:OFFSET",
	.min = 2,
	.max = 2,
	.options = "eo",
	.what = "The way from a linear address, or one in a segment, to the physical one: every level, or why there is no page.",
	.more = "ADDRESS and OFFSET are hexadecimal, SEG is cs, ss, ds, es, fs or gs; PID may be a thread for these.\n\n"
		"In words: pgwalk translate --explain PID 7ffd1c3a2010",
	.run = run_translate,
};
