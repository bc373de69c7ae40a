// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads all mappings and pages of a process and writes them to a recorded stream, in constant memory. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "../collect/module/query.h"
#include "../collect/procfs/identity.h"
#include "../collect/record/record.h"
#include "../lib/i18n.h"
#include "../model/page_run.h"
#include "page_reading.h"

/* Records between two flushes: at most 1.8M of runs are lost in a crash */
#define FLUSH_RECORDS	256

/**
 * struct reading - state of a reading
 * @run: the run
 * @recorder: the stream
 * @path: its file
 * @kept: the user gave the file, and keeps it
 * @sum: sums
 * @runs: record to fill
 * @vma: record of a mapping
 * @at: first address that was not read
 * @hash: of the mappings of the last call
 * @unflushed: records since the last flush
 * @err: -1: failed, with the error of the run set
 * @gone: the module reported that the address space is gone
 */
struct reading {
	struct run *run;
	struct recorder *recorder;
	const char *path;
	bool kept;
	struct inspect_reading *sum;
	struct record_runs *runs;
	struct record_vma *vma;
	uint64_t at;
	uint64_t hash;
	unsigned int unflushed;
	int err;
	bool gone;
};

static int failed_write(struct reading *r, int err)
{
	r->err = error__set(r->run->error, ERROR_FAILURE, "%s: %s", r->path, strerror(-err));
	return r->err;
}

static int put(struct reading *r, struct record *record, enum record_type type, size_t size)
{
	int err = recorder__write(r->recorder, record, type, size);

	if (!err && ++r->unflushed == FLUSH_RECORDS) {
		r->unflushed = 0;
		err = recorder__flush(r->recorder);
	}
	return err ? failed_write(r, err) : 0;
}

static int failed_call(struct reading *r, int err)
{
	r->gone = err == -ESRCH;
	r->err = r->gone ? -1 : run__fail(r->run, err);
	return r->err;
}

static void add_sum(struct inspect_reading *sum, const struct pgwalk_run *run)
{
	const uint64_t bytes = run->end - run->start;

	sum->runs++;
	if (run->kind == PGWALK_KIND_SWAP)
		sum->swapped += bytes;
	else if (run->kind == PGWALK_KIND_RACED)
		sum->raced += bytes;
	else if (page_run__has_frame(run->kind))
		sum->resident += bytes;
}

/* Read the pages between two addresses of one mapping */
static int read_pages(struct reading *r, uint64_t start, uint64_t end)
{
	struct record_runs *record = r->runs;
	struct pgwalk_scan scan = { .start = start, .end = end };
	uint64_t done = start;
	unsigned int i;

	while (scan.start < scan.end) {
		const int err = query__scan(r->run->device, &scan, record->run, RECORD_RUNS_MAX);

		if (err)
			return failed_call(r, err);
		for (i = 0, record->count = 0; i < scan.filled; i++) {
			struct pgwalk_frame_run *run = &record->run[record->count];

			*run = record->run[i];
			/* leaves are reported whole, and may overlap the record before after a collapse */
			if (!page_run__clip(run, done, end))
				continue;
			done = run->run.end;
			add_sum(r->sum, &run->run);
			record->count++;
		}
		if (record->count && put(r, &record->head, RECORD_RUNS,
					 sizeof(*record) + record->count * sizeof(record->run[0])))
			return -1;
		scan.start = scan.resume;
	}
	return 0;
}

/* FNV-1a over the properties of a mapping that do not depend on its pages */
static void add_hash(uint64_t *hash, const struct pgwalk_vma *vma)
{
	const uint64_t words[] = {
		vma->start, vma->end, vma->vm_flags, vma->offset, vma->ino,
		(uint64_t)vma->dev_major << 32 | vma->dev_minor, (uint64_t)vma->prot << 8 | vma->kind,
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		*hash = (*hash ^ words[i]) * 0x100000001b3ULL;
}

/*
 * The list of mappings has no offset of anonymous memory. The kernel's own one identifies its pages: split, merge and
 * mremap() keep it
 */
static int read_offset(struct reading *r, struct pgwalk_vma *vma)
{
	struct pgwalk_translate t = { .addr = vma->start };
	const int err = query__translate(r->run->device, &t);

	if (err)
		return failed_call(r, err);
	vma->offset = t.vma_end && t.vma_start <= vma->start ? t.vma_offset + (vma->start - t.vma_start) : vma->start;
	return 0;
}

static bool is_anonymous(const struct pgwalk_vma *vma)
{
	return !vma->ino && !vma->dev_major && !vma->dev_minor && vma->kind != PGWALK_VMA_VDSO;
}

static int read_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	struct reading *r = ctx;
	uint64_t start = vma->start > r->at ? vma->start : r->at;

	add_hash(&r->hash, vma);
	/* a mapping that grew down, or was merged, since the one before it was read */
	if (start >= vma->end || vma->end > r->run->info.user_end)
		return 0;
	if (vma->size > sizeof(*vma) + PGWALK_VMA_NAME_MAX + 1)
		return failed_call(r, -EPROTO);
	memcpy(&r->vma->vma, vma, vma->size);
	r->vma->vma.start = start;
	r->vma->vma.offset += start - vma->start;
	r->sum->mappings++;
	r->at = start;
	if (is_anonymous(vma) && read_offset(r, &r->vma->vma))
		return -1;
	if (put(r, &r->vma->head, RECORD_VMA, sizeof(struct record) + vma->size) ||
	    read_pages(r, start, vma->end))
		return -1;
	r->at = vma->end;
	return 0;
}

