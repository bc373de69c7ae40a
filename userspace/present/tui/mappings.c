// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The screen of mappings: a row for each class of each mapping, and the address bar. */
#include <stdio.h>
#include <string.h>

#include "../../lib/i18n.h"
#include "../../lib/units.h"
#include "../../names/names.h"
#include "view.h"

static const char *const titles[] = {
	"FAULT/s", "CLASS", "TIME/s", "P99", "MAX", "RES", "HUGE", "SIZE", "PERM",
	"TIME%", "P50", "COUNT", "MAJOR", "P90", "MEAN", "READ", "WRITE", "EXEC", "KERNEL",
	"GUP", "NEW4K", "NEW2M", "AROUND", "NOTHP", "RETRY", "RTIME", "SWAP",
	"NEW1G", "KIND", "RANGE", "MAPPING", NULL
};

/* Add a row for a mapping with remote faults only, which has no class */
static int add_remote(struct tui *t, const struct snapshot_mapping *m)
{
	struct row *row = view__add(t, &m->faults, m->start, ROW_NO_CLASS);

	if (!row)
		return -1;
	row->base.mapping = m;
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
		row->base.mapping = m;
		row->base.class = c;
		/* before sorting, each row may be the first of its mapping */
		row->base.single = true;
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
	row->base.label = "unattributed";
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
	t->address_bar.start = row && row->base.mapping ? row->base.mapping->start : 0;
	t->address_bar.end = row && row->base.mapping ? row->base.mapping->end : 0;
	address_bar__draw(&t->address_bar, &t->paint, y + tabs, t->snapshot);
	return tabs + 2;
}

static void draw_range(const struct paint *p, int y,
		       const struct snapshot_mapping *m)
{
	struct field at = { .y = y, .x = 1, .end = p->width };
	char perms[5], size[QUANTITY_MAX], res[QUANTITY_MAX],
	     swap[QUANTITY_MAX];
	const char *kind = names__kind(m->kind);

	names__perms(perms, m->prot);
	if (m->end)
		field__put(p, &at, "", STYLE_PLAIN, "%08llx-%08llx %s %s",
			   (unsigned long long)m->start,
			   (unsigned long long)m->end, perms,
			   units__bytes(size, sizeof(size),
					m->end - m->start));
	if (m->counted)
		field__put(p, &at, "", STYLE_PLAIN, "res %s swap %s",
			   units__bytes(res, sizeof(res), m->resident),
			   units__bytes(swap, sizeof(swap), m->swapped));
	if (m->end)
		field__put(p, &at, "", STYLE_DIM, "%s%s", kind ? kind : "-",
			   m->live ? "" : _(", unmapped"));
	paint__text(p, y, at.x, p->width - at.x, STYLE_STRONG, m->name);
}

static void detail(struct tui *t, int y, int height, const struct row *row)
{
	const struct paint *p = &t->paint;

	if (row->base.mapping)
		draw_range(p, y, row->base.mapping);
	else
		paint__text(p, y, 1, p->width - 1, STYLE_PLAIN,
			    _("faults without a known mapping: only their number is known"));
	advice__draw(t, y + 1, row->class);
	detail__faults(t, y + 2, height - 2, row->base.faults);
}

static void sum(const struct tui *t, int y)
{
	const struct snapshot *s = t->snapshot;
	char rate[QUANTITY_MAX], quiet[64] = "", classes[64], mappings[64];

	units__rate(rate, sizeof(rate), s->seconds > 0 ?
		    (double)s->total.count / s->seconds :
		    (double)s->total.count);
	if (s->complete && s->quiet)
		snprintf(quiet, sizeof(quiet), ngettext(" (%zu quiet one hidden)", " (%zu quiet ones hidden)", s->quiet),
			 s->quiet);
	snprintf(classes, sizeof(classes), ngettext("%zu class", "%zu classes", s->nr_classes), s->nr_classes);
	snprintf(mappings, sizeof(mappings), ngettext("%zu mapping", "%zu mappings", s->nr_mappings), s->nr_mappings);
	/* the rate, the numbers of classes and of mappings, and the number of hidden mappings */
	paint__format(&t->paint, y, 1, t->paint.width - 1, STYLE_STRONG,
		      _("%7s total  %s in %s%s"), rate, classes, mappings, quiet);
}

static const char *empty(const struct tui *t)
{
	return t->filter[0] && t->found ? _("no row matches the filter") :
					  view__no_faults(t);
}

static void enter(struct tui *t, const struct row *row)
{
	const struct snapshot_mapping *m = row->base.mapping;

	if (!m || !m->end) {
		view__note(t, true, "this row aggregates several mappings and cannot be opened");
		return;
	}
	if (t->options.replay && (t->snapshot->pages.start >= m->end ||
				  t->snapshot->pages.end <= m->start)) {
		view__note(t, true, "replay: no pages of this mapping were recorded");
		return;
	}
	pages__enter(t, m->start, m->end, m->prot, m->name);
}

const struct view mappings_view = {
	.name = N_("mappings"),
	.columns = &fault_columns,
	.titles = titles,
	.keys = N_("Enter pages c code"),
	.fill = fill,
	.above = above,
	.details = 5,
	.detail = detail,
	.sum = sum,
	.empty = empty,
	.enter = enter,
};
