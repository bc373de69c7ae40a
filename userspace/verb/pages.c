// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk pages: pages of a process, coalesced into runs of equal attributes. */
#include <errno.h>
#include <stdio.h>

#include "../collect/procfs/aging.h"
#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../model/filter.h"
#include "../model/sum.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define ROOM	512

static int parse_bits(struct run *run, struct pgwalk_scan *scan)
{
	struct filter f;
	const char *bad;
	char word[64];
	size_t len;
	int err;

	if (!run->options->bits)
		return 0;
	err = filter__parse(&f, run->options->bits, &bad, &len);
	if (err) {
		snprintf(word, sizeof(word), "%.*s", len < 40 ? (int)len : 40,
			 bad);
		return run__usage(run, word, err == -ENOENT ?
				  N_("no such kind or flag") :
				  N_("filter can never match (contradictory flags)"));
	}
	scan->require = f.require;
	scan->exclude = f.exclude;
	scan->kinds = f.kinds;
	scan->frame_require = f.frame_require;
	scan->frame_exclude = f.frame_exclude;
	return 0;
}

static int scan_all(struct run *run, struct pgwalk_scan *scan,
		    struct inspect_pages *total)
{
	static struct pgwalk_frame_run found[ROOM];
	const __u64 start = scan->start;
	unsigned int i;
	int err = 0;

	while (!err && scan->start < scan->end && !run->closed) {
		err = query__scan(run->device, scan, found, ROOM);
		if (err)
			return run__fail(run, err);
		for (i = 0; i < scan->filled && !err; i++) {
			err = run__row(run, &found[i], sizeof(found[i]));
			sum__run(total, &found[i], start, scan->end);
		}
		scan->start = scan->resume;
		progress__set(run->progress, scan->start - start,
			      scan->end - start);
		if (!err)
			err = run__flush(run);
	}
	return err;
}

/* Print the sums that are not 0, several per line */
static void print_total(struct run *run, const struct inspect_pages *total)
{
	struct report *r = &run->report;
	char buf[VALUE_TEXT_MAX], line[128] = "total";
	size_t i, at = 5;

	if (r->json) {
		report__record(r, &pages_columns, total);
		return;
	}
	for (i = 0; i < pages_columns.count; i++) {
		const struct column *c = &pages_columns.column[i];
		struct value v;

		column__get(c, total, &v);
		if (!(c->in & COLUMN_TEXT) || !v.n)
			continue;
		if (at > 58) {
			report__comment(r, "%s", line);
			at = (size_t)snprintf(line, sizeof(line), "     ");
		}
		at += (size_t)snprintf(line + at, sizeof(line) - at, " %s %s",
				       c->key, value__format(&v, r->exact, buf,
							     sizeof(buf)));
	}
	report__comment(r, "%s", line);
	report__comment(r, "LF leaf  MAP mapcount  N node  ENTRY read write execute accessed dirty");
	report__comment(r, "soft-dirty uffd-wp  FRAME letters of page-types: pgwalk(8)");
	run__print_aging(run, total->aging);
}

static int run_pages(struct run *run)
{
	const struct verb_options *o = run->options;
	struct inspect_pages total = { .redacted = device__is_redacted(run->device) };
	struct pgwalk_scan scan = {
		.flags = o->single ? PGWALK_SCAN_PAGES : 0,
		.end = run->info.user_end,
	};
	int err = parse_bits(run, &scan);

	if (!err)
		err = run__attach(run, o->arg[0]);
	if (!err)
		err = run__columns(run, run->verb->columns);
	if (!err && o->nr_args > 1) {
		uint64_t start = 0, end = 0;

		err = range__parse(run, o->arg[1], &start, &end);
		scan.start = start;
		scan.end = end;
	}
	if (!err && total.redacted && (scan.frame_require | scan.frame_exclude))
		err = run__redacted(run, N_("flags of frames are not reported"));
	if (err)
		return err;
	total.aging = aging__read(run->options->proc);
	report__comment(&run->report, "pgwalk pages %d %s", run->pid, run->comm);
	report__header(&run->report);
	err = scan_all(run, &scan, &total);
	if (err || run->closed)
		return err;
	run__print_sorted(run);
	print_total(run, &total);
	return 0;
}

const struct verb pages_verb = {
	.name = "pages",
	.args = "PID [RANGE]",
	.min = 1,
	.max = 2,
	.options = "bops",
	.columns = &run_columns,
	.what = N_("Pages of a process, coalesced into runs of equal attributes: leaf, kind, frame, mapcount, node, flags."),
	.more = N_("RANGE is START-END or one address, hexadecimal, or the name of a mapping: [heap], libc.so.6.\n\n"
		"BITS are kinds (present zero special protnone numa-hint uffd-rwp swap migration hwpoison device marker), "
		"flags of entries (write user young dirty huge global nx soft-dirty uffd-wp ...) and flags of "
		"frames as in page-types (anon lru active ksm thp mmap referenced ...); a leading ~ excludes a "
		"flag. dirty means entry:dirty; page:dirty is the flag of the frame.\n\n"
		"Cold pages:      pgwalk pages -b present,~young PID\n"
		"Small pages:     pgwalk pages -b anon,~huge PID\n"
		"Modified pages:  pgwalk pages -b soft-dirty PID [heap]"),
	.run = run_pages,
};
