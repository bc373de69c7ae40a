// SPDX-License-Identifier: GPL-2.0
/* Draws all that is known of the faults of one row, below the table. */
#include <stdio.h>

#include "../../lib/quantity.h"
#include "view.h"

static void put_count(const struct paint *p, struct piece *at,
		      const char *label, uint64_t n)
{
	char buf[QUANTITY_MAX];

	piece__put(p, at, label, n ? STYLE_STRONG : STYLE_DIM, "%s",
		   quantity__rate(buf, sizeof(buf), (double)n));
}

static void draw_asked(const struct paint *p, int y,
		       const struct snapshot_faults *f)
{
	struct piece at = { .y = y, .x = 1, .end = p->width };

	put_count(p, &at, "faults", f->count);
	put_count(p, &at, "major", f->major);
	put_count(p, &at, "read", f->read);
	put_count(p, &at, "write", f->write);
	put_count(p, &at, "exec", f->exec);
	put_count(p, &at, "kernel", f->kernel);
	put_count(p, &at, "gup", f->gup);
	put_count(p, &at, "no latency", f->missed_exit + f->missed_entry);
}

static void draw_gained(const struct paint *p, int y,
			const struct snapshot_faults *f)
{
	struct piece at = { .y = y, .x = 1, .end = p->width };
	char buf[QUANTITY_MAX];

	put_count(p, &at, "new 4K", f->leaf_4k);
	put_count(p, &at, "2M", f->leaf_2m);
	put_count(p, &at, "1G", f->leaf_1g);
	put_count(p, &at, "around", f->around);
	put_count(p, &at, "huge page missed", f->thp_fallback);
	put_count(p, &at, "retries", f->retries);
	if (f->retries)
		piece__put(p, &at, "they took", STYLE_STRONG, "%s",
			   quantity__time(buf, sizeof(buf), f->retry_ns));
}

static void put_time(const struct paint *p, struct piece *at, const char *label,
		     uint64_t ns)
{
	char buf[QUANTITY_MAX];

	piece__put(p, at, label, STYLE_STRONG, "%s",
		   quantity__time(buf, sizeof(buf), ns));
}

static void draw_latency(const struct paint *p, int y,
			 const struct snapshot_latency *l)
{
	struct piece at = { .y = y, .x = 1, .end = p->width };
	char bars[3 * ROW_HISTOGRAM + 1];

	if (!l->samples) {
		piece__put(p, &at, "latency", STYLE_DIM,
			   "not known: the end of none was seen");
		return;
	}
	piece__put(p, &at, "256n", STYLE_GOOD, "%-24s",
		   row__histogram(p, l, bars, sizeof(bars)));
	at.x--;
	piece__put(p, &at, "", STYLE_DIM, "1s");
	put_time(p, &at, "mean", l->sum_ns / l->samples);
	put_time(p, &at, "p50", l->p50_ns);
	put_time(p, &at, "p90", l->p90_ns);
	put_time(p, &at, "p99", l->p99_ns);
	put_time(p, &at, "max", l->max_ns);
}

/**
 * detail__faults - draw what is known of faults, up to three lines
 * @t: the screen
 * @y: the first of them
 * @height: how many there are
 * @faults: of a row
 */
void detail__faults(const struct tui *t, int y, int height,
		    const struct snapshot_faults *faults)
{
	const struct paint *p = &t->paint;

	if (height > 0)
		draw_latency(p, y, &faults->latency);
	if (height > 1)
		draw_asked(p, y + 1, faults);
	if (height > 2)
		draw_gained(p, y + 2, faults);
}