static int hash_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	add_hash(ctx, vma);
	return 0;
}

/* Compare the mappings of a range with those that were read before the pages; record a change */
static int check_range(struct reading *r, uint64_t start, uint64_t end)
{
	struct record_pages_changed changed = { .start = start, .end = end };
	uint64_t hash = 0;
	__u64 at = start;
	int err;

	do {
		err = device__vmas(r->run->device, at, end, 0, hash_mapping, &hash, &at);
		if (err)
			return failed_call(r, err);
	} while (at < end);
	if (hash == r->hash)
		return 0;
	r->sum->changed++;
	return put(r, &changed.head, RECORD_PAGES_CHANGED, sizeof(changed));
}

static int read_all(struct reading *r)
{
	const uint64_t end = r->run->info.user_end;
	__u64 at = 0;

	while (at < end) {
		const __u64 start = at;
		int err;

		r->hash = 0;
		err = device__vmas(r->run->device, start, end, 0, read_mapping, r, &at);
		if (r->err)
			return r->err;
		if (err)
			return failed_call(r, err);
		if (check_range(r, start, at))
			return -1;
		progress__set(r->run->progress, at, end);
	}
	return 0;
}

static int begin(struct reading *r, struct record_pages_begin *begin)
{
	struct pgwalk_mm mm;
	const int err = query__mm(r->run->device, &mm, NULL, 0);

	if (err)
		return failed_call(r, err);
	identity__read(begin, r->run->options->proc, r->run->pid);
	begin->pgd_pa = mm.pgd_pa;
	begin->start_stack = mm.start_stack;
	begin->user_end = r->run->info.user_end;
	return put(r, &begin->head, RECORD_PAGES_BEGIN, sizeof(*begin));
}

/* The module reported that the address space is gone */
static int report_gone(struct reading *r, const struct record_pages_begin *begin, bool executed)
{
	const pid_t pid = r->run->pid;

	if (!begin->boot_ns)
		return run__fail(r->run, -ESRCH);
	if (!r->kept)
		return error__set(r->run->error, ERROR_FAILURE,
				  executed ? N_("%d: executed another program while it was read (try again)") :
					     N_("%d: exited while it was read"), pid);
	return error__set(r->run->error, ERROR_FAILURE,
			  executed ? N_("%d: executed another program while it was read (%s has its pages up to %llx; try again)") :
				     N_("%d: exited while it was read (%s has its pages up to %llx)"),
			  pid, r->path, (unsigned long long)r->at);
}

static int finish(struct reading *r, const struct record_pages_begin *begin)
{
	const uint64_t ticks = identity__start_ticks(r->run->options->proc, r->run->pid);
	const bool executed = begin->start_ticks && ticks == begin->start_ticks;
	struct record_pages_end end = { .addr = r->gone ? r->at : begin->user_end };
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	end.boot_ns = (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
	r->sum->read_ns = begin->boot_ns ? end.boot_ns - begin->boot_ns : 0;
	if (r->gone)
		end.flags = executed ? RECORD_PAGES_EXECUTED : RECORD_PAGES_EXITED;
	if (begin->boot_ns && put(r, &end.head, RECORD_PAGES_END, sizeof(end)))
		return -1;
	return r->gone ? report_gone(r, begin, executed) : 0;
}

/**
 * page_reading__take - read all mappings and pages of the attached process
 * @run: the run, attached
 * @path: the file to write
 * @kept: the user gave @path: messages mention it
 * @sum: filled
 *
 * Return: 0; -1: failed, and the error of the run is set. The file has what was read before the failure.
 */
int page_reading__take(struct run *run, const char *path, bool kept, struct inspect_reading *sum)
{
	static uint64_t runs[(sizeof(struct record_runs) + RECORD_RUNS_MAX * sizeof(struct pgwalk_frame_run)) / 8];
	static uint64_t vma[(sizeof(struct record_vma) + PGWALK_VMA_NAME_MAX) / 8 + 2];
	struct reading r = { .run = run, .path = path, .kept = kept, .sum = sum, .runs = (void *)runs, .vma = (void *)vma };
	struct record_pages_begin first = { .boot_ns = 0 };
	int err;

	*sum = (struct inspect_reading){ .mappings = 0 };
	err = recorder__create(&r.recorder, path, 0600);
	if (err == -EEXIST)
		return error__set(run->error, ERROR_FAILURE, "%s: belongs to another user (choose a new file)", path);
	if (err)
		return failed_write(&r, err);
	err = begin(&r, &first);
	if (!err)
		err = read_all(&r);
	/* a failed write is final; a process that is gone ends the stream */
	if (!err || r.gone)
		err = finish(&r, &first);
	r.err = recorder__destroy(r.recorder);
	return r.err && !err ? failed_write(&r, r.err) : err;
}
