// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The screen of one page: the walk level by level, the frame, and all mappings of the
 * page. The session reads them on request.
 */
#include "../../lib/i18n.h"
#include "../../names/names.h"
#include "../explain.h"
#include "../inspect_columns.h"
#include "../table.h"
#include "view.h"

static void write_table(FILE *out, const struct columns *columns,
			unsigned int width, const void *row, size_t size,
			size_t count)
{
	struct table table;
	size_t i;

	table__init(&table, columns, width, false);
	table__header(&table, out);
	for (i = 0; i < count; i++)
		table__row(&table, out, (const char *)row + i * size, ' ');
}

static void write_walk(FILE *out, const struct tui *t)
{
	const struct pgwalk_translate *walk = &t->details.translate;

	fputs(_("WALK\n"), out);
	if (walk->nr_steps && walk->nr_steps <= PGWALK_MAX_LEVELS)
		write_table(out, &step_columns, (unsigned int)t->paint.width - 1,
			    walk->step, sizeof(*walk->step), walk->nr_steps);
	explain__result(out, walk);
}

static void write_frame(FILE *out, const struct tui *t)
{
	const struct pgwalk_frame *frame = &t->details.frame;
	char flags[NAMES_MAX];

	fputs(_("\nFRAME\n"), out);
	if (!t->details.has_frame) {
		fputs(_("no page is mapped, so there is no frame\n"), out);
		return;
	}
	write_table(out, &frame_columns, (unsigned int)t->paint.width - 1,
		    frame, sizeof(*frame), 1);
	fprintf(out, "flags %s\n",
		names__frame_flags(flags, sizeof(flags), frame->flags));
	if (frame->order)
		fprintf(out, _("one of %u pages of a folio, the first is %llx\n"),
			1U << frame->order, (unsigned long long)frame->head_pfn);
	if (frame->ino)
		fprintf(out, _("page %llu of inode %llu on device %u:%u\n"),
			(unsigned long long)frame->index,
			(unsigned long long)frame->ino, frame->dev_major,
			frame->dev_minor);
	if (frame->changed)
		fputs(_("the frame changed on each read\n"), out);
}

/* The result of the search, and how to continue */
static const char *status_text(const struct pgwalk_rmap *r)
{
	switch (r->status) {
	case PGWALK_RMAP_DONE:
		return _("all mappings of the page");
	case PGWALK_RMAP_MORE:
		return _("more mappings than shown: pgwalk rmap lists all");
	case PGWALK_RMAP_BUSY:
		return _("incomplete, because a lock was held: try again (space)");
	case PGWALK_RMAP_CHANGED:
		return _("the page was replaced during the search: try again (space)");
	case PGWALK_RMAP_MISMATCH:
		return _("mappings were added or removed during the search: try again (space)");
	case PGWALK_RMAP_UNCOUNTED:
		return _("the kernel keeps no mapcount to compare with");
	case PGWALK_RMAP_NO_PAGE:
		return _("not a page that the reverse map has");
	}
	return _("unknown");
}

static void write_mappers(FILE *out, const struct tui *t)
{
	const struct snapshot_page_details *a = &t->details;
	struct inspect_hit hit[SNAPSHOT_HITS];
	unsigned int i, count = a->nr_hits;

	fputs(_("\nMAPPED BY\n"), out);
	if (!a->has_rmap) {
		fprintf(out, "%s%s%s\n", _("unknown"), a->no_rmap ? _(": ") : "",
			a->no_rmap ? a->no_rmap : "");
		return;
	}
	if (count > SNAPSHOT_HITS)
		count = SNAPSHOT_HITS;
	for (i = 0; i < count; i++)
		hit[i] = (struct inspect_hit){ .pfn = a->rmap.pfn,
					       .hit = &a->hit[i] };
	if (count)
		write_table(out, &hit_columns, (unsigned int)t->paint.width - 1,
			    hit, sizeof(*hit), count);
	fprintf(out, _("%u found, mapcount %d: %s\n"), a->rmap.found,
		a->rmap.mapcount, status_text(&a->rmap));
}

static int write_page(FILE *out, void *arg)
{
	const struct tui *t = arg;

	fprintf(out, _("# page %08llx of %s\n\n"), (unsigned long long)t->query_addr,
		t->trace_name);
	if (!t->has_details) {
		fputs(_("asking...\n"), out);
	} else if (t->details.error) {
		fprintf(out, _("not available: %s\n"), t->details.error);
	} else {
		write_walk(out, t);
		write_frame(out, t);
		write_mappers(out, t);
	}
	return 0;
}

static int fill(struct tui *t)
{
	return pager__set(&t->pager, write_page, t);
}

const struct view page_view = {
	.name = N_("page"),
	.keys = N_("Space read again  Esc back"),
	.fill = fill,
};
