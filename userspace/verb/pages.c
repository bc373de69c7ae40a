// SPDX-License-Identifier: GPL-2.0
/* pgwalk pages: what each page of a process is, in runs of like ones. */
#include <errno.h>
#include <stdio.h>

#include "../collect/aging.h"
#include "../collect/query.h"
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
				  "no such kind or flag" :
				  "no page can be all that is asked for");
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
		for (i = 0; i < scan->filled; i++) {
			report__row(&run->report, &found[i]);
			sum__run(total, &found[i], start, scan->end);
		}
		scan->start = scan->resume;
		progress__set(run->progress, scan->start - start,
			      scan->end - start);
		err = run__flush(run);
	}
	return err;
}

/* The sums that are not 0, on lines of their own */
static void tell_total(struct run *run, const struct inspect_pages *total)
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
			report__remark(r, "%s", line);
			at = (size_t)snprintf(line, sizeof(line), "     ");
		}
		at += (size_t)snprintf(line + at, sizeof(line) - at, " %s %s",
				       c->key, value__format(&v, r->exact, buf,
							     sizeof(buf)));
	}
	report__remark(r, "%s", line);
	report__remark(r, "LF leaf  MAP mapcount  N node  ENTRY read write execute accessed dirty");
	report__remark(r, "soft-dirty uffd-wp  FRAME letters of page-types: pgwalk(8)");
	run__tell_aging(run, total->aging);
}

static int run_pages(struct run *run)
{
	const struct verb_options *o = run->options;
	struct inspect_pages total = { .runs = 0 };
	struct pgwalk_scan scan = {
		.flags = o->single ? PGWALK_SCAN_PAGES : 0,
		.end = run->info.user_end,
	};
	int err = parse_bits(run, &scan);

	if (!err)
		err = run__attach(run, o->arg[0]);
	if (!err)
		err = run__columns(run, &run_columns);
	if (!err && o->nr_args > 1) {
		uint64_t start = 0, end = 0;

		err = range__parse(run, o->arg[1], &start, &end);
		scan.start = start;
		scan.end = end;
	}
	if (err)
		return err;
	total.aging = aging__read(run->options->proc);
	report__remark(&run->report, "pgwalk pages %d %s", run->pid, run->comm);
	report__header(&run->report);
	err = scan_all(run, &scan, &total);
	if (!err && !run->closed)
		tell_total(run, &total);
	return err;
}

const struct verb pages_verb = {
	.name = "pages",
	.args = "PID [RANGE]",
	.min = 1,
	.max = 2,
	.options = "bop",
	.what = "The pages of a process, in runs of like ones: leaf, kind, frame, mapcount, node, flags.",
	.more = "RANGE is START-END or one address, hexadecimal, or the name of a mapping: [heap], libc.so.6.\n\n"
		"BITS are kinds (present zero special protnone numa-hint uffd-rwp swap migration hwpoison device marker), "
		"flags of entries (write user young dirty huge global nx soft-dirty uffd-wp ...) and flags of "
		"frames as page-types names them (anon lru active ksm thp mmap referenced ...); ~ in front: must "
		"not be. page:dirty and entry:dirty say which is meant, dirty alone is the entry's.\n\n"
		"What is cold:   pgwalk pages -b present,~young PID\n"
		"Not yet huge:   pgwalk pages -b anon,~huge PID\n"
		"Written since:  pgwalk pages -b soft-dirty PID [heap]",
	.run = run_pages,
};
