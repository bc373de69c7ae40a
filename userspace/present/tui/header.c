// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Draws the header: target, quality of the counts, activity of the kernel. */
#include <stdio.h>
#include <string.h>

#include "../../lib/i18n.h"
#include "../../lib/units.h"
#include "../../lib/wall_clock.h"
#include "view.h"

#define SCALE	12	/* columns of "max 18.3k/s " */

/* A rate without its unit, which is part of the label or follows it */
static const char *rate(const struct snapshot *s, uint64_t n, char *buf)
{
	if (n == SNAPSHOT_NOT_KNOWN)
		return "-";
	return units__rate(buf, QUANTITY_MAX, s->seconds > 0 ?
			   (double)n / s->seconds : (double)n);
}

/* The target; the position after it does not depend on the length of its name */
static void put_target(const struct paint *p, const struct snapshot *s,
		       struct field *at)
{
	const struct snapshot_target *t = s->target;
	int room = p->width > 90 ? 32 : p->width > 60 ? 15 : 10;

	at->x += paint__text(p, at->y, at->x, 6, STYLE_STRONG, "pgtop ");
	if (t->scope == SNAPSHOT_ALL) {
		paint__text(p, at->y, at->x, room + 7, STYLE_STRONG,
			    _("all processes"));
	} else if (t->scope == SNAPSHOT_CGROUP) {
		paint__format(p, at->y, at->x, room + 7, STYLE_STRONG,
			      "cgroup %s", t->cgroup);
	} else {
		paint__format(p, at->y, at->x, 7, STYLE_STRONG, "%6d", t->pid);
		paint__text(p, at->y, at->x + 7, room, STYLE_STRONG, t->comm);
	}
	at->x += 7 + room + 1;
}

/* "since 90s", "paused 90min", "exited 90h": the counts are those since the start */
static void put_since(const struct tui *t, struct field *at)
{
	const struct snapshot *s = t->snapshot;
	const char *state = s->exited && s->target->scope == SNAPSHOT_CGROUP ? _("removed") :
			    s->exited ? _("exited") : t->command.pause ? _("paused") :
			    s->last ? _("ended") : _("since");
	double length = s->seconds < 100 ? s->seconds : s->seconds < 6000 ? s->seconds / 60 :
			s->seconds / 3600;

	field__put(&t->paint, at, "", s->exited ? STYLE_BAD : STYLE_WARNING, "%s %.0f%s", state,
		   length, s->seconds < 100 ? "s" : s->seconds < 6000 ? "min" : "h");
	at->x--;
}

/* The length of the interval, or the reason why no interval follows */
static void put_state(const struct tui *t, struct field *at)
{
	const struct snapshot *s = t->snapshot;
	enum style style = STYLE_PLAIN;
	const char *text;
	char length[16];
	int columns;

	if (s->since_start) {
		put_since(t, at);
		return;
	}
	snprintf(length, sizeof(length), "%.*fs", t->interval < 0.1 ? 2 : 1,
		 t->interval);
	if (s->exited) {
		style = STYLE_BAD;
		text = s->target->scope == SNAPSHOT_CGROUP ? _("removed") : _("exited");
	} else if (t->command.pause || s->last) {
		style = STYLE_WARNING;
		text = t->command.pause ? _("paused") : _("ended");
	} else {
		text = t->command.loop_to ? _("loop") : t->options.replay ? _("recorded") : length;
	}
	/* eight columns: the next field does not move */
	columns = paint__columns(text);
	field__put(&t->paint, at, "", style, "%s%*s", text, columns < 8 ? 8 - columns : 0, "");
}

static void draw_faults(const struct tui *t, int y)
{
	const struct snapshot *s = t->snapshot;
	struct field at = { .y = y, .end = t->paint.width };
	uint64_t minor = s->total.count - s->total.major;
	char buf[QUANTITY_MAX], text[QUANTITY_MAX + 2];

	put_target(&t->paint, s, &at);
	put_state(t, &at);
	snprintf(text, sizeof(text), "%s/s", rate(s, s->total.count, buf));
	field__put(&t->paint, &at, "faults", STYLE_STRONG, "%-7s", text);
	/* signals have priority where there is room for three only */
	if (!s->signals || t->paint.width >= 100)
		field__put(&t->paint, &at, "minor", STYLE_PLAIN, "%-5s",
			   rate(s, minor, buf));
	field__put(&t->paint, &at, "major",
		   s->total.major ? STYLE_WARNING : STYLE_PLAIN, "%-5s",
		   rate(s, s->total.major, buf));
	if (s->signals)
		field__put(&t->paint, &at, "signals", STYLE_BAD, "%s",
			   rate(s, s->signals, buf));
}

