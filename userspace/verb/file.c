// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk file: the pages of a file in the page cache, and the processes that map it. The cached pages are mapped by pgwalk
 * itself, a window at a time, and read like those of any process.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../collect/module/query.h"
#include "../collect/page_cache.h"
#include "../collect/procfs/process.h"
#include "../lib/i18n.h"
#include "../lib/page_size.h"
#include "../lib/text.h"
#include "../lib/units.h"
#include "../present/inspect_columns.h"
#include "file.h"

#define PAGE	page_bytes()
#define ROOM	512
/* Mappings of a process that are found before they are counted */
#define FOUND	64

/* Numbers of /proc/kpageflags */
#define KPF_DIRTY	PGWALK_FRAME_FLAG(4)
#define KPF_WRITEBACK	PGWALK_FRAME_FLAG(8)
#define KPF_MMAP	PGWALK_FRAME_FLAG(11)

/**
 * struct identity - how the kernel names the file in a mapping, which is not always stat's st_dev
 * @ino: inode
 * @dev_major: device
 * @dev_minor: device
 */
struct identity {
	uint64_t ino;
	uint32_t dev_major;
	uint32_t dev_minor;
};

/**
 * struct reading - state of the verb
 * @run: the run
 * @file: the file
 * @identity: of its mappings
 * @pending: run of pages that may go on; none if it has no pages
 * @total: sums
 * @found: mappings of the file in the process that is read
 * @nr_found: number of @found
 * @next: address after the last mapping that was looked at
 * @row: mapping that is counted
 */
struct reading {
	struct run *run;
	struct page_cache *file;
	struct identity identity;
	struct inspect_file_run pending;
	struct inspect_file_total total;
	struct inspect_file_mapping found[FOUND];
	unsigned int nr_found;
	uint64_t next;
	struct inspect_file_mapping *row;
};

/**
 * file__open - open a file to look at its cached pages
 * @run: the run; its error is set on failure
 * @path: path
 * @out: filled
 *
 * Return: 0 or -1.
 */
int file__open(struct run *run, const char *path, struct page_cache **out)
{
	char name[256];
	int err = page_cache__open(out, path);

	if (!err)
		return 0;
	text__fit(name, sizeof(name), path, 200);
	switch (err) {
	case -EISDIR:
		return error__set(run->error, ERROR_USAGE, "%s: a directory (name a file in it)", name);
	case -ENODEV:
	case -ENXIO:
		return error__set(run->error, ERROR_USAGE,
				  "%s: not a regular file: it has no pages in the page cache", name);
	case -EPERM:
		return error__set(run->error, ERROR_PERMISSION,
				  "%s: the kernel reports the cached pages of a file to its owner and to users with write permission (run as root)",
				  name);
	}
	return error__set(run->error, ERROR_FAILURE, "%s: %s", name, strerror(-err));
}

static int read_identity(void *ctx, const struct pgwalk_vma *vma)
{
	struct identity *id = ctx;

	*id = (struct identity){ vma->ino, vma->dev_major, vma->dev_minor };
	return 0;
}

static bool is_of(const struct identity *id, const struct pgwalk_vma *vma)
{
	return vma->ino == id->ino && vma->dev_major == id->dev_major && vma->dev_minor == id->dev_minor &&
	       vma->kind != PGWALK_VMA_ANON;
}

/* Leave out pgwalk's own mapping of the page */
static void leave_out_own(struct pgwalk_frame_run *pages)
{
	if (pages->mapcount > 0)
		pages->mapcount--;
	if (!pages->mapcount)
		pages->frame_flags &= ~KPF_MMAP;
}

static bool goes_on(const struct inspect_file_run *a, const struct inspect_file_run *b)
{
	const struct pgwalk_frame_run *x = &a->pages, *y = &b->pages;
	const uint64_t bytes = x->run.end - x->run.start;

	return bytes && a->offset + bytes == b->offset &&
	       x->run.pfn + (bytes >> page_shift()) == y->run.pfn && x->frame_flags == y->frame_flags &&
	       x->mapcount == y->mapcount && x->node == y->node && x->order == y->order &&
	       x->frame_kind == y->frame_kind;
}

static int print_pending(struct reading *r)
{
	int err = 0;

	if (r->pending.pages.run.end)
		err = run__row(r->run, &r->pending, sizeof(r->pending));
	r->pending = (struct inspect_file_run){ .offset = 0 };
	return err;
}

