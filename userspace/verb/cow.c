// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk cow: memory that a process shares with its relatives since fork(), and the page faults and copies of a write
 * to all of it. Reads the pages of each mapping once, and those of each relative at the same addresses.
 */
#include <errno.h>
#include <string.h>

#include "../collect/module/query.h"
#include "../collect/procfs/family.h"
#include "../collect/procfs/process.h"
#include "../collect/procfs/thp.h"
#include "../lib/i18n.h"
#include "../lib/page_size.h"
#include "../lib/text.h"
#include "../lib/units.h"
#include "../model/cow.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define ROOM	512
#define PAGE	page_bytes()

/**
 * struct reading - state of the verb
 * @run: the run
 * @cow: the rules of the kernel
 * @relative: the relatives
 * @device: the module, attached to each relative; NULL: it has exited
 * @gone: relatives that exited or executed during the comparison: their figures are partial
 * @row: the current mapping
 * @folio: the large folio that the last pages belong to
 * @folio_run: the last run of its pages
 * @from: first address of the mapping that is read
 * @to: first address after them
 * @total: the sums
 * @first: first requested address
 * @limit: first address after the requested range
 * @err: -1: a call failed, and the error of the run is set
 */
struct reading {
	struct run *run;
	struct cow cow;
	struct inspect_relative relative[INSPECT_COW_RELATIVES];
	struct device *device[INSPECT_COW_RELATIVES];
	bool gone[INSPECT_COW_RELATIVES];
	struct inspect_cow row;
	struct cow_folio folio;
	uint64_t from;
	uint64_t to;
	struct inspect_cow_total total;
	uint64_t first;
	uint64_t limit;
	int err;
};

static int failed(struct reading *r, int err)
{
	r->err = run__fail(r->run, err);
	return r->err;
}

/* Attach to a relative, if it has memory of its own and may be read */
static void attach(struct reading *r, const struct family_member *member, uint64_t pgd)
{
	struct inspect_relative *relative = &r->relative[r->total.relatives];
	struct device **device = &r->device[r->total.relatives];
	struct pgwalk_mm mm = { .flags = 0 };
	char comm[64];
	int err = device__open(device);

	if (!err)
		err = device__attach(*device, member->pid);
	if (!err)
		err = query__mm(*device, &mm, NULL, 0);
	if (err || mm.pgd == pgd) {
		/* after vfork() parent and child have one address space */
		device__close(*device);
		*device = NULL;
		r->total.left_out += err && err != -ESRCH && err != -ENXIO;
		return;
	}
	process__comm(r->run->options->proc, member->pid, comm, sizeof(comm));
	text__fit(relative->comm, sizeof(relative->comm), comm, 15);
	relative->pid = member->pid;
	relative->relation = member->relation;
	r->total.relatives++;
}

static int attach_relatives(struct reading *r)
{
	struct family_member member[INSPECT_COW_RELATIVES];
	struct pgwalk_mm mm = { .flags = 0 };
	const char *proc = r->run->options->proc;
	const int nr = family__read(proc, r->run->pid, member, INSPECT_COW_RELATIVES);
	int err = query__mm(r->run->device, &mm, NULL, 0), i;

	if (err)
		return failed(r, err);
	if (nr < 0) {
		r->err = error__set(r->run->error, ERROR_FAILURE, "%s: %s", proc, strerror(-nr));
		return r->err;
	}
	for (i = 0; i < nr && i < INSPECT_COW_RELATIVES; i++)
		attach(r, &member[i], mm.pgd);
	r->total.left_out += (uint64_t)(nr - i);
	return 0;
}

static void detach_relatives(struct reading *r)
{
	unsigned int i;

	for (i = 0; i < r->total.relatives; i++)
		device__close(r->device[i]);
}

/* May a relative share the pages of the run since fork()? */
static bool is_shareable(const struct pgwalk_frame_run *run)
{
	return cow__is_anon(run) && run->frame_kind != PGWALK_FRAME_KSM && run->run.kind != PGWALK_KIND_SWAP;
}

/* Compare the overlap of a run of the process with a run of a relative */
static void compare(struct reading *r, unsigned int relative, const struct pgwalk_frame_run *own,
		    const struct pgwalk_frame_run *other, uint64_t start, uint64_t end)
{
	const uint64_t own_pfn = own->run.pfn + ((start - own->run.start) >> page_shift());
	const uint64_t other_pfn = other->run.pfn + ((start - other->run.start) >> page_shift());

	if (!is_shareable(own) || !is_shareable(other))
		return;
	if (own_pfn == other_pfn)
		r->row.with[relative] += end - start;
	else
		r->row.differ[relative] += end - start;
}

