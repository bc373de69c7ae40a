// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk tables: statistics of the page tables of a process. */
#include <errno.h>
#include <stdlib.h>

#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../lib/units.h"
#include "../present/inspect_columns.h"
#include "run.h"

/* Levels x nodes of the largest machines */
#define ROOM	(PGWALK_MAX_LEVELS * 1024 + 1)

static void add(struct inspect_pgtable_total *total, const struct pgwalk_pgtable_stats *c)
{
	total->sum.tables += c->tables;
	total->sum.empty += c->empty;
	total->sum.used += c->used;
	total->sum.leaves += c->leaves;
	total->sum.deposited += c->deposited;
	total->bytes += (c->tables + c->deposited) << c->bytes_shift;
}

static int print(struct run *run, const struct pgwalk_tables *tables,
		  const struct pgwalk_pgtable_stats *stats)
{
	struct report *r = &run->report;
	struct inspect_pgtable_total total = { .bytes = 0 };
	char flat[QUANTITY_MAX], taken[QUANTITY_MAX];
	unsigned int i;

	report__comment(r, "pgwalk tables %d %s", run->pid, run->comm);
	report__header(r);
	for (i = 0; i < tables->filled; i++) {
		if (run__row(run, &stats[i], sizeof(stats[i])))
			return -1;
		add(&total, &stats[i]);
	}
	run__print_sorted(run);
	report__total(r, &tables_columns, r->json ? (const void *)tables :
						    (const void *)&total);
	units__bytes(taken, sizeof(taken), total.bytes);
	units__bytes(flat, sizeof(flat), tables->flat_bytes);
	report__comment(r, "tables take %s; one flat table for the user half would take %s",
			taken, flat);
	report__comment(r, "VmPTE %llu bytes  raced %llu",
			(unsigned long long)tables->pgtables_bytes,
			(unsigned long long)tables->raced);
	report__comment(r, "FILL entries used  LEAVES entries that map pages  DEPOSIT reserved for splits of huge pages");
	return 0;
}

static int run_tables(struct run *run)
{
	struct pgwalk_pgtable_stats *stats = calloc(ROOM, sizeof(*stats));
	struct pgwalk_tables tables;
	int err = run__attach(run, run->options->arg[0]);

	if (!err)
		err = run__columns(run, run->verb->columns);
	if (!err) {
		err = stats ? query__tables(run->device, &tables, stats, ROOM) :
			       -ENOMEM;
		err = err ? run__fail(run, err) : print(run, &tables, stats);
	}
	free(stats);
	return err;
}

const struct verb tables_verb = {
	.name = "tables",
	.args = "PID",
	.min = 1,
	.max = 1,
	.options = "os",
	.columns = &pgtable_columns,
	.what = N_("Statistics of the page tables of a process: number and fill by level and node, and the size of one flat table."),
	.more = N_("VmPTE is the sum of PTE (with deposited), PMD and PUD tables. Of the root table only the user half is counted."),
	.run = run_tables,
};
