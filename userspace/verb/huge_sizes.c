// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk huge --sizes: for each mapping and each size of large folios, the slots that such folios map, and the reason why a
 * fault allocates no folio of this size.
 */
#include <string.h>

#include "../collect/module/query.h"
#include "../collect/procfs/thp.h"
#include "../lib/i18n.h"
#include "../lib/page_size.h"
#include "../model/folio_slots.h"
#include "../names/names.h"
#include "../present/inspect_columns.h"
#include "huge_mapping.h"
#include "huge_sizes.h"

#define ROOM	512

/**
 * struct reading - state of the verb
 * @run: the run
 * @huge: the rules
 * @source: where the mappings are read
 * @slots: counts of the current mapping
 * @hugetlb: mask of 1 << log2 of the sizes that have a pool
 * @sum: sums by size and reason
 * @shown: a row of the sum was printed
 * @collapsible: slots that khugepaged makes a folio of each size
 * @first: first requested address
 * @limit: first address after the requested range
 * @hidden: rows that were not printed
 * @err: a call failed, and the error of the run is set
 */
struct reading {
	struct run *run;
	const struct huge *huge;
	struct huge_source source;
	struct folio_slots slots;
	uint64_t hugetlb;
	struct inspect_folio_sum sum[FOLIO_SHIFTS][INSPECT_FOLIO_NR];
	bool shown[FOLIO_SHIFTS][INSPECT_FOLIO_NR];
	uint64_t collapsible[FOLIO_SHIFTS];
	uint64_t first;
	uint64_t limit;
	uint64_t hidden;
	int err;
};

static int print_row(struct reading *r, const struct inspect_folio *row)
{
	struct inspect_folio_sum *sum = &r->sum[row->shift][row->reason];

	sum->mappings++;
	sum->bytes += row->bytes;
	sum->slots += row->slots;
	sum->whole += row->whole;
	sum->smaller += row->smaller;
	if (row->collapsible != ~0ULL)
		r->collapsible[row->shift] += row->collapsible;
	if (!r->run->options->all && !r->run->options->json && !folio_size__is_shown(r->huge, row)) {
		r->hidden++;
		return 0;
	}
	r->shown[row->shift][row->reason] = true;
	return run__row(r->run, row, sizeof(*row));
}

/* Has the size a setting, or a pool; or has the mapping folios of it? */
static bool is_size(const struct reading *r, const struct huge_mapping *m, unsigned int shift)
{
	const struct inspect_thp *thp = r->huge->thp;
	unsigned int i;

	if (r->slots.count[shift].bytes || shift == m->hugetlb_shift)
		return true;
	if (m->kind == PGWALK_VMA_HUGETLB)
		return r->hugetlb >> shift & 1;
	for (i = 0; i < thp->nr_sizes; i++)
		if (thp->size[i].shift == shift)
			return true;
	return shift == r->huge->shift;
}

static int read_pages(struct reading *r)
{
	static struct pgwalk_frame_run found[ROOM];
	struct pgwalk_scan scan = { .start = r->slots.start, .end = r->slots.end };
	unsigned int i;

	while (scan.start < scan.end) {
		const int err = query__scan(r->run->device, &scan, found, ROOM);

		if (err)
			return run__fail(r->run, err);
		for (i = 0; i < scan.filled; i++)
			folio_slots__add(&r->slots, &found[i]);
		scan.start = scan.resume;
	}
	folio_slots__end(&r->slots);
	return 0;
}

