// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The screens of call stacks: all of them or those that fault on one mapping, and the mappings that one
 * of them faults on.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../lib/i18n.h"
#include "view.h"

static const char *const titles[] = {
	"FAULT/s", "CLASS", "TIME/s", "PART", "MEAN", "TOTAL", "MAPPING", "WHERE < CALLED FROM", NULL
};

static const char *const place_titles[] = {
	"FAULT/s", "CLASS", "TIME/s", "PART", "MEAN", "TOTAL", "PERM", "FAULTS IN", NULL
};

/* Return the part of a stack that was in a mapping; NULL: it did not fault there */
static const struct snapshot_part *part_in(const struct snapshot_stack *s, uint32_t mapping, bool since)
{
	size_t i;

	for (i = 0; i < s->nr_parts; i++)
		if (s->part[i].mapping == mapping)
			return (since ? s->part[i].total : s->part[i].count) ? &s->part[i] : NULL;
	return NULL;
}

/* Allocate room for the faults of @count rows, before any row points to it */
static int make_room(struct tui *t, size_t count)
{
	struct snapshot_stack *at;

	if (count <= t->parts_room)
		return 0;
	at = realloc(t->part, count * sizeof(*at));
	if (!at)
		return -1;
	t->part = at;
	t->parts_room = count;
	return 0;
}

/* Return @s with the faults of one part only */
static struct snapshot_stack faults_in(const struct snapshot_stack *s, const struct snapshot_part *part)
{
	struct snapshot_stack only = *s;

	only.count = part->count;
	only.latency_ns = part->latency_ns;
	only.total = part->total;
	only.total_ns = part->total_ns;
	only.part = part;
	only.nr_parts = 1;
	return only;
}

static int fill(struct tui *t)
{
	const struct snapshot *s = t->snapshot;
	const struct snapshot_part *part;
	struct row *row;
	size_t i;

	if (make_room(t, s->nr_sites))
		return -1;
	for (i = 0; s->has_stacks && i < s->nr_sites; i++) {
		const struct snapshot_site *site = &s->site[i];

		part = t->of_mapping ? part_in(&site->sum, t->mapping, s->since_start) : NULL;
		if (t->of_mapping && !part)
			continue;
		row = view__add(t, NULL, site->id, site->sum.class);
		if (!row)
			return -1;
		t->part[i] = part ? faults_in(&site->sum, part) : site->sum;
		row->base.stack = &t->part[i];
	}
	return 0;
}

static const struct snapshot_mapping *find_mapping(const struct snapshot *s, uint32_t id)
{
	size_t i;

	for (i = 0; i < s->nr_mappings; i++)
		if (s->mapping[i].id == id)
			return &s->mapping[i];
	return NULL;
}

static const struct snapshot_stack *find_site(const struct tui *t)
{
	const struct snapshot *s = t->snapshot;
	size_t i;

	for (i = 0; s->has_stacks && i < s->nr_sites; i++)
		if (s->site[i].id == t->site)
			return &s->site[i].sum;
	return NULL;
}

static int fill_places(struct tui *t)
{
	const struct snapshot_stack *s = find_site(t);
	struct row *row;
	size_t i;

	if (!s)
		return 0;
	if (make_room(t, s->nr_parts))
		return -1;
	for (i = 0; i < s->nr_parts; i++) {
		const struct snapshot_part *part = &s->part[i];

		if (!(t->snapshot->since_start ? part->total : part->count))
			continue;
		row = view__add(t, NULL, part->mapping, s->class);
		if (!row)
			return -1;
		t->part[i] = faults_in(s, part);
		row->base.stack = &t->part[i];
		row->base.mapping = find_mapping(t->snapshot, part->mapping);
	}
	return 0;
}

/**
 * stacks__enter_mapping - show the code that faults on a mapping
 * @t: the screen
 * @id: id of the mapping
 * @start: its first address; 0: it is not one mapping
 * @name: its name
 */
void stacks__enter_mapping(struct tui *t, uint32_t id, uint64_t start, const char *name)
{
	t->of_mapping = true;
	t->mapping = id;
	snprintf(t->mapping_name, sizeof(t->mapping_name), start ? "%.40s %llx" : "%.40s",
		 row__short_name(name), (unsigned long long)start);
	t->stale = true;
	view__go(t, VIEW_STACKS);
}

/* Show the mappings that the stack at the cursor faults on */
static void enter(struct tui *t, const struct row *row)
{
	if (!row->base.stack->nr_parts) {
		view__note(t, true, "faults are counted by mapping for one process only");
		return;
	}
	t->site = row->id;
	view__go(t, VIEW_PLACES);
}

static void enter_place(struct tui *t, const struct row *row)
{
	const struct snapshot_part *part = row->base.stack->part;

	stacks__enter_mapping(t, part->mapping, part->start, part->name);
}

static int above(struct tui *t, int y)
{
	int lines = view__tabs(t, y);

	if (!t->of_mapping)
		return lines;
	paint__format(&t->paint, y + lines, 1, t->paint.width - 1, STYLE_STRONG,
		      _("code that faults on %s"), t->mapping_name);
	return lines + 1;
}

static int above_places(struct tui *t, int y)
{
	int lines = view__tabs(t, y);

	paint__text(&t->paint, y + lines, 1, t->paint.width - 1, STYLE_STRONG,
		    _("mappings that this call stack faults on"));
	return lines + 1;
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
				 _("(no symbol)"));
	if (f->module)
		paint__format(p, y, x + 2, p->width - x - 2, STYLE_DIM, "[%s]",
			      row__short_name(f->module));
}

static void detail(struct tui *t, int y, int height, const struct row *row)
{
	const struct snapshot_stack *s = row->base.stack;
	size_t i, shown = s->nr_frames;

	if (!s->nr_frames)
		paint__text(&t->paint, y, 1, t->paint.width - 1, STYLE_DIM,
			    _("stack unavailable (not captured, or stack table full)"));
	if (shown > (size_t)height)
		shown = (size_t)height - 1;
	for (i = 0; i < shown; i++)
		draw_frame(&t->paint, y + (int)i, i, &s->frame[i]);
	if (shown < s->nr_frames)
		paint__format(&t->paint, y + (int)shown, 1, t->paint.width - 1,
			      STYLE_DIM, _("   and %zu more"),
			      s->nr_frames - shown);
}

static const char *empty(const struct tui *t)
{
	if (t->filter[0] && t->found)
		return _("no row matches the filter");
	if (t->snapshot->has_stacks && t->of_mapping)
		return t->snapshot->since_start ? _("no call stack with faults on this mapping") :
			_("no call stack with faults on this mapping in this interval");
	if (t->snapshot->has_stacks)
		return view__no_faults(t);
	return t->options.replay ? _("recorded without call stacks (pgtop -U)") :
	       _("call stacks are not recorded: start pgtop with -U");
}

static const char *empty_places(const struct tui *t)
{
	return t->filter[0] && t->found ? _("no row matches the filter") :
	       _("no faults of this call stack in this interval");
}

const struct view stacks_view = {
	.name = N_("stacks"),
	.columns = &stack_columns,
	.titles = titles,
	.keys = N_("Enter mappings"),
	.fill = fill,
	.above = above,
	.details = 8,
	.detail = detail,
	.empty = empty,
	.enter = enter,
};

const struct view places_view = {
	.name = N_("places"),
	.columns = &stack_columns,
	.titles = place_titles,
	.keys = N_("Enter code Esc back"),
	.fill = fill_places,
	.above = above_places,
	.details = 8,
	.detail = detail,
	.empty = empty_places,
	.enter = enter_place,
};