/**
 * struct window - runs of the process that are compared with those of a relative
 * @own: the runs
 * @nr: number of @own
 * @at: first one that may overlap the next run of the relative
 * @start: first address that was not compared yet
 * @end: first address after the window
 */
struct window {
	const struct pgwalk_frame_run *own;
	unsigned int nr;
	unsigned int at;
	uint64_t start;
	uint64_t end;
};

/* Compare the next run of a relative with all runs that it overlaps */
static void compare_run(struct reading *r, unsigned int relative, struct window *w, const struct pgwalk_frame_run *other)
{
	const uint64_t end = other->run.end < w->end ? other->run.end : w->end;
	uint64_t from = other->run.start > w->start ? other->run.start : w->start;

	for (; w->at < w->nr && from < end; w->at++) {
		const struct pgwalk_frame_run *own = &w->own[w->at];
		const uint64_t to = own->run.end < end ? own->run.end : end;

		if (from < own->run.start)
			from = own->run.start;
		if (from < to)
			compare(r, relative, own, other, from, to);
		if (own->run.end > end)
			break;
		if (from < to)
			from = to;
	}
	if (w->start < end)
		w->start = end;
}

/* Compare runs with the pages of a relative at their addresses */
static int compare_relative(struct reading *r, unsigned int relative, struct window w)
{
	static struct pgwalk_frame_run found[ROOM];
	struct pgwalk_scan scan = { .start = w.start, .end = w.end };
	unsigned int i;

	while (scan.start < scan.end) {
		const int err = query__scan(r->device[relative], &scan, found, ROOM);

		if (err == -ESRCH) {
			device__close(r->device[relative]);
			r->device[relative] = NULL;
			r->gone[relative] = true;
			r->total.left_out++;
			return 0;
		}
		if (err)
			return failed(r, err);
		for (i = 0; i < scan.filled; i++)
			compare_run(r, relative, &w, &found[i]);
		scan.start = scan.resume;
	}
	return 0;
}

static int compare_all(struct reading *r, const struct pgwalk_frame_run *own, unsigned int nr, uint64_t start,
		       uint64_t end)
{
	unsigned int i, found = 0;

	for (i = 0; i < nr; i++) {
		const uint64_t from = own[i].run.start > start ? own[i].run.start : start;
		const uint64_t to = own[i].run.end < end ? own[i].run.end : end;

		if (from >= to || !is_shareable(&own[i]))
			continue;
		found++;
		if (own[i].mapcount > 1)
			r->row.elsewhere += (to - from) * (uint64_t)(own[i].mapcount - 1);
	}
	for (i = 0; found && i < r->total.relatives; i++)
		if (r->device[i] && compare_relative(r, i, (struct window){ own, nr, 0, start, end }))
			return -1;
	return 0;
}

/* Judge each leaf of a part of a run by its frame */
static int judge_frames(struct reading *r, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end)
{
	static struct pgwalk_frame frame[ROOM];
	const uint64_t size = 1ULL << run->run.shift;
	struct pgwalk_frames frames = { .count = 0 };
	unsigned int at = 0;
	uint64_t next;

	for (; start < end; start = next) {
		const uint64_t leaf = start & ~(size - 1);
		/* a part of a huge leaf begins after the leaf */
		const uint64_t pfn = run->run.pfn + (uint64_t)((int64_t)(leaf - run->run.start) / (int64_t)PAGE);

		next = leaf + size < end ? leaf + size : end;
		if (size > PAGE || at >= frames.filled) {
			int err;

			frames = (struct pgwalk_frames){ .pfn = pfn, .count = 1 };
			if (size == PAGE)
				frames.count = (end - start) / PAGE < ROOM ? (end - start) / PAGE : ROOM;
			err = query__frames(r->run->device, &frames, frame, ROOM);
			if (err)
				return failed(r, err);
			at = 0;
		}
		cow__count(&r->row, run, size > PAGE ? cow__judge_huge(&frame[at]) : cow__judge_small(&frame[at]),
			   start, next);
		at++;
	}
	return 0;
}

static int end_folio(struct reading *r)
{
	struct pgwalk_frames frames = { .pfn = r->folio.head, .count = 1 };
	struct pgwalk_frame head;
	int err = 0;

	if (r->folio.pages && r->folio.pending) {
		err = query__frames(r->run->device, &frames, &head, 1);
		if (err)
			return failed(r, err);
		cow__count_folio(&r->cow, &r->row, &r->folio, &head);
	}
	r->folio.pages = 0;
	return 0;
}

