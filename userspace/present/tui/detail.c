// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Draws details of the faults of one row, below the table. */
#include <stdio.h>

#include "../../lib/i18n.h"
#include "../../lib/units.h"
#include "view.h"

static void put_rate(const struct tui *t, struct field *at,
		     const char *label, uint64_t n)
{
	double seconds = t->snapshot->seconds;
	char buf[QUANTITY_MAX];

	field__put(&t->paint, at, label, n ? STYLE_STRONG : STYLE_DIM, "%s",
		   units__rate(buf, sizeof(buf), seconds > 0 ?
			       (double)n / seconds : (double)n));
}

static void draw_access(const struct tui *t, int y,
			const struct snapshot_faults *f)
{
	struct field at = { .y = y, .x = 1, .end = t->paint.width };

	put_rate(t, &at, _("faults/s"), f->count);
	put_rate(t, &at, _("major"), f->major);
	put_rate(t, &at, _("read"), f->read);
	put_rate(t, &at, _("write"), f->write);
	put_rate(t, &at, _("exec"), f->exec);
	put_rate(t, &at, _("kernel"), f->kernel);
	put_rate(t, &at, "gup", f->gup);
	put_rate(t, &at, _("no latency"), f->missed_exit + f->missed_entry);
}

static void draw_gained(const struct tui *t, int y,
			const struct snapshot_faults *f)
{
	struct field at = { .y = y, .x = 1, .end = t->paint.width };
	char buf[QUANTITY_MAX];

	put_rate(t, &at, _("new/s 4K"), f->leaf_4k);
	put_rate(t, &at, "2M", f->leaf_2m);
	put_rate(t, &at, "1G", f->leaf_1g);
	put_rate(t, &at, _("around"), f->around);
	put_rate(t, &at, _("no huge page"), f->thp_fallback);
	put_rate(t, &at, _("retries"), f->retries);
	if (f->retries)
		field__put(&t->paint, &at, _("retry time"), STYLE_STRONG, "%s",
			   units__time(buf, sizeof(buf), f->retry_ns));
}

static void put_time(const struct paint *p, struct field *at, const char *label,
		     uint64_t ns)
{
	char buf[QUANTITY_MAX];

	field__put(p, at, label, STYLE_STRONG, "%s",
		   units__time(buf, sizeof(buf), ns));
}

static void draw_latency(const struct paint *p, int y,
			 const struct snapshot_latency *l)
{
	struct field at = { .y = y, .x = 1, .end = p->width };
	char bars[3 * ROW_HISTOGRAM + 1];

	if (!l->samples) {
		field__put(p, &at, _("latency"), STYLE_DIM,
			   _("unknown: no fault exit was seen"));
		return;
	}
	field__put(p, &at, "256ns", STYLE_GOOD, "%-24s",
		   row__histogram(p, l, bars, sizeof(bars)));
	at.x--;
	field__put(p, &at, "", STYLE_DIM, "1s");
	put_time(p, &at, _("mean"), l->sum_ns / l->samples);
	put_time(p, &at, "p50", l->p50_ns);
	put_time(p, &at, "p90", l->p90_ns);
	put_time(p, &at, "p99", l->p99_ns);
	put_time(p, &at, _("max"), l->max_ns);
}

/**
 * detail__faults - draw details of faults in up to three lines
 * @t: the screen
 * @y: first line
 * @height: number of lines
 * @faults: faults of a row
 */
void detail__faults(const struct tui *t, int y, int height,
		    const struct snapshot_faults *faults)
{
	const struct paint *p = &t->paint;

	if (height > 0)
		draw_latency(p, y, &faults->latency);
	if (height > 1)
		draw_access(t, y + 1, faults);
	if (height > 2)
		draw_gained(t, y + 2, faults);
}
