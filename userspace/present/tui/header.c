// SPDX-License-Identifier: GPL-2.0
/* Draws the first lines: whom it is about, how well it is known, what the kernel does. */
#include <stdio.h>
#include <string.h>

#include "../../lib/quantity.h"
#include "view.h"

/* A rate without its unit, which stands before it or behind */
static const char *rate(const struct snapshot *s, uint64_t n, char *buf)
{
	if (n == SNAPSHOT_NOT_KNOWN)
		return "-";
	return quantity__rate(buf, QUANTITY_MAX, s->seconds > 0 ?
			      (double)n / s->seconds : (double)n);
}

/* The name may be long, but what stands behind it keeps its place */
static void put_target(const struct paint *p, const struct snapshot *s,
		       struct piece *at)
{
	const struct snapshot_target *t = s->target;
	int room = p->width > 90 ? 32 : p->width > 60 ? 15 : 10;

	at->x += paint__text(p, at->y, at->x, 6, STYLE_STRONG, "pgtop ");
	if (t->scope == SNAPSHOT_ALL) {
		paint__text(p, at->y, at->x, room + 7, STYLE_STRONG,
			    "all processes");
	} else if (t->scope == SNAPSHOT_CGROUP) {
		paint__format(p, at->y, at->x, room + 7, STYLE_STRONG,
			      "cgroup %s", t->cgroup);
	} else {
		paint__format(p, at->y, at->x, 7, STYLE_STRONG, "%6d", t->pid);
		paint__text(p, at->y, at->x + 7, room, STYLE_STRONG, t->comm);
	}
	at->x += 7 + room + 1;
}

/* The length of an interval, or that this one will not be followed by another */
static void put_state(const struct tui *t, struct piece *at)
{
	const struct snapshot *s = t->snapshot;
	char length[16];

	snprintf(length, sizeof(length), "%.*fs", t->interval < 0.1 ? 2 : 1,
		 t->interval);
	if (s->exited)
		piece__put(&t->paint, at, "", STYLE_BAD, "%-8s",
			   s->target->scope == SNAPSHOT_CGROUP ? "removed" :
								 "exited");
	else if (t->wish.pause)
		piece__put(&t->paint, at, "", STYLE_WARNING, "%-8s", "paused");
	else if (s->last)
		piece__put(&t->paint, at, "", STYLE_WARNING, "%-8s", "ended");
	else
		piece__put(&t->paint, at, "", STYLE_PLAIN, "%-8s",
			   t->options.replay ? "recorded" : length);
}

static void draw_faults(const struct tui *t, int y)
{
	const struct snapshot *s = t->snapshot;
	struct piece at = { .y = y, .end = t->paint.width };
	uint64_t minor = s->total.count - s->total.major;
	char buf[QUANTITY_MAX], text[QUANTITY_MAX + 2];

	put_target(&t->paint, s, &at);
	put_state(t, &at);
	snprintf(text, sizeof(text), "%s/s", rate(s, s->total.count, buf));
	piece__put(&t->paint, &at, "faults", STYLE_STRONG, "%-7s", text);
	/* what is no accident goes first where there is room for three only */
	if (!s->signals || t->paint.width >= 100)
		piece__put(&t->paint, &at, "minor", STYLE_PLAIN, "%-5s",
			   rate(s, minor, buf));
	piece__put(&t->paint, &at, "major",
		   s->total.major ? STYLE_WARNING : STYLE_PLAIN, "%-5s",
		   rate(s, s->total.major, buf));
	if (s->signals)
		piece__put(&t->paint, &at, "signals", STYLE_BAD, "%s",
			   rate(s, s->signals, buf));
}

/* What is resident, or that nobody can tell: ends at the right edge */
static void resident(const struct snapshot *s, char *text, size_t size)
{
	char rss[QUANTITY_MAX], huge[QUANTITY_MAX], swap[QUANTITY_MAX];

	if (s->target->scope != SNAPSHOT_PROCESS)
		snprintf(text, size, "%s", s->target->module ? "" :
			 "pgwalk.ko not loaded: no entries");
	else if (!s->target->module)
		snprintf(text, size, "pgwalk.ko not loaded: no entries, no frames");
	else if (!s->counted)
		snprintf(text, size, "rss - huge - swap -");
	else
		snprintf(text, size, "rss %s huge %s swap %s",
			 quantity__bytes(rss, sizeof(rss), s->resident),
			 quantity__share(huge, sizeof(huge), s->huge,
					 s->resident),
			 quantity__bytes(swap, sizeof(swap), s->swapped));
}

/* Faults a second of the intervals that went by, the latest at the right */
static void draw_past(const struct tui *t, int y, int x, int width)
{
	const struct snapshot *s = t->snapshot;
	double value[SNAPSHOT_HISTORY];
	char text[3 * SNAPSHOT_HISTORY + 1];
	size_t count, i;

	if (width < 4)
		return;
	count = s->nr_past < (size_t)width ? s->nr_past : (size_t)width;
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
	paint__text(&t->paint, y, x + width - (int)count, (int)count,
		    STYLE_GOOD,
		    paint__bars(&t->paint, text, sizeof(text), value, count));
}

