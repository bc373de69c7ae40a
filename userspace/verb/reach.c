// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk reach: runs of consecutive frames, leaves and folios by size, and the TLB entries that they need. */
#include "../collect/cpu_leaves.h"
#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../lib/units.h"
#include "../model/reach.h"
#include "../model/tlb.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define ROOM	512

/**
 * struct reading - state of the verb
 * @run: the run
 * @reach: sums so far
 * @first: first requested address
 * @limit: first address after the requested range
 * @err: -1: a call failed, and the error of the run is set
 */
struct reading {
	struct run *run;
	struct reach reach;
	uint64_t first;
	uint64_t limit;
	int err;
};

/* Add the pages of one mapping. Return a value other than 0 on failure, which ends the list of mappings */
static int read_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	static struct pgwalk_frame_run found[ROOM];
	struct reading *r = ctx;
	struct pgwalk_scan scan = {
		.start = vma->start > r->first ? vma->start : r->first,
		.end = vma->end < r->limit ? vma->end : r->limit,
	};
	unsigned int i;

	if (scan.start >= scan.end)
		return 0;
	/* the mapping may have grown since the last one was read */
	r->first = scan.end;
	reach__begin(&r->reach, scan.start, scan.end);
	while (scan.start < scan.end) {
		const int err = query__scan(r->run->device, &scan, found, ROOM);

		if (err) {
			r->err = run__fail(r->run, err);
			return r->err;
		}
		for (i = 0; i < scan.filled; i++)
			reach__add(&r->reach, &found[i]);
		scan.start = scan.resume;
	}
	reach__end(&r->reach);
	return 0;
}

static int read_all(struct reading *r)
{
	const uint64_t from = r->first;
	__u64 at = r->first;
	int err = 0;

	do {
		err = device__vmas(r->run->device, at, r->limit, 0, read_mapping, r, &at);
		if (r->err)
			return r->err;
		if (err)
			return run__fail(r->run, err);
		progress__set(r->run->progress, at - from, r->limit - from);
	} while (at < r->limit);
	reach__finish(&r->reach);
	return 0;
}

static void print_total(struct report *r, const struct inspect_reach_total *total)
{
	const struct inspect_reach *sum = &total->reach;
	char resident[QUANTITY_MAX], other[QUANTITY_MAX], longest[QUANTITY_MAX];

	units__bytes(resident, sizeof(resident), sum->resident);
	units__bytes(longest, sizeof(longest), sum->longest);
	report__comment(r, "resident %s in %llu runs of consecutive frames", resident,
			(unsigned long long)sum->runs);
	if (sum->longest)
		report__comment(r, "longest run %s at %llx", longest, (unsigned long long)sum->longest_start);
	units__bytes(other, sizeof(other), sum->not_counted);
	if (sum->not_counted)
		report__comment(r, "not counted: %s of zero, special and device pages", other);
	units__bytes(other, sizeof(other), sum->raced);
	if (sum->raced)
		report__comment(r, "not counted: %s whose entries changed during each read", other);
	report__comment(r, "TLB entries for all resident pages:");
	report__comment(r, "%12llu as mapped, one for each leaf", (unsigned long long)sum->entries);
	report__comment(r, "%12llu if each aligned folio that is mapped whole took one",
			(unsigned long long)sum->entries_folios);
	report__comment(r, "%12llu if frames were consecutive and aligned in each mapping",
			(unsigned long long)sum->entries_contiguous);
}

static void print_tlbs(const struct report *of, const struct inspect_reach_total *total,
		       const struct inspect_tlb *tlb)
{
	struct report r = *of;
	unsigned int i;

	r.chosen = NULL;
	report__columns(&r, &tlb_columns);
	if (total->nr_tlbs)
		report__header(&r);
	for (i = 0; i < total->nr_tlbs; i++)
		report__row(&r, &tlb[i]);
	if (!total->nr_tlbs)
		report__comment(&r, "TLB: unknown, CPUID does not describe it");
	else
		report__comment(&r, "TLBs of CPU %d, %s%s", total->cpu, total->vendor,
				total->hypervisor ? _("; reported by a hypervisor: the hardware may differ") : "");
}

static int print_sizes(struct run *run, const struct reach *reach)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < REACH_SIZES; i++)
		if (reach->size[i].runs || reach->size[i].leaves || reach->size[i].folios ||
		    reach->size[i].part_bytes)
			err = run__row(run, &reach->size[i], sizeof(reach->size[i]));
	run__print_sorted(run);
	return err;
}

static int print(struct run *run, const struct reach *reach)
{
	struct inspect_reach_total total = { .reach = reach->total };
	struct report *r = &run->report;
	struct inspect_tlb tlb[TLB_MAX];
	struct inspect_cpuid cpuid;

	cpu_leaves__read(&cpuid);
	total.cpu = cpuid.known ? cpuid.cpu : -1;
	tlb__vendor(&cpuid, total.vendor);
	total.hypervisor = tlb__is_virtual(&cpuid);
	total.nr_tlbs = tlb__decode(&cpuid, tlb);
	tlb__need(tlb, total.nr_tlbs, reach->size, REACH_SIZES);
	report__header(r);
	if (print_sizes(run, reach))
		return -1;
	if (r->json)
		report__record(r, &reach_total_columns, &total);
	else
		print_total(r, &total);
	print_tlbs(r, &total, tlb);
	report__comment(r, "RUNS of SIZE up to twice SIZE  LEAVES entries  FOLIOS mapped whole");
	report__comment(r, "MISAL folios at unaligned addresses  PART of folios not mapped whole");
	return 0;
}

static int run_reach(struct run *run)
{
	const struct verb_options *o = run->options;
	struct reading r = { .run = run, .limit = run->info.user_end };
	int err = run__attach(run, o->arg[0]);

	if (!err)
		err = run__columns(run, run->verb->columns);
	if (!err && o->nr_args > 1)
		err = range__parse(run, o->arg[1], &r.first, &r.limit);
	if (err)
		return err;
	reach__init(&r.reach, &run->info);
	err = read_all(&r);
	if (err)
		return err;
	report__comment(&run->report, "pgwalk reach %d %s", run->pid, run->comm);
	return print(run, &r.reach);
}

const struct verb reach_verb = {
	.name = "reach",
	.args = "PID [RANGE]",
	.min = 1,
	.max = 2,
	.options = "os",
	.columns = &reach_columns,
	.what = N_("Physical contiguity of a process: runs of consecutive frames, leaves and large folios by size, and the TLB entries that the resident pages need."),
	.more = N_("RANGE is START-END or one address, hexadecimal, or the name of a mapping: [heap], libc.so.6.\n\n"
		"A run ends where a frame does not follow the frame of the page before, and at the end of a mapping. "
		"The TLBs are those that CPUID describes on the CPU that runs pgwalk; in a guest they are the hypervisor's claim."),
	.frames = N_("frames, which show contiguity, are not reported"),
	.run = run_reach,
};