static void add_to_total(struct inspect_file_total *t, const struct pgwalk_frame_run *pages)
{
	const uint64_t bytes = pages->run.end - pages->run.start;
	const int last = PGWALK_VMA_NODES - 1;

	t->cached += bytes;
	t->large += pages->order ? bytes : 0;
	t->dirty += pages->frame_flags & KPF_DIRTY ? bytes : 0;
	t->writeback += pages->frame_flags & KPF_WRITEBACK ? bytes : 0;
	t->mapped += pages->mapcount > 0 ? bytes : 0;
	if (pages->node >= 0)
		t->node[pages->node < last ? pages->node : last] += bytes;
}

static int add_run(struct reading *r, const struct page_cache_window *w, const struct pgwalk_frame_run *found)
{
	struct inspect_file_run row = { .offset = w->offset + (found->run.start - w->addr), .pages = *found };
	int err = 0;

	if (!found->frame_kind)
		return 0;
	leave_out_own(&row.pages);
	add_to_total(&r->total, &row.pages);
	if (goes_on(&r->pending, &row)) {
		r->pending.pages.run.end += row.pages.run.end - row.pages.run.start;
		return 0;
	}
	err = print_pending(r);
	r->pending = row;
	return err;
}

static int scan_window(struct reading *r, const struct page_cache_window *w)
{
	static struct pgwalk_frame_run found[ROOM];
	struct pgwalk_scan scan = { .start = w->addr, .end = w->addr + w->bytes };
	const uint64_t before = r->total.cached;
	unsigned int i;
	int err = 0;

	while (!err && scan.start < scan.end) {
		err = query__scan(r->run->device, &scan, found, ROOM);
		if (err)
			return run__fail(r->run, err);
		for (i = 0; i < scan.filled && !err; i++)
			err = add_run(r, w, &found[i]);
		scan.start = scan.resume;
	}
	if (r->total.cached - before < w->cached)
		r->total.lost += w->cached - (r->total.cached - before);
	return err;
}

/**
 * file__map - map the cached pages of a part of the file, in this process, to which the device is attached
 * @run: the run; its error is set on failure
 * @file: the file
 * @offset: first offset
 * @end: first offset after the range
 * @w: filled
 *
 * Return: 0 or -1.
 */
int file__map(struct run *run, struct page_cache *file, uint64_t offset, uint64_t end, struct page_cache_window *w)
{
	int err = page_cache__map(file, offset, end, w);

	if (!err)
		return 0;
	return error__set(run->error, ERROR_FAILURE, "%s: the file cannot be mapped: %s", run->verb->name, strerror(-err));
}

static int attach_to_self(struct run *run)
{
	int err = device__attach(run->device, getpid());

	return err ? run__fail(run, err) : 0;
}

static int learn_identity(struct reading *r)
{
	struct page_cache_window w;
	__u64 resume;
	int err = attach_to_self(r->run);

	if (!err)
		err = file__map(r->run, r->file, 0, 1, &w);
	if (err)
		return err;
	err = device__vmas(r->run->device, w.addr, w.addr + 1, 0, read_identity, &r->identity, &resume);
	page_cache__unmap(r->file);
	return err ? run__fail(r->run, err) : 0;
}

static int read_pages(struct reading *r)
{
	const uint64_t start = r->total.start, end = r->total.end;
	struct page_cache_window w;
	uint64_t at = start;
	int err = 0;

	report__header(&r->run->report);
	while (!err && !r->run->closed && !r->total.hugetlbfs) {
		at = page_cache__skip_empty(r->file, at, end);
		if (at >= end)
			break;
		err = file__map(r->run, r->file, at, end, &w);
		if (err)
			break;
		err = scan_window(r, &w);
		at += w.bytes;
		progress__set(r->run->progress, at - start, end - start);
		if (!err)
			err = run__flush(r->run);
	}
	page_cache__unmap(r->file);
	if (!err)
		err = print_pending(r);
	if (!err)
		run__print_sorted(r->run);
	return err;
}

static bool overlaps(const struct inspect_file_total *range, const struct inspect_file_mapping *m)
{
	return m->offset < range->end && m->offset + (m->end - m->start) > range->start;
}

/* Remember a mapping of the file. Return 1 if there is no room for another one */
static int find_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	struct reading *r = ctx;
	struct inspect_file_mapping *m = &r->found[r->nr_found];

	r->next = vma->end;
	if (!is_of(&r->identity, vma))
		return 0;
	*m = (struct inspect_file_mapping){
		.start = vma->start, .end = vma->end, .offset = vma->offset, .prot = vma->prot,
	};
	if (overlaps(&r->total, m))
		r->nr_found++;
	return r->nr_found == FOUND;
}

