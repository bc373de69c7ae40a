// SPDX-License-Identifier: GPL-2.0
/* The screen of the pages of one mapping: those that faulted, the hottest first. */
#include <stdio.h>

#include "../../lib/quantity.h"
#include "../../words.h"
#include "view.h"

static const char *const titles[] = {
	"ADDR", "FAULTS", "CLASS", "BEFORE", "AFTER", "NOW", "MAPS", "NODE",
	"LAT", "TID", "ACCESS", "PAGE/s", NULL
};

static bool is_told(const struct tui *t)
{
	const struct snapshot_pages *pages = &t->snapshot->pages;

	return pages->end && pages->start < t->wish.look_end &&
	       pages->end > t->wish.look_start;
}

static int fill(struct tui *t)
{
	const struct snapshot_pages *pages = &t->snapshot->pages;
	struct row *row;
	size_t i;

	for (i = 0; is_told(t) && i < pages->nr_pages; i++) {
		row = view__add(t, NULL, pages->page[i].addr, ROW_NO_CLASS);
		if (!row)
			return -1;
		row->line.page = &pages->page[i];
	}
	return 0;
}

static int above(struct tui *t, int y)
{
	const struct snapshot_pages *pages = &t->snapshot->pages;
	struct piece at = { .y = y, .end = t->paint.width };
	char perms[5], size[QUANTITY_MAX];

	words__perms(perms, t->look_prot);
	piece__put(&t->paint, &at, "", STYLE_STRONG, "%s", t->look_name);
	piece__put(&t->paint, &at, "", STYLE_PLAIN, "%08llx-%08llx %s %s",
		   (unsigned long long)t->wish.look_start,
		   (unsigned long long)t->wish.look_end, perms,
		   quantity__bytes(size, sizeof(size), t->wish.look_end -
				   t->wish.look_start));
	if (!is_told(t))
		return 1;
	piece__put(&t->paint, &at, "pages", STYLE_STRONG, "%zu",
		   pages->nr_pages);
	piece__put(&t->paint, &at, "left out", pages->left_out ?
		   STYLE_WARNING : STYLE_PLAIN, "%llu",
		   (unsigned long long)pages->left_out);
	piece__put(&t->paint, &at, "lost", pages->lost ? STYLE_BAD :
		   STYLE_PLAIN, "%llu", (unsigned long long)pages->lost);
	return 1;
}

static void put_column(const struct paint *p, struct piece *at,
		       const char *label, const char *title,
		       const struct row *row)
{
	char buf[VALUE_TEXT_MAX];
	struct value value;

	column__get(row__column(&page_columns, title), row, &value);
	piece__put(p, at, label, STYLE_STRONG, "%s",
		   value__format(&value, false, buf, sizeof(buf)));
}

static void detail(struct tui *t, int y, int height, const struct row *row)
{
	const struct snapshot_page *page = row->line.page;
	struct piece last = { .y = y, .x = 1, .end = t->paint.width };
	struct piece now = { .y = y + 1, .x = 1, .end = t->paint.width };
	char flags[WORDS_MAX];

	put_column(&t->paint, &last, "last fault:", "ACCESS", row);
	put_column(&t->paint, &last, "by thread", "TID", row);
	put_column(&t->paint, &last, "took", "LAT", row);
	piece__put(&t->paint, &last, "retries", STYLE_STRONG, "%u",
		   page->last.retries);
	if (height < 2)
		return;
	put_column(&t->paint, &now, "node", "NODE", row);
	piece__put(&t->paint, &now, "entry", STYLE_PLAIN, "%s", page->now_known ?
		   words__entry_flags(flags, sizeof(flags), page->now.flags,
				      page->now.pkey) : "-");
	piece__put(&t->paint, &now, "frame", STYLE_PLAIN, "%s", page->now_known ?
		   words__frame_flags(flags, sizeof(flags),
				      page->frame_flags) : "-");
}

static const char *empty(const struct tui *t)
{
	if (t->filter[0] && t->found)
		return "no row has what the filter asks for";
	if (is_told(t))
		return "no faults in this mapping since it is looked into";
	return t->snapshot->last ? "its single faults were not told" :
	       "its single faults are told from the next interval on";
}

static void enter(struct tui *t, const struct row *row)
{
	if (t->options.replay) {
		view__note(t, true, "recorded: nobody can be asked about this page now");
		return;
	}
	if (t->snapshot->last) {
		view__note(t, true, "the process has exited: its pages are gone");
		return;
	}
	t->asked = row->line.page->addr;
	t->wish.ask = t->asked;
	t->answered = false;
	view__go(t, VIEW_PAGE);
}

/**
 * pages__enter - look into a mapping
 * @t: the screen
 * @start: its first address
 * @end: the first one behind it
 * @prot: PGWALK_PROT_*
 * @name: of it
 */
void pages__enter(struct tui *t, uint64_t start, uint64_t end, uint8_t prot,
		  const char *name)
{
	t->wish.look_start = start;
	t->wish.look_end = end;
	t->look_prot = prot;
	snprintf(t->look_name, sizeof(t->look_name), "%s",
		 row__short_name(name));
	view__go(t, VIEW_PAGES);
}

/**
 * pages__again - look into the mapping of which there still are pages
 * @t: the screen; of a recorded stream, or of one that is quiet now
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
	.name = "pages",
	.columns = &page_columns,
	.titles = titles,
	.keys = "Enter the page now  Esc back",
	.fill = fill,
	.above = above,
	.details = 2,
	.detail = detail,
	.empty = empty,
	.enter = enter,
};