/* The resident bytes, or that they are unknown; right-aligned */
static void resident(const struct snapshot *s, char *text, size_t size)
{
	char rss[QUANTITY_MAX], huge[QUANTITY_MAX], swap[QUANTITY_MAX];

	if (s->target->scope != SNAPSHOT_PROCESS)
		snprintf(text, size, "%s", s->target->module ? "" :
			 _("pgwalk.ko not loaded: no entries"));
	else if (!s->target->module)
		snprintf(text, size, _("pgwalk.ko not loaded: no entries, no frames"));
	else if (!s->counted)
		snprintf(text, size, "rss - huge - swap -");
	else
		snprintf(text, size, "rss %s huge %s swap %s",
			 units__bytes(rss, sizeof(rss), s->resident),
			 units__share(huge, sizeof(huge), s->huge,
				      s->resident),
			 units__bytes(swap, sizeof(swap), s->swapped));
}

/* Draw the value of the highest bar, right before the bars */
static void draw_scale(const struct tui *t, int y, int x, const double *value, size_t count)
{
	char rate[QUANTITY_MAX], text[QUANTITY_MAX + 8];
	double max = 0;
	size_t i;

	for (i = 0; i < count; i++)
		if (value[i] > max)
			max = value[i];
	if (max <= 0)
		return;
	snprintf(text, sizeof(text), "max %s/s ", units__rate(rate, sizeof(rate), max));
	paint__cell(&t->paint, y, x, SCALE, false, STYLE_DIM, text);
}

/* Faults per second of the past intervals, the latest at the right */
static void draw_past(const struct tui *t, int y, int x, int width)
{
	const struct snapshot *s = t->snapshot;
	double value[SNAPSHOT_HISTORY];
	char text[3 * SNAPSHOT_HISTORY + 1];
	size_t count, i;
	int scale;

	if (width < 4)
		return;
	scale = width < SCALE + 8 ? 0 : SCALE;
	count = (size_t)(width - scale);
	if (s->nr_past < count)
		count = s->nr_past;
	if (t->since && s->number - t->since < count)
		count = (size_t)(s->number - t->since);
	if (count > SNAPSHOT_HISTORY)
		count = SNAPSHOT_HISTORY;
	for (i = 0; i < count; i++) {
		const struct snapshot_past *past =
			&s->past[s->nr_past - count + i];

		value[i] = past->seconds > 0 ?
			   (double)past->faults / past->seconds : 0;
	}
	if (scale)
		draw_scale(t, y, x + width - (int)count - scale, value, count);
	paint__text(&t->paint, y, x + width - (int)count, (int)count,
		    STYLE_GOOD,
		    paint__bars(&t->paint, text, sizeof(text), value, count));
}

static void draw_coverage(const struct tui *t, int y)
{
	const struct snapshot *s = t->snapshot;
	const struct paint *p = &t->paint;
	struct field at = { .y = y, .end = p->width };
	char share[QUANTITY_MAX], text[64];
	int columns;

	units__coverage(share, sizeof(share),
			s->total.count - s->unattributed.count,
			s->total.count);
	field__put(p, &at, "cov", STYLE_PLAIN, "%-7s", share);
	field__put(p, &at, "lost", s->lost ? STYLE_BAD : STYLE_PLAIN, "%llu",
		   (unsigned long long)s->lost);
	resident(s, text, sizeof(text));
	columns = paint__columns(text);
	if (at.x + columns > p->width)
		return;
	paint__text(p, y, p->width - columns, columns,
		    s->target->module ? STYLE_PLAIN : STYLE_WARNING, text);
	draw_past(t, y, at.x, p->width - columns - 2 - at.x);
}

static uint64_t sum(const uint64_t *n)
{
	uint64_t all = 0;
	int i;

	for (i = 0; i < PGWALK_TLB_NR; i++)
		all += n[i];
	return all;
}

/* TLB flushes of the target if there is one target, else of all tasks */
static void put_tlb(const struct tui *t, struct field *at)
{
	static const char *const reason[PGWALK_TLB_NR] = {
		"switch", "remote", "local", "range", "ipi", "other",
	};
	const struct snapshot *s = t->snapshot;
	const uint64_t *n = s->target->scope == SNAPSHOT_PROCESS ?
			    s->system.tlb_target : s->system.tlb;
	char buf[QUANTITY_MAX];
	int i;

	field__put(&t->paint, at, "tlb", STYLE_PLAIN, "%-4s",
		   s->system.tlb_known ? rate(s, sum(n), buf) : "-");
	for (i = 0; t->paint.width >= 160 && i < PGWALK_TLB_NR; i++)
		if (s->system.tlb_known && n[i])
			field__put(&t->paint, at, reason[i], STYLE_DIM, "%s",
				   rate(s, n[i], buf));
}

static void put_rate(const struct tui *t, struct field *at, const char *label,
		     uint64_t n, enum style style)
{
	char buf[QUANTITY_MAX];

	field__put(&t->paint, at, label,
		   n && n != SNAPSHOT_NOT_KNOWN ? style : STYLE_PLAIN, "%-4s",
		   rate(t->snapshot, n, buf));
	/* the line is full */
	at->x -= t->paint.width < 90;
}