static int read_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	struct reading *r = ctx;
	struct huge_mapping m = {
		.start = vma->start, .end = vma->end, .vm_flags = vma->vm_flags, .offset = vma->offset,
		.kind = vma->kind, .eligible = -1,
	};
	struct inspect_folio row;
	unsigned int shift;

	if (vma->start >= r->limit || vma->end <= r->first)
		return 0;
	r->err = huge_source__read(&r->source, vma, &m);
	folio_slots__begin(&r->slots, r->huge, &m, vma->start > r->first ? vma->start : r->first,
			   vma->end < r->limit ? vma->end : r->limit);
	if (!r->err)
		r->err = read_pages(r);
	for (shift = page_shift() + 1; !r->err && shift < FOLIO_SHIFTS; shift++) {
		if (!is_size(r, &m, shift))
			continue;
		folio_size__fill(r->huge, &m, &r->slots, shift, &row);
		r->err = print_row(r, &row);
	}
	huge_source__end(&r->source);
	return r->err;
}

static int read_all(struct reading *r)
{
	__u64 at = r->first;
	int err;

	do {
		err = device__vmas(r->run->device, at, r->limit, 0, read_mapping, r, &at);
		if (r->err)
			return r->err;
		if (err)
			return run__fail(r->run, err);
		progress__set(r->run->progress, at, r->limit);
		err = run__flush(r->run);
		if (err)
			return err;
	} while (at < r->limit && !r->run->closed);
	return 0;
}

/* "slots that khugepaged makes one folio: 32 of 64K, 1 of 2M" */
static void print_collapsible(struct reading *r)
{
	char line[256] = "", size[8];
	unsigned int shift;
	size_t at = 0;

	for (shift = 0; shift < FOLIO_SHIFTS; shift++)
		if (r->collapsible[shift] && at < sizeof(line) - 48)
			at += (size_t)snprintf(line + at, sizeof(line) - at, at ? _(", %llu of %s") : _("%llu of %s"),
					       (unsigned long long)r->collapsible[shift], names__size(size, shift));
	report__comment(&r->run->report, "slots that khugepaged makes one folio: %s", at ? line : "0");
}

static void print_sums(struct reading *r)
{
	struct report *out = &r->run->report, table = *out;
	unsigned int shift, i;

	table.chosen = NULL;
	report__columns(&table, &folio_sum_columns);
	report__header(&table);
	for (shift = 0; shift < FOLIO_SHIFTS; shift++)
		for (i = 0; i < INSPECT_FOLIO_NR; i++) {
			struct inspect_folio_sum *sum = &r->sum[shift][i];

			sum->shift = (uint8_t)shift;
			sum->reason = (uint8_t)i;
			if (r->shown[shift][i] && (sum->bytes || sum->slots))
				report__row(&table, sum);
		}
	if (!huge__is_exact(r->huge))
		report__comment(out, "rules of %u.%u: this kernel was not compared", huge__rules_version(r->huge) >> 16,
				huge__rules_version(r->huge) >> 8 & 0xff);
	if (!out->json)
		print_collapsible(r);
	if (r->hidden)
		report__comment(out, "%llu rows hidden: sizes not in use, switched off or too large (-a shows them)",
				(unsigned long long)r->hidden);
	report__comment(out, "BYTES in folios of SIZE  WHOLE slots that one folio of at least SIZE maps");
	report__comment(out, "SMALLER slots in use without  EMPTY slots  REASON for a fault in an empty slot");
}

/**
 * huge_sizes__run - run pgwalk huge --sizes
 * @run: the run, attached to a process
 * @huge: the rules
 * @first: first requested address
 * @limit: first address after the requested range
 *
 * Return: 0 or -1.
 */
int huge_sizes__run(struct run *run, const struct huge *huge, uint64_t first, uint64_t limit)
{
	static struct reading r;
	int err;

	r = (struct reading){
		.run = run, .huge = huge, .source = { .run = run, .huge = huge }, .first = first, .limit = limit,
		.hugetlb = thp__hugetlb_sizes(run->options->proc),
	};
	report__comment(&run->report, "pgwalk huge %d %s", run->pid, run->comm);
	report__header(&run->report);
	err = read_all(&r);
	huge_source__close(&r.source);
	if (err || run->closed)
		return err;
	run__print_sorted(run);
	print_sums(&r);
	return 0;
}
