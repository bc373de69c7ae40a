// SPDX-License-Identifier: GPL-2.0
/* pgwalk tables: a census of the page tables of a process. */
#include <errno.h>
#include <stdlib.h>

#include "../collect/query.h"
#include "../lib/quantity.h"
#include "../present/inspect_columns.h"
#include "run.h"

/* Levels x nodes of the largest machines */
#define ROOM	(PGWALK_MAX_LEVELS * 1024 + 1)

static void add(struct pgwalk_census *total, const struct pgwalk_census *c)
{
	total->tables += c->tables;
	total->empty += c->empty;
	total->used += c->used;
	total->leafs += c->leafs;
	total->deposited += c->deposited;
}

static void tell(struct run *run, const struct pgwalk_tables *tables,
		 const struct pgwalk_census *census)
{
	struct report *r = &run->report;
	struct pgwalk_census total = { .level = 0 };
	char flat[QUANTITY_MAX], taken[QUANTITY_MAX];
	unsigned int i;

	report__remark(r, "pgwalk tables %d %s", run->pid, run->comm);
	report__header(r);
	for (i = 0; i < tables->filled; i++) {
		report__row(r, &census[i]);
		add(&total, &census[i]);
	}
	report__total(r, &tables_columns, r->json ? (const void *)tables :
						    (const void *)&total);
	quantity__bytes(taken, sizeof(taken),
			(total.tables + total.deposited) * 4096);
	quantity__bytes(flat, sizeof(flat), tables->flat_bytes);
	report__remark(r, "tables take %s; one flat table for the user half would take %s",
		       taken, flat);
	report__remark(r, "VmPTE %llu bytes  raced %llu",
		       (unsigned long long)tables->pgtables_bytes,
		       (unsigned long long)tables->raced);
	report__remark(r, "FILL entries used  LEAFS of these pages, no tables  DEPOSIT kept behind huge pages");
}

static int run_tables(struct run *run)
{
	struct pgwalk_census *census = calloc(ROOM, sizeof(*census));
	struct pgwalk_tables tables;
	int err = run__attach(run, run->options->arg[0]);

	if (!err)
		err = run__columns(run, &census_columns);
	if (!err) {
		err = census ? query__tables(run->device, &tables, census, ROOM) :
			       -ENOMEM;
		if (err)
			err = run__fail(run, err);
		else
			tell(run, &tables, census);
	}
	free(census);
	return err;
}

const struct verb tables_verb = {
	.name = "tables",
	.args = "PID",
	.min = 1,
	.max = 1,
	.options = "o",
	.what = "The page tables of a process: how many of each level and node, how full, and what a flat table would cost.",
	.more = "PTE (with those deposited), PMD and PUD tables together are what VmPTE says. Of the root only the user half is counted.",
	.run = run_tables,
};