/* The mapping as it is now: it may have shrunk, or may be gone */
static int count_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	struct reading *r = ctx;

	if (is_of(&r->identity, vma))
		r->row->resident += vma->resident + vma->hugetlb;
	return 0;
}

static int count_copies(struct reading *r)
{
	static struct pgwalk_frame_run found[ROOM];
	struct pgwalk_scan scan = { .start = r->row->start, .end = r->row->end };
	unsigned int i;
	int err;

	while (!(r->row->prot & PGWALK_PROT_SHARED) && scan.start < scan.end) {
		err = query__scan(r->run->device, &scan, found, ROOM);
		if (err)
			return err;
		for (i = 0; i < scan.filled; i++)
			if (found[i].frame_kind == PGWALK_FRAME_ANON || found[i].frame_kind == PGWALK_FRAME_KSM)
				r->row->copied += found[i].run.end - found[i].run.start;
		scan.start = scan.resume;
	}
	return 0;
}

static int count(struct reading *r)
{
	__u64 at = r->row->start;
	int err = 0;

	while (!err && at < r->row->end)
		err = device__vmas(r->run->device, at, r->row->end, PGWALK_VMAS_COUNT, count_mapping, r, &at);
	return err ? err : count_copies(r);
}

/* Find the mappings of the attached process, count and print each. Return 0, -errno, or 1: the error of the run is set */
static int read_mappings(struct reading *r, pid_t pid, const char *comm)
{
	const uint64_t before = r->total.mappings;
	__u64 at = 0;
	unsigned int i;
	int err;

	do {
		r->nr_found = 0;
		r->next = at;
		err = device__vmas(r->run->device, at, 0, 0, find_mapping, r, &at);
		if (err > 0) {
			at = r->next;
			err = 0;
		}
		for (i = 0; i < r->nr_found && !err; i++) {
			r->row = &r->found[i];
			r->row->pid = pid;
			memcpy(r->row->comm, comm, sizeof(r->row->comm));
			err = count(r);
			if (err)
				break;
			r->total.mappings++;
			report__row(&r->run->report, r->row);
		}
		if (!err && run__flush(r->run))
			err = 1;
	} while (!err && at && !r->run->closed);
	r->total.processes += r->total.mappings > before;
	return err;
}

static int read_process(void *ctx, pid_t pid)
{
	struct reading *r = ctx;
	struct process_stat stat;
	int err = process__stat(r->run->options->proc, pid, &stat);

	if (err || stat.kernel || pid == getpid() || r->run->closed)
		return 0;
	err = device__attach(r->run->device, pid);
	if (err == -ESRCH || err == -ENXIO)
		return 0;
	if (!err)
		err = read_mappings(r, pid, stat.comm);
	if (err > 0)
		return -1;
	if (err == -ESRCH) {
		r->total.exited++;
		return 0;
	}
	if (err == -EPERM || err == -EACCES || err == -ENOMEM) {
		r->total.unreadable++;
		return 0;
	}
	return err ? run__fail(r->run, err) : run__flush(r->run);
}

static int read_processes(struct reading *r)
{
	const char *proc = r->run->options->proc;
	int err;

	r->run->report.chosen = NULL;
	report__columns(&r->run->report, &file_mapping_columns);
	report__header(&r->run->report);
	err = process__list(proc, read_process, r);
	if (err < -1)
		return error__set(r->run->error, ERROR_FAILURE, "%s: %s", proc, strerror(-err));
	return err;
}

