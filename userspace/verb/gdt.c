// SPDX-License-Identifier: GPL-2.0
/* pgwalk gdt: the global descriptor table of every CPU. */
#include "../collect/query.h"
#include "../model/descriptor.h"
#include "../present/inspect_columns.h"
#include "run.h"

static void tell(struct run *run, const struct pgwalk_gdt *gdt)
{
	struct report *r = &run->report;
	unsigned int i, hidden = 0;

	if (r->json)
		report__record(r, &gdt_columns, gdt);
	report__remark(r, "cpu %u: GDTR %llx limit %x  TR %x  LDTR %x", gdt->cpu,
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
		report__remark(r, "%u empty slots hidden (-a shows them)",
			       hidden);
}

static int run_gdt(struct run *run)
{
	struct pgwalk_gdt gdt;
	unsigned int cpu = 0;
	int err = run__columns(run, &descriptor_columns);

	if (err)
		return err;
	report__header(&run->report);
	do {
		err = query__gdt(run->device, &gdt, cpu);
		if (err)
			return run__fail(run, err);
		tell(run, &gdt);
		cpu = (unsigned int)gdt.next_cpu;
		err = run__flush(run);
	} while (!err && gdt.next_cpu >= 0 && !run->closed);
	report__remark(&run->report, "flat: base 0, limit 4G: with these, a linear address is the offset itself");
	return err;
}

const struct verb gdt_verb = {
	.name = "gdt",
	.args = "",
	.options = "ao",
	.what = "The global descriptor table of every CPU, decoded.",
	.more = "Empty slots are hidden unless -a is given.",
	.run = run_gdt,
};
