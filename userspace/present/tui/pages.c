// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The screen of the pages of one mapping with faults, hottest first. */
#include <stdio.h>

#include "../../lib/i18n.h"
#include "../../lib/units.h"
#include "../../names/names.h"
#include "view.h"

static const char *const titles[] = {
	"ADDR", "FAULTS", "CLASS", "BEFORE", "AFTER", "NOW", "MAPS", "NODE",
	"LAT", "TID", "ACCESS", "PAGE/s", NULL
};

static bool is_traced(const struct tui *t)
{
	const struct snapshot_pages *pages = &t->snapshot->pages;

	return pages->end && pages->start < t->command.trace_end &&
	       pages->end > t->command.trace_start;
}

static int fill(struct tui *t)
{
	const struct snapshot_pages *pages = &t->snapshot->pages;
	struct row *row;
	size_t i;

	for (i = 0; is_traced(t) && i < pages->nr_pages; i++) {
		row = view__add(t, NULL, pages->page[i].addr, ROW_NO_CLASS);
		if (!row)
			return -1;
		row->base.page = &pages->page[i];
	}
	return 0;
}

static int above(struct tui *t, int y)
{
	const struct snapshot_pages *pages = &t->snapshot->pages;
	struct field at = { .y = y, .end = t->paint.width };
	char perms[5], size[QUANTITY_MAX];

	names__perms(perms, t->trace_prot);
	field__put(&t->paint, &at, "", STYLE_STRONG, "%s", t->trace_name);
	field__put(&t->paint, &at, "", STYLE_PLAIN, "%08llx-%08llx %s %s",
		   (unsigned long long)t->command.trace_start,
		   (unsigned long long)t->command.trace_end, perms,
		   units__bytes(size, sizeof(size), t->command.trace_end -
				t->command.trace_start));
	if (!is_traced(t))
		return 1;
	field__put(&t->paint, &at, _("pages"), STYLE_STRONG, "%zu",
		   pages->nr_pages);
	field__put(&t->paint, &at, _("left out"), pages->left_out ?
		   STYLE_WARNING : STYLE_PLAIN, "%llu",
		   (unsigned long long)pages->left_out);
	field__put(&t->paint, &at, _("lost"), pages->lost ? STYLE_BAD :
		   STYLE_PLAIN, "%llu", (unsigned long long)pages->lost);
	return 1;
}

static void put_column(const struct paint *p, struct field *at,
		       const char *label, const char *title,
		       const struct row *row)
{
	char buf[VALUE_TEXT_MAX];
	struct value value;

	column__get(row__column(&page_columns, title), row, &value);
	field__put(p, at, label, STYLE_STRONG, "%s",
		   value__format(&value, false, buf, sizeof(buf)));
}

static void detail(struct tui *t, int y, int height, const struct row *row)
{
	const struct snapshot_page *page = row->base.page;
	struct field last = { .y = y, .x = 1, .end = t->paint.width };
	struct field now = { .y = y + 1, .x = 1, .end = t->paint.width };
	char flags[NAMES_MAX];

	put_column(&t->paint, &last, _("last fault:"), "ACCESS", row);
	put_column(&t->paint, &last, _("by thread"), "TID", row);
	put_column(&t->paint, &last, _("took"), "LAT", row);
	field__put(&t->paint, &last, _("retries"), STYLE_STRONG, "%u",
		   page->last.retries);
	if (height < 2)
		return;
	put_column(&t->paint, &now, _("node"), "NODE", row);
	field__put(&t->paint, &now, _("entry"), STYLE_PLAIN, "%s", page->now_known ?
		   names__entry_flags(flags, sizeof(flags), page->now.flags,
				      page->now.pkey) : "-");
	field__put(&t->paint, &now, _("frame"), STYLE_PLAIN, "%s", page->now_known ?
		   names__frame_flags(flags, sizeof(flags),
				      page->frame_flags) : "-");
}

static const char *empty(const struct tui *t)
{
	if (t->filter[0] && t->found)
		return _("no row matches the filter");
	if (is_traced(t))
		return _("no faults in this mapping since the trace began");
	return t->snapshot->last ? _("no events were recorded for this mapping") :
	       _("events are recorded from the next interval on");
}

static void enter(struct tui *t, const struct row *row)
{
	if (t->options.replay) {
		view__note(t, true, "not available in a replay (needs the live process)");
		return;
	}
	if (t->snapshot->last) {
		view__note(t, true, "the process has exited: its pages are gone");
		return;
	}
	t->query_addr = row->base.page->addr;
	t->command.query_addr = t->query_addr;
	t->has_details = false;
	view__go(t, VIEW_PAGE);
}

/**
 * pages__enter - trace a mapping
 * @t: the screen
 * @start: first address
 * @end: first address after it
 * @prot: PGWALK_PROT_*
 * @name: name of the mapping
 */
void pages__enter(struct tui *t, uint64_t start, uint64_t end, uint8_t prot,
		  const char *name)
{
	t->command.trace_start = start;
	t->command.trace_end = end;
	t->trace_prot = prot;
	snprintf(t->trace_name, sizeof(t->trace_name), "%s",
		 row__short_name(name));
	view__go(t, VIEW_PAGES);
}

/**
 * pages__again - show the traced mapping of the snapshot again
 * @t: the screen; of a replay, or after the trace ended
 */
void pages__again(struct tui *t)
{
	const struct snapshot *s = t->snapshot;
	const struct snapshot_region *r = NULL;
	size_t i;

	for (i = 0; s->has_regions && i < s->nr_regions && !r; i++)
		if (s->region[i].start < s->pages.end &&
		    s->region[i].end > s->pages.start)
			r = &s->region[i];
	pages__enter(t, s->pages.start, s->pages.end, r ? r->prot : 0,
		     r ? r->name : "");
}

const struct view pages_view = {
	.name = N_("pages"),
	.columns = &page_columns,
	.titles = titles,
	.keys = N_("Enter page details  Esc back"),
	.fill = fill,
	.above = above,
	.details = 2,
	.detail = detail,
	.empty = empty,
	.enter = enter,
};
