// SPDX-License-Identifier: GPL-2.0
/* The screen of call stacks: where faults came from. */
#include <stdio.h>

#include "view.h"

static const char *const titles[] = {
	"FAULT/s", "CLASS", "PART", "MEAN", "TOTAL", "WHERE < CALLED FROM", NULL
};

static int fill(struct tui *t)
{
	const struct snapshot *s = t->snapshot;
	struct row *row;
	size_t i;

	for (i = 0; s->has_stacks && i < s->nr_sites; i++) {
		const struct snapshot_site *site = &s->site[i];

		row = view__add(t, NULL, site->id, site->sum.class);
		if (!row)
			return -1;
		row->line.stack = &site->sum;
	}
	return 0;
}

static void draw_frame(const struct paint *p, int y, size_t number,
		       const struct snapshot_frame *f)
{
	int x = 1;

	x += paint__format(p, y, x, 26, STYLE_DIM, "%2zu %016llx  ", number,
			   (unsigned long long)f->ip);
	if (f->name)
		x += paint__format(p, y, x, p->width - x,
				   number ? STYLE_PLAIN : STYLE_STRONG,
				   "%s+0x%llx", f->name,
				   (unsigned long long)f->offset);
	else
		x += paint__text(p, y, x, p->width - x, STYLE_DIM,
				 "(no symbol)");
	if (f->module)
		paint__format(p, y, x + 2, p->width - x - 2, STYLE_DIM, "[%s]",
			      row__short_name(f->module));
}

static void detail(struct tui *t, int y, int height, const struct row *row)
{
	const struct snapshot_stack *s = row->line.stack;
	size_t i, seen = s->nr_frames;

	if (!s->nr_frames)
		paint__text(&t->paint, y, 1, t->paint.width - 1, STYLE_DIM,
			    "the stack could not be had, or there was no room to keep it");
	if (seen > (size_t)height)
		seen = (size_t)height - 1;
	for (i = 0; i < seen; i++)
		draw_frame(&t->paint, y + (int)i, i, &s->frame[i]);
	if (seen < s->nr_frames)
		paint__format(&t->paint, y + (int)seen, 1, t->paint.width - 1,
			      STYLE_DIM, "   and %zu more",
			      s->nr_frames - seen);
}

static const char *empty(const struct tui *t)
{
	if (t->filter[0] && t->found)
		return "no row has what the filter asks for";
	if (t->snapshot->has_stacks)
		return "no faults in this interval";
	return t->options.replay ? "recorded without call stacks (pgtop -U)" :
	       "no call stacks are taken: start pgtop with -U";
}

const struct view stacks_view = {
	.name = "stacks",
	.columns = &stack_columns,
	.titles = titles,
	.keys = "",
	.fill = fill,
	.above = view__tabs,
	.details = 8,
	.detail = detail,
	.empty = empty,
};
