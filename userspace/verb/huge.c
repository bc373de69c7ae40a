// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk huge: for each slot of the size of a huge page, the reason why it is not huge. Reads the pages of
 * each mapping once; references of frames, tables and files only for slots whose pages do not decide.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../collect/module/query.h"
#include "../collect/procfs/thp.h"
#include "../lib/i18n.h"
#include "../lib/page_size.h"
#include "../lib/units.h"
#include "../model/huge.h"
#include "../model/reach.h"
#include "../present/inspect_columns.h"
#include "huge_mapping.h"
#include "huge_sizes.h"

#define ROOM		512

/**
 * struct reading - state of the verb
 * @run: the run
 * @huge: the rules
 * @thp: the settings
 * @reach: folios by size
 * @vma: the mapping that is read when the next one is known, without its name
 * @known: @vma is set
 * @before: the mapping before @vma touches it and has memory of the same kind
 * @mapping: properties of @vma
 * @source: where @mapping is read
 * @slot: the current slot
 * @slot_start: its address
 * @at: first address that no slot covers yet
 * @row: like slots that are not printed yet; @end 0: none
 * @sum: sums by reason
 * @hidden: mappings without a slot that were not printed
 * @first: first requested address
 * @limit: first address after the requested range
 * @err: -1: a call failed, and the error of the run is set
 */
struct reading {
	struct run *run;
	struct huge huge;
	struct inspect_thp thp;
	struct reach reach;
	struct pgwalk_vma vma;
	bool known;
	bool before;
	struct huge_mapping mapping;
	struct huge_source source;
	struct huge_slot slot;
	uint64_t slot_start;
	uint64_t at;
	struct inspect_huge row;
	struct inspect_huge_sum sum[INSPECT_HUGE_NR];
	uint64_t hidden;
	uint64_t first;
	uint64_t limit;
	int err;
};

static uint64_t slot_size(const struct reading *r)
{
	return 1ULL << r->huge.shift;
}

static uint64_t round_down(const struct reading *r, uint64_t addr)
{
	return addr & ~(slot_size(r) - 1);
}

static uint64_t round_up(const struct reading *r, uint64_t addr)
{
	return round_down(r, addr + slot_size(r) - 1);
}

static void print_row(struct reading *r)
{
	if (!r->row.end)
		return;
	r->sum[r->row.reason].slots += r->row.slots;
	r->sum[r->row.reason].bytes += r->row.end - r->row.start;
	if (r->row.reason == INSPECT_HUGE_WHY_EDGE && !r->run->options->all && !r->run->options->json)
		r->hidden++;
	else if (run__row(r->run, &r->row, sizeof(r->row)))
		r->err = -1;
	r->row.end = 0;
}

static void add_row(struct reading *r, const struct inspect_huge *row)
{
	if (row->start >= row->end || row->end <= r->first || row->start >= r->limit)
		return;
	if (r->row.end && huge__merge(&r->row, row))
		return;
	print_row(r);
	r->row = *row;
}

static int failed(struct reading *r, int err)
{
	r->err = run__fail(r->run, err);
	return r->err;
}

/* Read the references of all frames of the slot */
static int read_frames(struct reading *r)
{
	static struct pgwalk_frame frame[ROOM];
	unsigned int i, j;

	for (i = 0; i < r->slot.nr_parts; i++) {
		struct pgwalk_frames frames = { .pfn = r->slot.part[i].pfn, .count = r->slot.part[i].pages };

		while (frames.count) {
			const int err = query__frames(r->run->device, &frames, frame, ROOM);

			if (err)
				return failed(r, err);
			for (j = 0; j < frames.filled; j++)
				huge__add_frame(&r->slot, &frame[j]);
			frames.pfn += frames.filled;
			frames.count -= frames.filled;
		}
	}
	return 0;
}

/* Has the slot at @addr a page table? If not, @until is the end of the empty entry of a higher level */
static int read_table(struct reading *r, uint64_t addr, uint64_t *until)
{
	struct pgwalk_translate t = { .addr = addr };
	const struct pgwalk_entry *last;
	int err;

	if (!huge__needs_tables(&r->huge, &r->mapping))
		return 0;
	err = query__translate(r->run->device, &t);
	if (err)
		return failed(r, err);
	if (t.status != PGWALK_TRANSLATE_DONE || !t.nr_steps)
		return 0;
	last = &t.step[t.nr_steps - 1].entry;
	r->slot.table = last->shift < r->huge.shift;
	r->slot.directory = last->shift <= r->huge.shift;
	*until = (addr | ((1ULL << (r->slot.table ? r->huge.shift : last->shift)) - 1)) + 1;
	return 0;
}

