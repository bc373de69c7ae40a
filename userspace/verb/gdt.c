// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk gdt: the global descriptor table of every CPU. */
#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../model/descriptor.h"
#include "../present/inspect_columns.h"
#include "run.h"

static void print(struct run *run, const struct pgwalk_gdt *gdt)
{
	struct report *r = &run->report;
	unsigned int i, hidden = 0;

	if (r->json)
		report__record(r, &gdt_columns, gdt);
	report__comment(r, "cpu %u: GDTR %llx limit %x  TR %x  LDTR %x", gdt->cpu,
			(unsigned long long)gdt->base, gdt->limit, gdt->tr,
			gdt->ldtr);
	for (i = 0; i < gdt->nr; i++) {
		struct inspect_descriptor d = {
			.cpu = (int32_t)gdt->cpu,
			.index = i,
		};

		descriptor__decode(&d, gdt->descriptor[i], i + 1 < gdt->nr ?
				   gdt->descriptor[i + 1] : 0);
		if (d.wide)
			i++;
		if (!d.raw && !run->options->all && !r->json)
			hidden++;
		else
			report__row(r, &d);
	}
	if (hidden)
		report__comment(r, "%u empty slots hidden (-a shows them)",
				hidden);
}

static int run_gdt(struct run *run)
{
	struct pgwalk_gdt gdt;
	unsigned int cpu = 0;
	int err = run__columns(run, run->verb->columns);

	if (err)
		return err;
	report__header(&run->report);
	do {
		err = query__gdt(run->device, &gdt, cpu);
		if (err)
			return run__fail(run, err);
		print(run, &gdt);
		cpu = (unsigned int)gdt.next_cpu;
		err = run__flush(run);
	} while (!err && gdt.next_cpu >= 0 && !run->closed);
	report__comment(&run->report, "flat: base 0, limit 4G: the linear address equals the offset");
	return err;
}

const struct verb gdt_verb = {
	.name = "gdt",
	.args = "",
	.options = "ao",
	.columns = &descriptor_columns,
	.what = N_("The global descriptor table of every CPU, decoded."),
	.more = N_("Empty slots are hidden unless -a is given."),
	.frames = N_("descriptor tables are not reported"),
	.run = run_gdt,
};