/* Add pages of large folios, which are aligned: a folio of order n starts at a multiple of 2^n frames */
static int add_folios(struct reading *r, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end, bool pending)
{
	const uint64_t pages = 1ULL << run->order;
	uint64_t pfn = run->run.pfn + ((start - run->run.start) >> page_shift());

	while (start < end) {
		const uint64_t head = pfn & ~(pages - 1), left = head + pages - pfn;
		const uint64_t there = (end - start) >> page_shift(), nr = left < there ? left : there;

		if (!r->folio.pages || r->folio.head != head) {
			if (end_folio(r))
				return -1;
			r->folio = (struct cow_folio){ .head = head };
		}
		if ((pfn - head) << page_shift() > start - r->from || left << page_shift() > r->to - start)
			r->folio.partial = true;
		r->folio.pages += nr;
		if (pending)
			r->folio.pending += nr;
		start += nr << page_shift();
		pfn += nr;
	}
	return 0;
}

static int add_run(struct reading *r, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end)
{
	const enum cow_result result = cow__judge(&r->cow, r->row.vma, run);

	cow__sum_pages(&r->row, run, end - start);
	if (cow__is_in_folio(run) && add_folios(r, run, start, end, result == COW_FOLIO))
		return -1;
	if (result == COW_FRAME)
		return judge_frames(r, run, start, end);
	if (result != COW_FOLIO)
		cow__count(&r->row, run, result, start, end);
	return 0;
}

static int read_pages(struct reading *r, uint64_t start, uint64_t end)
{
	static struct pgwalk_frame_run found[ROOM];
	struct pgwalk_scan scan = { .flags = PGWALK_SCAN_EXCLUSIVE, .start = start, .end = end };
	uint64_t done = start;
	unsigned int i;

	r->from = start;
	r->to = end;
	while (scan.start < scan.end) {
		int err = query__scan(r->run->device, &scan, found, ROOM);

		if (err)
			return failed(r, err);
		for (i = 0; i < scan.filled; i++) {
			const struct pgwalk_run *run = &found[i].run;
			const uint64_t from = run->start > done ? run->start : done;
			const uint64_t to = run->end < end ? run->end : end;

			if (from >= to)
				continue;
			done = to;
			if (add_run(r, &found[i], from, to))
				return -1;
		}
		if (!(r->row.vma->prot & PGWALK_PROT_SHARED) &&
		    compare_all(r, found, scan.filled, scan.start, scan.resume < end ? scan.resume : end))
			return -1;
		scan.start = scan.resume;
	}
	return end_folio(r);
}

static bool is_hidden(const struct reading *r)
{
	const struct inspect_cow *row = &r->row;

	return !r->run->options->all && !r->run->options->json && !row->resident && !row->zero && !row->swapped;
}

static int read_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	struct reading *r = ctx;
	const uint64_t start = vma->start > r->first ? vma->start : r->first;
	const uint64_t end = vma->end < r->limit ? vma->end : r->limit;
	struct inspect_cow_row row;
	unsigned int i;

	if (start >= end)
		return 0;
	/* the mapping may have grown since the last one was read */
	r->first = end;
	memset(&r->row, 0, sizeof(r->row));
	r->row.vma = vma;
	if (read_pages(r, start, end))
		return -1;
	for (i = 0; i < r->total.relatives; i++) {
		r->relative[i].shared += r->row.with[i];
		r->relative[i].differ += r->row.differ[i];
		r->row.elsewhere -= r->row.with[i] < r->row.elsewhere ? r->row.with[i] : r->row.elsewhere;
	}
	cow__add(&r->total.sum, &r->row);
	r->total.mappings++;
	if (is_hidden(r)) {
		r->total.hidden++;
		return 0;
	}
	row = (struct inspect_cow_row){ r->row, r->relative, (unsigned int)r->total.relatives };
	r->err = run__row_of_vma(r->run, &row, sizeof(row));
	return r->err;
}

static int read_all(struct reading *r)
{
	const uint64_t from = r->first;
	__u64 at = r->first;
	int err;

	do {
		err = device__vmas(r->run->device, at, r->limit, 0, read_mapping, r, &at);
		if (r->err)
			return r->err;
		if (err)
			return failed(r, err);
		progress__set(r->run->progress, at - from, r->limit - from);
		err = run__flush(r->run);
	} while (!err && at < r->limit && !r->run->closed);
	return err;
}

/* Relatives with figures of a part of the memory */
static void print_gone(struct reading *r)
{
	unsigned int i;

	for (i = 0; i < r->total.relatives; i++)
		if (r->gone[i])
			report__comment(&r->run->report, "%d exited or executed another program: its figures are of a part",
					r->relative[i].pid);
}