static void put_huge(const struct tui *t, struct field *at)
{
	const struct snapshot_system *v = &t->snapshot->system;
	char collapsed[QUANTITY_MAX], split[QUANTITY_MAX];

	if (v->thp_collapse == SNAPSHOT_NOT_KNOWN ||
	    v->thp_split == SNAPSHOT_NOT_KNOWN)
		field__put(&t->paint, at, "thp", STYLE_PLAIN, "-");
	else
		field__put(&t->paint, at, "thp", STYLE_PLAIN, "+%s -%s",
			   rate(t->snapshot, v->thp_collapse, collapsed),
			   rate(t->snapshot, v->thp_split, split));
}

static void draw_system(const struct tui *t, int y)
{
	const struct snapshot_system *v = &t->snapshot->system;
	struct field at = { .y = y, .end = t->paint.width };

	field__put(&t->paint, &at, "", STYLE_DIM, "vm/s");
	at.x--;
	if (v->known) {
		put_rate(t, &at, "kswapd", v->scan_kswapd, STYLE_WARNING);
		put_rate(t, &at, "direct", v->scan_direct, STYLE_BAD);
		put_rate(t, &at, "swapin", v->swap_in, STYLE_WARNING);
		put_rate(t, &at, "out", v->swap_out, STYLE_WARNING);
		put_rate(t, &at, "migr", v->migrated, STYLE_PLAIN);
	} else {
		field__put(&t->paint, &at, "", STYLE_DIM,
			   _("reclaim, swap and migration are unknown"));
	}
	/* the reasons of flushes come last, because they need the rest of the line */
	if (v->known)
		put_huge(t, &at);
	at.x -= t->paint.width < 90;
	put_tlb(t, &at);
}

/* Draw the position of a replay and the time of day, with the date where there is room; return the column before it */
static int draw_time(const struct tui *t, int y)
{
	const struct paint *p = &t->paint;
	char clock[WALL_CLOCK_MAX] = "", text[WALL_CLOCK_MAX + 52], position[48] = "";
	int columns;

	if (t->snapshot->wall_ns)
		wall_clock__format(clock, sizeof(clock), t->snapshot->wall_ns,
				   p->width < 100 ? WALL_CLOCK_TIME : WALL_CLOCK_DATE);
	if (t->intervals)
		snprintf(position, sizeof(position), "%llu/%llu",
			 (unsigned long long)t->snapshot->number, (unsigned long long)t->intervals);
	else if (t->options.replay)
		snprintf(position, sizeof(position), "%llu", (unsigned long long)t->snapshot->number);
	if (!*clock && !*position)
		return p->width;
	snprintf(text, sizeof(text), "%s%s%s", position, *position && *clock ? "  " : "", clock);
	columns = paint__columns(text);
	paint__text(p, y, p->width - columns, columns, STYLE_PLAIN, text);
	return p->width - columns - 2;
}

static void draw_cost(const struct tui *t, int y)
{
	const struct snapshot *s = t->snapshot;
	const struct paint *p = &t->paint;
	struct field at = { .y = y, .end = draw_time(t, y) };
	double ns = s->seconds > 0 ? s->seconds * 1e9 : 1e9;
	char buf[QUANTITY_MAX];

	if (s->target->scope == SNAPSHOT_PROCESS) {
		field__put(p, &at, "tables", STYLE_PLAIN, "%-4s", s->tables_bytes ?
			   units__bytes(buf, sizeof(buf), s->tables_bytes) :
			   "-");
		if (s->nr_threads)
			field__put(p, &at, "threads", STYLE_PLAIN, "%-3u",
				   s->nr_threads);
		else
			field__put(p, &at, "threads", STYLE_PLAIN, "%-3s", "-");
	}
	field__put(p, &at, "folded", s->folded ? STYLE_WARNING : STYLE_PLAIN,
		   "%llu", (unsigned long long)s->folded);
	field__put(p, &at, "missed", s->missed_runs ? STYLE_WARNING :
		   STYLE_PLAIN, "%llu", (unsigned long long)s->missed_runs);
	field__put(p, &at, "pgtop", STYLE_PLAIN, "%.1f%% CPU",
		   100 * (double)s->self_ns / ns);
	field__put(p, &at, "walk", STYLE_PLAIN, "%.2f%%",
		   100 * (double)s->walk_ns / ns);
	if (s->counted)
		field__put(p, &at, "age", STYLE_PLAIN, "%.1fs", s->age_seconds);
	field__put(p, &at, "preempt", STYLE_PLAIN, "%s", s->target->preempt);
}

/**
 * header__draw - draw as many of the four lines as fit
 * @t: the screen
 * @most: limit of lines
 *
 * Return: number of drawn lines.
 */
int header__draw(const struct tui *t, int most)
{
	int height = t->paint.height;

	draw_faults(t, 0);
	if (height < 12 || most < 2)
		return 1;
	draw_coverage(t, 1);
	if (height < 16 || most < 4)
		return 2;
	draw_system(t, 2);
	draw_cost(t, 3);
	return 4;
}
