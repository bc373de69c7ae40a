// SPDX-License-Identifier: GPL-2.0
/* pgwalk rmap: which processes map a page, where and how. */
#include <errno.h>
#include <sys/utsname.h>

#include "../collect/query.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define ROOM	256
#define TRIES	5	/* while a lock is held by others, or the page changes */

static int parse(struct run *run, struct pgwalk_rmap *rmap)
{
	const struct verb_options *o = run->options;
	uint64_t n;
	int err;

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
			  "rmap: this kernel (%s) is newer than %u.%u, the newest that the module was tested on; reverse maps are private structures of the kernel and may have changed (load a newer pgwalk.ko)",
			  known ? name.release : "not known",
			  run->info.newest_tested >> 16,
			  run->info.newest_tested >> 8 & 0xff);
}

static int fail(struct run *run, int err)
{
	if (err == -ENOENT)
		return error__set(run->error, ERROR_FAILURE,
				  "%s: no page is mapped there (pgwalk translate --explain %s %s tells why)",
				  run->options->arg[1], run->options->arg[0],
				  run->options->arg[1]);
	if (err == -EOPNOTSUPP)
		return fail_untested(run);
	return run__fail(run, err);
}

/* One search to its end */
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

			report__row(&run->report, &row);
		}
	} while (rmap->status == PGWALK_RMAP_MORE);
	rmap->found = sum;
	return 0;
}

static const char *remark_of(__u32 status)
{
	switch (status) {
	case PGWALK_RMAP_BUSY:
		return "BUSY: a lock was held by others, this may not be all: try again";
	case PGWALK_RMAP_CHANGED:
		return "CHANGED: the page became another one during the search: try again";
	case PGWALK_RMAP_MISMATCH:
		return "MISMATCH: mappings were added or removed during the search: try again";
	case PGWALK_RMAP_UNCOUNTED:
		return "UNCOUNTED: the kernel keeps no mapcount of this page to compare with";
	case PGWALK_RMAP_NO_PAGE:
		return "nothing that a process could map through the kernel's reverse map";
	default:
		return NULL;
	}
}

/* Why all tables were searched: by the kind of the frame, as it is now */
static const char *why_all_tables(struct run *run, const struct pgwalk_rmap *rmap)
{
	struct pgwalk_frames frames = { .pfn = rmap->pfn, .count = 1 };
	struct pgwalk_frame frame;

	if (query__frames(run->device, &frames, &frame, 1))
		return "no reverse map of the kernel has it";
	return frame.kind == PGWALK_FRAME_KSM ?
	       "merged by KSM" : "mapped by a driver, in no reverse map of the kernel";
}

static void tell_end(struct run *run, const struct pgwalk_rmap *rmap)
{
	struct report *r = &run->report;

	if (r->json) {
		report__record(r, &rmap_columns, rmap);
		return;
	}
	if (rmap->mapcount >= 0)
		report__remark(r, "pfn %llx: %u found, mapcount %d",
			       (unsigned long long)rmap->pfn, rmap->found,
			       rmap->mapcount);
	else
		report__remark(r, "pfn %llx: %u found, mapcount not known",
			       (unsigned long long)rmap->pfn, rmap->found);
	if (rmap->method == PGWALK_RMAP_METHOD_SCAN)
		report__remark(r, "%s: all page tables were searched",
			       why_all_tables(run, rmap));
	if (remark_of(rmap->status))
		report__remark(r, "%s", remark_of(rmap->status));
}

static int run_rmap(struct run *run)
{
	struct pgwalk_rmap rmap = { .flags = 0 }, ask;
	int err = parse(run, &rmap), i;

	if (!err)
		err = run__columns(run, &hit_columns);
	if (err)
		return err;
	report__header(&run->report);
	ask = rmap;
	err = search(run, &rmap);
	/* what is told stays; only a search that found nothing is made again */
	for (i = 1; !err && !rmap.found && i < TRIES &&
	     (rmap.status == PGWALK_RMAP_BUSY ||
	      rmap.status == PGWALK_RMAP_MISMATCH ||
	      rmap.status == PGWALK_RMAP_CHANGED); i++) {
		rmap = ask;
		err = search(run, &rmap);
	}
	if (!err)
		tell_end(run, &rmap);
	return err;
}

const struct verb rmap_verb = {
	.name = "rmap",
	.args = "PFN | PID ADDRESS",
	.min = 1,
	.max = 2,
	.options = "o",
	.what = "Who maps a page: every process, address and mapping, with the number found told against the mapcount.",
	.more = "PFN and ADDRESS are hexadecimal.\n\n"
		"Who maps this page: pgwalk rmap PID ADDRESS\n"
		"Or by its frame:    pgwalk rmap 1a2b3",
	.run = run_rmap,
};