static void print_relatives(struct reading *r)
{
	struct report table = r->run->report;
	unsigned int i, shown = 0;

	table.chosen = NULL;
	report__columns(&table, &relative_columns);
	for (i = 0; i < r->total.relatives; i++) {
		const struct inspect_relative *relative = &r->relative[i];

		if (!relative->shared && !relative->differ && !r->run->options->all && !table.json)
			continue;
		if (!shown++)
			report__header(&table);
		report__row(&table, relative);
	}
	if (!shown)
		report__comment(&table, "no page is shared with a relative (%llu compared)",
				(unsigned long long)r->total.relatives);
}

static void print_total(struct reading *r)
{
	const struct inspect_cow *sum = &r->total.sum;
	struct report *out = &r->run->report;
	char a[QUANTITY_MAX], b[QUANTITY_MAX], c[QUANTITY_MAX], d[QUANTITY_MAX];

	if (out->json) {
		report__record(out, &cow_total_columns, &r->total);
		return;
	}
	report__comment(out, "resident %s: exclusive %s  shared %s  page cache %s",
			report__bytes(out, a, sizeof(a), sum->resident), report__bytes(out, b, sizeof(b), sum->exclusive),
			report__bytes(out, c, sizeof(c), sum->shared), report__bytes(out, d, sizeof(d), sum->file));
	report__comment(out, "writing all of it: %llu faults, %s copied, %s writable in place",
			(unsigned long long)sum->faults, report__bytes(out, a, sizeof(a), sum->copied),
			report__bytes(out, b, sizeof(b), sum->reused));
	if (sum->copied_file || sum->copied_zero)
		report__comment(out, "copied from the page cache %s, instead of the page of zeroes %s",
				report__bytes(out, a, sizeof(a), sum->copied_file),
				report__bytes(out, b, sizeof(b), sum->copied_zero));
	if (sum->unsure)
		report__comment(out, "not predicted exactly: %s", report__bytes(out, a, sizeof(a), sum->unsure));
	if (sum->elsewhere)
		report__comment(out, "mappings in other processes: %s (pgwalk rmap PID ADDRESS lists them)",
				report__bytes(out, a, sizeof(a), sum->elsewhere));
	if (r->total.left_out)
		report__comment(out, "%llu relatives were not compared, or not to the end", (unsigned long long)r->total.left_out);
	if (r->total.hidden)
		report__comment(out, "%llu mappings hidden: nothing is in memory (-a shows them)",
				(unsigned long long)r->total.hidden);
	report__comment(out, "EXCL mapped once  SHR mapped more than once  FAULTS, COPY of writing all of it");
	report__comment(out, "WITH relatives that map the same pages  DIFFER not the same page: at most the");
	report__comment(out, "pages copied since fork(), by either side");
}

static int run_cow(struct run *run)
{
	static struct reading r;
	const struct verb_options *o = run->options;
	struct inspect_thp thp;
	int err = run__attach(run, o->arg[0]);

	r = (struct reading){ .run = run, .limit = run->info.user_end };
	if (!err)
		err = run__columns(run, run->verb->columns);
	if (!err && o->nr_args > 1)
		err = range__parse(run, o->arg[1], &r.first, &r.limit);
	if (err)
		return err;
	thp__read(&thp, o->proc, run->pid);
	r.cow.kernel = thp.kernel;
	r.total.rules = cow__rules_version(&r.cow);
	err = attach_relatives(&r);
	if (!err) {
		report__comment(&run->report, "pgwalk cow %d %s", run->pid, run->comm);
		report__header(&run->report);
		err = read_all(&r);
	}
	detach_relatives(&r);
	if (err || run->closed)
		return err;
	run__print_sorted(run);
	print_relatives(&r);
	print_gone(&r);
	print_total(&r);
	return 0;
}

const struct verb cow_verb = {
	.name = "cow",
	.args = "PID [RANGE]",
	.min = 1,
	.max = 2,
	.options = "aos",
	.columns = &cow_columns,
	.what = N_("Memory shared since fork(): with which parent, child or sibling, and the page faults and copies that writing all of it would cost."),
	.more = N_("RANGE is START-END or one address, hexadecimal, or the name of a mapping: [heap], libc.so.6.\n\n"
		"The cost is that of one write to each page that is in memory now, by this process, in mappings that it may write. "
		"Mappings without pages in memory are hidden unless -a is given.\n\n"
		"Sharing by process: pgwalk cow -o range,shared,elsewhere,with,file PID\n"
		"Page cache:      pgwalk cow -o range,cache,copied_file,file PID\n"
		"Most to copy:    pgwalk cow -s copied PID"),
	.frames = N_("frames and other processes are not reported"),
	.run = run_cow,
};