/* Read if the slot at @addr has a table and data; slots up to @until are alike */
static int read_empty(struct reading *r, uint64_t addr, uint64_t *until)
{
	const uint64_t offset = r->mapping.offset + (addr - r->mapping.start);
	const int err = read_table(r, addr, until);

	if (!err && r->mapping.shmem && r->source.file) {
		r->slot.data = map_file__has_data(r->source.file, offset, slot_size(r));
		*until = addr + slot_size(r);
	}
	return err;
}

static void clear_slot(struct reading *r)
{
	memset(&r->slot, 0, sizeof(r->slot));
	r->slot.table = -1;
	r->slot.directory = -1;
	r->slot.data = -1;
}

/* Add the whole slots of a range without pages */
static int add_empty(struct reading *r, uint64_t from, uint64_t to)
{
	while (from < to) {
		struct inspect_huge row = { .start = from };
		uint64_t until = to;

		clear_slot(r);
		if (read_empty(r, from, &until))
			return -1;
		row.end = until < to ? until : to;
		huge__judge(&r->huge, &r->mapping, &r->slot, &row);
		row.slots = (row.end - row.start) >> r->huge.shift;
		add_row(r, &row);
		from = row.end;
	}
	return 0;
}

static int end_slot(struct reading *r)
{
	struct inspect_huge row = { .start = r->slot_start, .end = r->slot_start + slot_size(r) };
	int err = 0;

	if (!r->slot_start)
		return 0;
	if (r->slot.table < 0)
		err = read_table(r, r->slot_start, &row.end);
	row.end = r->slot_start + slot_size(r);
	huge__judge(&r->huge, &r->mapping, &r->slot, &row);
	/* the kernel finds references to a page before it counts writable entries and reads markers */
	if (!err && row.state != INSPECT_HUGE_NOW &&
	    (!row.error || row.reason == INSPECT_HUGE_WHY_READ_ONLY || row.reason == INSPECT_HUGE_WHY_GUARD)) {
		err = read_frames(r);
		huge__judge(&r->huge, &r->mapping, &r->slot, &row);
	}
	add_row(r, &row);
	r->at = row.end;
	r->slot_start = 0;
	return err;
}

/* Add a run to the slots that it touches, from @start to @end */
static int add_run(struct reading *r, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end)
{
	while (start < end) {
		const uint64_t slot = round_down(r, start), next = slot + slot_size(r);

		if (slot != r->slot_start) {
			if (end_slot(r) || add_empty(r, r->at, slot))
				return -1;
			clear_slot(r);
			r->slot_start = slot;
			r->at = slot;
		}
		huge__add(&r->slot, run, start, end < next ? end : next, r->huge.shift);
		start = next;
	}
	return 0;
}

/* Read the whole slots between two addresses */
static int read_slots(struct reading *r, uint64_t start, uint64_t end)
{
	static struct pgwalk_frame_run found[ROOM];
	struct pgwalk_scan scan = { .start = start, .end = end };
	uint64_t done = start;
	unsigned int i;

	r->at = start;
	r->slot_start = 0;
	while (scan.start < scan.end) {
		int err = query__scan(r->run->device, &scan, found, ROOM);

		if (err)
			return failed(r, err);
		for (i = 0; i < scan.filled; i++) {
			const struct pgwalk_run *run = &found[i].run;
			const uint64_t from = run->start > done ? run->start : done;
			const uint64_t to = run->end < end ? run->end : end;

			reach__add(&r->reach, &found[i]);
			if (from >= to)
				continue;
			done = to;
			if (add_run(r, &found[i], from, to))
				return -1;
		}
		scan.start = scan.resume;
		err = run__flush(r->run);
		if (err) {
			r->err = err;
			return err;
		}
	}
	return end_slot(r) ? -1 : add_empty(r, r->at, end);
}

static void add_part(struct reading *r, uint64_t start, uint64_t end)
{
	struct inspect_huge row = { .start = start, .end = end };

	if (start < end) {
		huge__judge_part(&r->huge, &r->mapping, &row);
		add_row(r, &row);
	}
}