static void draw_coverage(const struct tui *t, int y)
{
	const struct snapshot *s = t->snapshot;
	const struct paint *p = &t->paint;
	struct piece at = { .y = y, .end = p->width };
	char share[QUANTITY_MAX], text[64];
	int columns;

	quantity__coverage(share, sizeof(share),
			   s->total.count - s->unattributed.count,
			   s->total.count);
	piece__put(p, &at, "cov", STYLE_PLAIN, "%-7s", share);
	piece__put(p, &at, "lost", s->lost ? STYLE_BAD : STYLE_PLAIN, "%llu",
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

/* The target's own flushes where there is one target, else those of all */
static void put_tlb(const struct tui *t, struct piece *at)
{
	static const char *const reason[PGWALK_TLB_NR] = {
		"switch", "remote", "local", "range", "ipi", "other",
	};
	const struct snapshot *s = t->snapshot;
	const uint64_t *n = s->target->scope == SNAPSHOT_PROCESS ?
			    s->system.tlb_target : s->system.tlb;
	char buf[QUANTITY_MAX];
	int i;

	piece__put(&t->paint, at, "tlb", STYLE_PLAIN, "%-4s",
		   s->system.tlb_known ? rate(s, sum(n), buf) : "-");
	for (i = 0; t->paint.width >= 160 && i < PGWALK_TLB_NR; i++)
		if (s->system.tlb_known && n[i])
			piece__put(&t->paint, at, reason[i], STYLE_DIM, "%s",
				   rate(s, n[i], buf));
}

static void put_rate(const struct tui *t, struct piece *at, const char *label,
		     uint64_t n, enum style style)
{
	char buf[QUANTITY_MAX];

	piece__put(&t->paint, at, label,
		   n && n != SNAPSHOT_NOT_KNOWN ? style : STYLE_PLAIN, "%-4s",
		   rate(t->snapshot, n, buf));
	/* the line is full */
	at->x -= t->paint.width < 90;
}

/* Of huge pages single ones matter: these are no rates */
static void put_huge(const struct tui *t, struct piece *at)
{
	const struct snapshot_system *v = &t->snapshot->system;

	if (v->thp_collapse == SNAPSHOT_NOT_KNOWN ||
	    v->thp_split == SNAPSHOT_NOT_KNOWN)
		piece__put(&t->paint, at, "thp", STYLE_PLAIN, "-");
	else
		piece__put(&t->paint, at, "thp", STYLE_PLAIN, "+%llu -%llu",
			   (unsigned long long)v->thp_collapse,
			   (unsigned long long)v->thp_split);
}

static void draw_system(const struct tui *t, int y)
{
	const struct snapshot_system *v = &t->snapshot->system;
	struct piece at = { .y = y, .end = t->paint.width };

	piece__put(&t->paint, &at, "", STYLE_DIM, "vm/s");
	at.x--;
	if (v->known) {
		put_rate(t, &at, "kswapd", v->scan_kswapd, STYLE_WARNING);
		put_rate(t, &at, "direct", v->scan_direct, STYLE_BAD);
		put_rate(t, &at, "swapin", v->swap_in, STYLE_WARNING);
		put_rate(t, &at, "out", v->swap_out, STYLE_WARNING);
		put_rate(t, &at, "migr", v->migrated, STYLE_PLAIN);
	} else {
		piece__put(&t->paint, &at, "", STYLE_DIM,
			   "reclaim, swap and migrations are not known");
	}
	/* the reasons of flushes come last: they need the rest of the line */
	if (v->known)
		put_huge(t, &at);
	at.x -= t->paint.width < 90;
	put_tlb(t, &at);
}

static void draw_self(const struct tui *t, int y)
{
	const struct snapshot *s = t->snapshot;
	const struct paint *p = &t->paint;
	struct piece at = { .y = y, .end = p->width };
	double ns = s->seconds > 0 ? s->seconds * 1e9 : 1e9;
	char buf[QUANTITY_MAX];

	if (s->target->scope == SNAPSHOT_PROCESS) {
		piece__put(p, &at, "tables", STYLE_PLAIN, "%-4s", s->tables_bytes ?
			   quantity__bytes(buf, sizeof(buf), s->tables_bytes) :
			   "-");
		if (s->nr_threads)
			piece__put(p, &at, "threads", STYLE_PLAIN, "%-3u",
				   s->nr_threads);
		else
			piece__put(p, &at, "threads", STYLE_PLAIN, "%-3s", "-");
	}
	piece__put(p, &at, "folded", s->folded ? STYLE_WARNING : STYLE_PLAIN,
		   "%llu", (unsigned long long)s->folded);
	piece__put(p, &at, "missed", s->missed_runs ? STYLE_WARNING :
		   STYLE_PLAIN, "%llu", (unsigned long long)s->missed_runs);
	piece__put(p, &at, "pgtop", STYLE_PLAIN, "%.1f%% CPU",
		   100 * (double)s->self_ns / ns);
	piece__put(p, &at, "walk", STYLE_PLAIN, "%.2f%%",
		   100 * (double)s->walk_ns / ns);
	if (s->counted)
		piece__put(p, &at, "age", STYLE_PLAIN, "%.1fs", s->age_seconds);
	piece__put(p, &at, "preempt", STYLE_PLAIN, "%s", s->target->preempt);
}

/**
 * header__draw - draw as many of the four lines as there is room for
 * @t: the screen
 * @most: at most so many
 *
 * Return: lines that were drawn.
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
	draw_self(t, 3);
	return 4;
}
