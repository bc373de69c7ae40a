// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk rmap: the mappings of a page in all processes. */
#include <errno.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../lib/page_size.h"
#include "../present/inspect_columns.h"
#include "file.h"

#define ROOM	256
#define TRIES	5	/* while another task holds a lock, or the page changes */

/* The frame of a mapped page of pgwalk itself; 0: none is mapped there */
static int find_frame(struct run *run, uint64_t addr, uint64_t *pfn)
{
	struct pgwalk_scan scan = { .start = addr, .end = addr + page_bytes() };
	struct pgwalk_frame_run page;
	int err = query__scan(run->device, &scan, &page, 1);

	if (err)
		return run__fail(run, err);
	*pfn = scan.filled && page.frame_kind ? page.run.pfn : 0;
	return 0;
}

/* The frame of a page of a file, which is mapped only until its frame is known */
static int find_cached(struct run *run, struct page_cache *file, uint64_t *pfn)
{
	const struct verb_options *o = run->options;
	struct page_cache_window w;
	uint64_t offset;
	int err;

	if (file__parse_offset(run, o->arg[0], page_cache__size(file), &offset))
		return -1;
	if (page_cache__is_hugetlbfs(file))
		return error__set(run->error, ERROR_FAILURE,
				  "%s: on hugetlbfs: name a process that maps it (pgwalk rmap PID ADDRESS)", o->file);
	offset &= ~(page_bytes() - 1);
	err = device__attach(run->device, getpid());
	if (err)
		return run__fail(run, err);
	err = file__map(run, file, offset, offset + 1, &w);
	if (!err)
		err = find_frame(run, w.addr, pfn);
	if (!err && !*pfn)
		return error__set(run->error, ERROR_FAILURE,
				  "%s: the page at %llx is not in the page cache (pgwalk file %s lists those that are)",
				  o->file, (unsigned long long)offset, o->file);
	return err;
}

static int parse_file(struct run *run, struct pgwalk_rmap *rmap)
{
	struct page_cache *file;
	uint64_t pfn = 0;
	int err;

	if (run->options->nr_args != 1)
		return run__usage(run, run->options->arg[1], "one argument too many: -f FILE takes an OFFSET");
	err = file__open(run, run->options->file, &file);
	if (err)
		return err;
	err = find_cached(run, file, &pfn);
	page_cache__close(file);
	rmap->pfn = pfn;
	return err;
}

static int parse(struct run *run, struct pgwalk_rmap *rmap)
{
	const struct verb_options *o = run->options;
	uint64_t n;
	int err;

	if (o->file)
		return parse_file(run, rmap);
	if (o->nr_args == 1) {
		if (number__hex(o->arg[0], &n))
			return run__usage(run, o->arg[0], "not a frame number (hexadecimal)");
		rmap->pfn = n;
		return 0;
	}
	if (number__hex(o->arg[1], &n))
		return run__usage(run, o->arg[1], "not an address (hexadecimal)");
	err = run__attach(run, o->arg[0]);
	rmap->flags = PGWALK_RMAP_ADDRESS;
	rmap->addr = n;
	return err;
}

static int fail_untested(struct run *run)
{
	struct utsname name;
	bool known = !uname(&name);

	return error__set(run->error, ERROR_FAILURE,
			  "rmap: this kernel (%s) is newer than %u.%u, the newest that the module was tested on: reverse maps are private structures of the kernel and may have changed (load a newer pgwalk.ko)",
			  known ? name.release : _("not known"),
			  run->info.newest_tested >> 16,
			  run->info.newest_tested >> 8 & 0xff);
}

static int fail(struct run *run, int err)
{
	if (err == -ENOENT)
		return error__set(run->error, ERROR_FAILURE,
				  "%s: no page is mapped there (pgwalk translate --explain %s %s shows the reason)",
				  run->options->arg[1], run->options->arg[0],
				  run->options->arg[1]);
	if (err == -EOPNOTSUPP)
		return fail_untested(run);
	return run__fail(run, err);
}

static int print_hit(struct run *run, const struct inspect_hit *row)
{
	struct inspect_hit *copy;

	if (!run->sorted) {
		report__row(&run->report, row);
		return 0;
	}
	copy = sorted_rows__add(run->sorted, row, sizeof(*row), row->hit, sizeof(*row->hit));
	if (!copy)
		return -ENOMEM;
	copy->hit = (const struct pgwalk_rmap_hit *)(copy + 1);
	return 0;
}