static void print_total(struct reading *r)
{
	const struct inspect_file_total *t = &r->total;
	struct report *out = &r->run->report;
	char cached[QUANTITY_MAX], part[4][QUANTITY_MAX];

	if (out->json) {
		report__record(out, &file_total_columns, t);
		return;
	}
	units__bytes(cached, sizeof(cached), t->cached);
	units__bytes(part[0], sizeof(part[0]), t->large);
	units__bytes(part[1], sizeof(part[1]), t->dirty);
	units__bytes(part[2], sizeof(part[2]), t->mapped);
	units__bytes(part[3], sizeof(part[3]), t->end - t->start);
	if (t->hugetlbfs)
		report__comment(out, "on hugetlbfs: its pages are not in the page cache (pgwalk pages of a process that maps it)");
	else
		report__comment(out, "cached %s of %s: in large folios %s, dirty %s, mapped %s", cached, part[3], part[0],
				part[1], part[2]);
	units__bytes(part[0], sizeof(part[0]), t->lost);
	if (t->lost)
		report__comment(out, "%s were evicted or truncated between two reads", part[0]);
	report__comment(out, "%llu mappings in %llu processes", (unsigned long long)t->mappings,
			(unsigned long long)t->processes);
	if (t->exited)
		report__comment(out, "%llu processes exited or executed another program while they were read",
				(unsigned long long)t->exited);
	if (t->unreadable)
		report__comment(out, "%llu processes could not be read", (unsigned long long)t->unreadable);
	report__comment(out, "FOLIO size of the page's folio  MAP mapcount  N node  COPY private copies in RES");
}

/**
 * file__parse_offset - parse an offset in a file
 * @run: the run; its error is set on failure
 * @text: hexadecimal digits
 * @size: size of the file
 * @offset: filled
 *
 * Return: 0 or -1.
 */
int file__parse_offset(struct run *run, const char *text, uint64_t size, uint64_t *offset)
{
	if (number__hex(text, offset))
		return run__usage(run, text, "not an offset (hexadecimal, in bytes)");
	if (*offset >= size)
		return error__set(run->error, ERROR_USAGE, "%s: after the end of the file, which has %llx bytes",
				  text, (unsigned long long)size);
	return 0;
}

/* START-END or one offset; END may be after the end of the file */
static int parse_range(struct reading *r, const char *text)
{
	const uint64_t size = page_cache__size(r->file);
	struct run *run = r->run;
	const char *dash = strchr(text, '-');
	char first[32];
	uint64_t end;

	if (dash && ((size_t)(dash - text) >= sizeof(first) || number__hex(dash + 1, &end)))
		return run__usage(run, text, "not a range of offsets (START-END, hexadecimal, in bytes)");
	snprintf(first, sizeof(first), "%.*s", (int)(dash ? dash - text : 31), text);
	if (file__parse_offset(run, first, size, &r->total.start))
		return -1;
	if (!dash)
		end = r->total.start + 1;
	if (end <= r->total.start)
		return run__usage(run, text, "ends before it starts");
	r->total.start &= ~(PAGE - 1);
	if (end < size)
		r->total.end = (end + PAGE - 1) & ~(PAGE - 1);
	return 0;
}

static int read_file(struct reading *r)
{
	struct run *run = r->run;
	const char *path = run->options->arg[0];
	char name[256];
	int err;

	r->total.size = r->total.end = page_cache__size(r->file);
	r->total.hugetlbfs = page_cache__is_hugetlbfs(r->file);
	text__fit(name, sizeof(name), path, 200);
	if (!r->total.size)
		return error__set(run->error, ERROR_FAILURE, "%s: empty: it has no pages", name);
	err = run->options->nr_args > 1 ? parse_range(r, run->options->arg[1]) : 0;
	if (!err)
		err = learn_identity(r);
	if (err)
		return err;
	report__comment(&run->report, "pgwalk file %s", name);
	err = read_pages(r);
	if (!err && !run->closed)
		err = read_processes(r);
	if (!err && !run->closed)
		print_total(r);
	return err;
}

static int run_file(struct run *run)
{
	static struct reading r;
	int err = run__check_proc(run);

	r.run = run;
	if (!err)
		err = run__columns(run, run->verb->columns);
	if (!err)
		err = file__open(run, run->options->arg[0], &r.file);
	if (err)
		return err;
	err = read_file(&r);
	page_cache__close(r.file);
	return err;
}

const struct verb file_verb = {
	.name = "file",
	.args = "PATH [RANGE]",
	.min = 1,
	.max = 2,
	.options = "os",
	.columns = &file_columns,
	.what = N_("Pages of a file in the page cache: where they are, folios, dirty, mapped; and all mappings of the file."),
	.more = N_("RANGE is START-END or one offset in the file, hexadecimal, in bytes. Only cached pages are looked at: nothing is read from the disk.\n\n"
		"Libc, and its users:      pgwalk file /lib/x86_64-linux-gnu/libc.so.6\n"
		"Pages not yet written:    pgwalk file -j FILE | grep dirty\n"
		"The users of one page:    pgwalk rmap -f FILE OFFSET"),
	.frames = N_("frames are not reported"),
	.run = run_file,
};
