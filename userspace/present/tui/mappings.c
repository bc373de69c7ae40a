// SPDX-License-Identifier: GPL-2.0
/* The screen of mappings: a row for each class in each, and the whole address space. */
#include <stdio.h>
#include <string.h>

#include "../../lib/quantity.h"
#include "../../words.h"
#include "view.h"

static const char *const titles[] = {
	"FAULT/s", "CLASS", "P50", "P99", "MAX", "RES", "HUGE", "SIZE", "PERM",
	"COUNT", "MAJOR", "P90", "MEAN", "READ", "WRITE", "EXEC", "KERNEL",
	"GUP", "NEW4K", "NEW2M", "AROUND", "NOTHP", "RETRY", "RTIME", "SWAP",
	"NEW1G", "KIND", "RANGE", "MAPPING", NULL
};

/* All its faults are of other processes: there is no class to give it a row */
static int add_remote(struct tui *t, const struct snapshot_mapping *m)
{
	struct row *row = view__add(t, &m->faults, m->start, ROW_NO_CLASS);

	if (!row)
		return -1;
	row->line.mapping = m;
	return 0;
}

static int add_mapping(struct tui *t, const struct snapshot_mapping *m)
{
	size_t i;

	if (!m->nr_classes)
		return add_remote(t, m);
	for (i = 0; i < m->nr_classes; i++) {
		const struct snapshot_class *c = &m->class[i];
		struct row *row = view__add(t, &c->faults, m->start, c->class);

		if (!row)
			return -1;
		row->line.mapping = m;
		row->line.class = c;
		/* until they are sorted: each may be the first of its mapping */
		row->line.alone = true;
	}
	return 0;
}

static int fill(struct tui *t)
{
	const struct snapshot *s = t->snapshot;
	struct row *row;
	size_t i;

	for (i = 0; i < s->nr_mappings; i++)
		if (add_mapping(t, &s->mapping[i]))
			return -1;
	if (!s->unattributed.count)
		return 0;
	row = view__add(t, &s->unattributed, 0, PGWALK_FAULT_UNATTRIBUTED);
	if (!row)
		return -1;
	row->line.label = "unattributed";
	return 0;
}

static int above(struct tui *t, int y)
{
	const struct row *row = view__at(t);
	int tabs = 0;

	if (t->paint.height < 16)
		return 0;
	if (t->paint.height >= 30)
		tabs = view__tabs(t, y);
	t->strip.start = row && row->line.mapping ? row->line.mapping->start : 0;
	t->strip.end = row && row->line.mapping ? row->line.mapping->end : 0;
	strip__draw(&t->strip, &t->paint, y + tabs, t->snapshot);
	return tabs + 2;
}

static void draw_place(const struct paint *p, int y,
		       const struct snapshot_mapping *m)
{
	struct piece at = { .y = y, .x = 1, .end = p->width };
	char perms[5], size[QUANTITY_MAX], res[QUANTITY_MAX],
	     swap[QUANTITY_MAX];
	const char *kind = words__kind(m->kind);

	words__perms(perms, m->prot);
	if (m->end)
		piece__put(p, &at, "", STYLE_PLAIN, "%08llx-%08llx %s %s",
			   (unsigned long long)m->start,
			   (unsigned long long)m->end, perms,
			   quantity__bytes(size, sizeof(size),
					   m->end - m->start));
	if (m->counted)
		piece__put(p, &at, "", STYLE_PLAIN, "res %s swap %s",
			   quantity__bytes(res, sizeof(res), m->resident),
			   quantity__bytes(swap, sizeof(swap), m->swapped));
	if (m->end)
		piece__put(p, &at, "", STYLE_DIM, "%s%s", kind ? kind : "-",
			   m->live ? "" : ", gone");
	paint__text(p, y, at.x, p->width - at.x, STYLE_STRONG, m->name);
}

static void detail(struct tui *t, int y, int height, const struct row *row)
{
	const struct paint *p = &t->paint;

	if (row->line.mapping)
		draw_place(p, y, row->line.mapping);
	else
		paint__text(p, y, 1, p->width - 1, STYLE_PLAIN,
			    "faults that could not be given to a mapping: counted, no more is known");
	detail__faults(t, y + 1, height - 1, row->line.faults);
}

static void sum(const struct tui *t, int y)
{
	const struct snapshot *s = t->snapshot;
	char rate[QUANTITY_MAX], quiet[64] = "";

	quantity__rate(rate, sizeof(rate), s->seconds > 0 ?
		       (double)s->total.count / s->seconds :
		       (double)s->total.count);
	if (s->complete && s->quiet)
		snprintf(quiet, sizeof(quiet), " (%zu quiet one%s hidden)",
			 s->quiet, s->quiet == 1 ? "" : "s");
	paint__format(&t->paint, y, 1, t->paint.width - 1, STYLE_STRONG,
		      "%7s total  %zu class%s in %zu mapping%s%s", rate,
		      s->nr_classes, s->nr_classes == 1 ? "" : "es",
		      s->nr_mappings, s->nr_mappings == 1 ? "" : "s", quiet);
}

static const char *empty(const struct tui *t)
{
	return t->filter[0] && t->found ? "no row has what the filter asks for" :
					  "no faults in this interval";
}

static void enter(struct tui *t, const struct row *row)
{
	const struct snapshot_mapping *m = row->line.mapping;

	if (!m || !m->end) {
		view__note(t, true, "this row is about no mapping of its own");
		return;
	}
	if (t->options.replay && (t->snapshot->pages.start >= m->end ||
				  t->snapshot->pages.end <= m->start)) {
		view__note(t, true, "recorded: no pages of this mapping were kept");
		return;
	}
	pages__enter(t, m->start, m->end, m->prot, m->name);
}

const struct view mappings_view = {
	.name = "mappings",
	.columns = &fault_columns,
	.titles = titles,
	.keys = "Enter pages",
	.fill = fill,
	.above = above,
	.details = 4,
	.detail = detail,
	.sum = sum,
	.empty = empty,
	.enter = enter,
};