/* Judge the slots of the mapping that was kept back; @after: the next one has the same kind of memory */
static int read_kept(struct reading *r, bool after)
{
	const struct pgwalk_vma *vma = &r->vma;
	uint64_t start = round_up(r, vma->start), end = round_down(r, vma->end);
	int err = 0;

	if (!r->known)
		return 0;
	r->known = false;
	r->mapping = (struct huge_mapping){
		.start = vma->start, .end = vma->end, .vm_flags = vma->vm_flags, .offset = vma->offset,
		.kind = vma->kind, .before = r->before, .after = after, .eligible = -1,
	};
	reach__begin(&r->reach, vma->start > r->first ? vma->start : r->first,
		     vma->end < r->limit ? vma->end : r->limit);
	if (start >= end || start < vma->start) {
		add_part(r, vma->start, vma->end);
		print_row(r);
		return 0;
	}
	err = huge_source__read(&r->source, vma, &r->mapping);
	r->err = err;
	add_part(r, vma->start, start);
	/* whole slots, also where the range cuts one */
	if (start < round_down(r, r->first))
		start = round_down(r, r->first);
	if (end > r->limit)
		end = round_up(r, r->limit);
	if (!err && start < end)
		err = read_slots(r, start, end);
	add_part(r, round_down(r, vma->end), vma->end);
	print_row(r);
	huge_source__end(&r->source);
	return err;
}

/* Could the two mappings be one, if their permissions and flags were equal? */
static bool is_like(const struct pgwalk_vma *a, const struct pgwalk_vma *b)
{
	if (a->end != b->start || a->ino != b->ino || a->dev_major != b->dev_major || a->dev_minor != b->dev_minor)
		return false;
	return a->ino ? a->offset + (a->end - a->start) == b->offset :
			a->kind != PGWALK_VMA_VDSO && b->kind != PGWALK_VMA_VDSO;
}

/* Keep a mapping until the next one is known */
static int keep(void *ctx, const struct pgwalk_vma *vma)
{
	struct reading *r = ctx;
	const bool like = r->vma.size && is_like(&r->vma, vma);

	if (read_kept(r, like))
		return -1;
	memcpy(&r->vma, vma, sizeof(r->vma));
	r->before = like;
	r->known = vma->start < r->limit && vma->end > r->first;
	return 0;
}

static int read_all(struct reading *r)
{
	/* one page more on both sides: neighbours of the range */
	__u64 at = r->first ? r->first - 1 : 0;
	const __u64 end = r->limit < r->run->info.user_end ? r->limit + 1 : r->limit;
	int err;

	do {
		err = device__vmas(r->run->device, at, end, 0, keep, r, &at);
		if (r->err)
			return r->err;
		if (err)
			return run__fail(r->run, err);
		progress__set(r->run->progress, at, end);
		err = run__flush(r->run);
		if (err)
			return err;
	} while (at < end && !r->run->closed);
	err = read_kept(r, false);
	reach__finish(&r->reach);
	return err ? err : r->err;
}

static void print_table(const struct report *of, const struct columns *columns, struct report *r)
{
	*r = *of;
	r->chosen = NULL;
	report__columns(r, columns);
}

static void print_sums(struct reading *r, struct inspect_huge_total *total)
{
	static const uint8_t states[] = {
#define X(name, state, word, text) INSPECT_HUGE_##state,
		INSPECT_HUGE_REASONS(X)
#undef X
	};
	struct report table;
	unsigned int i;

	print_table(&r->run->report, &huge_sum_columns, &table);
	report__header(&table);
	for (i = 0; i < INSPECT_HUGE_NR; i++) {
		r->sum[i].reason = (uint8_t)i;
		total->bytes[states[i]] += r->sum[i].bytes;
		if (r->sum[i].bytes)
			report__row(&table, &r->sum[i]);
	}
}

/* Sizes with settings, and sizes of folios that the process has */
static void print_sizes(struct reading *r)
{
	struct report table;
	unsigned int shift, i;

	print_table(&r->run->report, &huge_size_columns, &table);
	report__header(&table);
	for (shift = page_shift() + 1; shift < REACH_SIZES; shift++) {
		struct inspect_huge_size row = { .size = &r->reach.size[shift] };
		bool shown = row.size->folios || row.size->part_bytes;

		for (i = 0; i < r->thp.nr_sizes; i++)
			if (r->thp.size[i].shift == shift) {
				row.setting = r->thp.size[i];
				shown = true;
			}
		if (shown)
			report__row(&table, &row);
	}
}