/* One complete search */
static int search(struct run *run, struct pgwalk_rmap *rmap)
{
	static struct pgwalk_rmap_hit found[ROOM];
	unsigned int i, sum = 0;
	int err;

	do {
		err = query__rmap(run->device, rmap, found, ROOM);
		if (err)
			return fail(run, err);
		sum += rmap->found;
		for (i = 0; i < rmap->filled; i++) {
			const struct inspect_hit row = { rmap->pfn, &found[i] };

			if (print_hit(run, &row))
				return run__fail(run, -ENOMEM);
		}
		err = run__flush(run);
		if (err)
			return err;
	} while (rmap->status == PGWALK_RMAP_MORE && !run->closed);
	rmap->found = sum;
	return 0;
}

static const char *remark_of(__u32 status)
{
	switch (status) {
	case PGWALK_RMAP_BUSY:
		return _("BUSY: another task held a lock, the result may be incomplete: try again");
	case PGWALK_RMAP_CHANGED:
		return _("CHANGED: the page became another one during the search: try again");
	case PGWALK_RMAP_MISMATCH:
		return _("MISMATCH: mappings were added or removed during the search: try again");
	case PGWALK_RMAP_UNCOUNTED:
		return _("UNCOUNTED: the kernel keeps no mapcount of this page");
	case PGWALK_RMAP_NO_PAGE:
		return _("no page that a process can map through the kernel's reverse map");
	default:
		return NULL;
	}
}

/* The reason for a search of all tables, by the current kind of the frame */
static const char *why_all_tables(struct run *run, const struct pgwalk_rmap *rmap)
{
	struct pgwalk_frames frames = { .pfn = rmap->pfn, .count = 1 };
	struct pgwalk_frame frame;

	if (query__frames(run->device, &frames, &frame, 1))
		return _("in no reverse map of the kernel");
	return frame.kind == PGWALK_FRAME_KSM ?
	       _("merged by KSM") : _("mapped by a driver, in no reverse map of the kernel");
}

static void print_result(struct run *run, const struct pgwalk_rmap *rmap)
{
	struct report *r = &run->report;

	if (r->json) {
		report__record(r, &rmap_columns, rmap);
		return;
	}
	if (rmap->mapcount >= 0)
		report__comment(r, "pfn %llx: %u found, mapcount %d",
				(unsigned long long)rmap->pfn, rmap->found,
				rmap->mapcount);
	else
		report__comment(r, "pfn %llx: %u found, mapcount not known",
				(unsigned long long)rmap->pfn, rmap->found);
	if (rmap->method == PGWALK_RMAP_METHOD_SCAN)
		report__comment(r, "%s: all page tables were searched",
				why_all_tables(run, rmap));
	if (remark_of(rmap->status))
		report__comment(r, "%s", remark_of(rmap->status));
}

static int run_rmap(struct run *run)
{
	struct pgwalk_rmap rmap = { .flags = 0 }, query;
	int err = parse(run, &rmap), i;

	if (!err)
		err = run__columns(run, run->verb->columns);
	if (err)
		return err;
	report__header(&run->report);
	query = rmap;
	err = search(run, &rmap);
	/* printed rows stay; only a search without a result is repeated */
	for (i = 1; !err && !rmap.found && i < TRIES &&
	     (rmap.status == PGWALK_RMAP_BUSY ||
	      rmap.status == PGWALK_RMAP_MISMATCH ||
	      rmap.status == PGWALK_RMAP_CHANGED); i++) {
		rmap = query;
		err = search(run, &rmap);
	}
	if (err || run->closed)
		return err;
	run__print_sorted(run);
	print_result(run, &rmap);
	return 0;
}

const struct verb rmap_verb = {
	.name = "rmap",
	.args = "PFN | PID ADDRESS | -f FILE OFFSET",
	.min = 1,
	.max = 2,
	.options = "fos",
	.columns = &hit_columns,
	.what = N_("Mappings of a page: every process, address and mapping; the number found is compared with the mapcount."),
	.more = N_("PFN, ADDRESS and OFFSET are hexadecimal.\n\n"
		"By address: pgwalk rmap PID ADDRESS\n"
		"By frame:   pgwalk rmap 1a2b3\n"
		"By offset in a file: pgwalk rmap -f FILE 1000"),
	.frames = N_("other mappings of a page are not reported"),
	.run = run_rmap,
};