static void print_total(struct reading *r, const struct inspect_huge_total *total)
{
	char text[INSPECT_HUGE_STATES][QUANTITY_MAX];
	struct report *out = &r->run->report;
	unsigned int i;

	if (out->json) {
		report__record(out, &huge_total_columns, total);
		return;
	}
	for (i = 0; i < INSPECT_HUGE_STATES; i++)
		units__bytes(text[i], sizeof(text[i]), total->bytes[i]);
	report__comment(out, "huge %s  could %s  after a change %s  never %s  unknown %s", text[INSPECT_HUGE_NOW],
			text[INSPECT_HUGE_COULD], text[INSPECT_HUGE_AFTER], text[INSPECT_HUGE_NEVER],
			text[INSPECT_HUGE_UNKNOWN]);
	report__comment(out, "khugepaged: %llu pages every %llu ms, %llu full scans; max_ptes_none %u swap %u shared %u",
			(unsigned long long)r->thp.pages_to_scan, (unsigned long long)r->thp.scan_sleep_ms,
			(unsigned long long)r->thp.full_scans, r->thp.max_none, r->thp.max_swap, r->thp.max_shared);
	if (!total->exact)
		report__comment(out, "rules of %u.%u: this kernel was not compared", total->rules >> 16,
				total->rules >> 8 & 0xff);
	if (r->hidden)
		report__comment(out, "%llu parts of slots hidden: at the edges of mappings (-a shows them)",
				(unsigned long long)r->hidden);
	report__comment(out, "STATE huge, could: MADV_COLLAPSE works, after a change, never");
	report__comment(out, "PAGES that REASON counts  FOLIOS mapped whole  PART of folios not mapped whole");
}

static int run_huge(struct run *run)
{
	static struct reading r;
	struct inspect_huge_total total = { .thp = &r.thp };
	const struct verb_options *o = run->options;
	const unsigned int shift = huge__slot_shift(&run->info);
	int err = run__attach(run, o->arg[0]);

	r = (struct reading){
		.run = run, .limit = run->info.user_end, .source = { .run = run, .huge = &r.huge },
	};
	if (!err)
		err = run__columns(run, o->sizes ? &folio_columns : run->verb->columns);
	if (!err && o->nr_args > 1)
		err = range__parse(run, o->arg[1], &r.first, &r.limit);
	if (err)
		return err;
	thp__read(&r.thp, o->proc, run->pid);
	r.thp.advised_only = query__thp_advised_only(run->device);
	if (!r.thp.known || !shift || 1U << (shift - page_shift()) > HUGE_PAGES_MAX)
		return error__set(run->error, ERROR_FAILURE,
				  "huge: this kernel has no transparent huge pages (CONFIG_TRANSPARENT_HUGEPAGE)");
	huge__init(&r.huge, &r.thp, shift);
	if (o->sizes)
		return huge_sizes__run(run, &r.huge, r.first, r.limit);
	reach__init(&r.reach, &run->info);
	total.rules = huge__rules_version(&r.huge);
	total.exact = huge__is_exact(&r.huge);
	report__comment(&run->report, "pgwalk huge %d %s", run->pid, run->comm);
	report__header(&run->report);
	err = read_all(&r);
	huge_source__close(&r.source);
	if (err || run->closed)
		return err;
	run__print_sorted(run);
	print_sums(&r, &total);
	print_sizes(&r);
	print_total(&r, &total);
	return 0;
}

const struct verb huge_verb = {
	.name = "huge",
	.args = "PID [RANGE]",
	.min = 1,
	.max = 2,
	.options = "aosZ",
	.columns = &huge_columns,
	.what = N_("For each slot of 2M: huge now, or the reason why not, and what to change."),
	.more = N_("RANGE is START-END or one address, hexadecimal, or the name of a mapping: [heap], libc.so.6.\n\n"
		"huge: one entry maps the slot. could: MADV_COLLAPSE would succeed, if memory is free. after: it would after a change. never: no change helps. "
		"Parts of slots at the edges of mappings are hidden unless -a is given.\n\n"
		"--sizes: for each mapping and each size of folios (mTHP, hugetlb), the slots that one folio maps, and the reason why a fault does not allocate it.\n\n"
		"Why MADV_COLLAPSE fails: pgwalk huge -o range,reason,count,collapse PID"),
	.frames = N_("frames, which show the reasons, are not reported"),
	.run = run_huge,
};
