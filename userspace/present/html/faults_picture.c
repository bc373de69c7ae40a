// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Pictures of recorded faults: class by time, mapping by time, and latencies by class. */
#include <stdlib.h>
#include <string.h>

#include "../../lib/digits.h"
#include "../../lib/units.h"
#include "../../names/names.h"
#include "content.h"
#include "svg.h"

#define TIMES		SNAPSHOT_RECORDING_TIMES
#define CELL_X		212
#define CELLS_WIDTH	440
#define ROW		18
#define ROWS		32	/* limit of the number of rows of mappings */
#define SHADES		5

static bool has_faults(const struct content *c)
{
	return c->recording && c->recording->nr_series;
}

/* Return the shade of a count, 1 to SHADES: each has a factor of the same size */
static unsigned int shade_of(uint64_t n, uint64_t most)
{
	const int bits = 64 - __builtin_clzll(n), all = 64 - __builtin_clzll(most);

	return 1 + (unsigned int)((bits - 1) * SHADES / (all ? all : 1));
}

/* Return the x of the beginning of a part of the time */
static double x_of_time(const struct snapshot_recording *r, size_t t)
{
	const double whole = r->nr_times ? r->end_seconds[r->nr_times - 1] : 0;

	return CELL_X + (t && whole > 0 ? CELLS_WIDTH * r->end_seconds[t - 1] / whole : 0);
}

static void draw_cells(FILE *out, const struct snapshot_recording *r, const uint64_t count[TIMES], uint64_t most,
		       unsigned int y)
{
	const size_t nr = r->nr_times;
	char class[8];
	size_t t, end;

	svg__rect(out, CELL_X, y, CELLS_WIDTH, ROW - 3, "empty");
	for (t = 0; t < nr; t = end) {
		unsigned int shade = count[t] ? shade_of(count[t], most) : 0;

		for (end = t + 1; end < nr && count[end] == count[t]; end++)
			;
		if (!shade)
			continue;
		snprintf(class, sizeof(class), "heat%u", shade);
		svg__rect(out, x_of_time(r, t), y, x_of_time(r, end) - x_of_time(r, t), ROW - 3, class);
	}
}

static unsigned int draw_axis(FILE *out, const struct snapshot_recording *r, uint64_t most, unsigned int y)
{
	static const char *const classes[] = { "heat1", "heat2", "heat3", "heat4", "heat5" };
	unsigned int i;

	svg__label(out, CELL_X, y + 12, "small quiet", "0 s");
	svg__label(out, CELL_X + CELLS_WIDTH, y + 12, "small quiet end", "%.1f s",
		   r->nr_times ? r->end_seconds[r->nr_times - 1] : 0);
	svg__label(out, CELL_X, y + 34, "small", "1 fault");
	for (i = 0; i < SHADES; i++)
		svg__rect(out, CELL_X + 52 + 16 * i, y + 24, 16, 12, classes[i]);
	svg__label(out, CELL_X + 140, y + 34, "small", "%llu faults", (unsigned long long)most);
	return y + 44;
}

/* Sums by part of the time, for one class or one row */
struct sums {
	uint64_t count[TIMES];
	uint64_t total;
};

static void add_series(struct sums *to, const struct snapshot_recording_series *s)
{
	size_t t;

	for (t = 0; t < TIMES; t++)
		to->count[t] += s->count[t];
	to->total += s->total;
}

static uint64_t most_of(const struct sums *sums, size_t nr)
{
	uint64_t most = 1;
	size_t i, t;

	for (i = 0; i < nr; i++)
		for (t = 0; t < TIMES; t++)
			if (sums[i].count[t] > most)
				most = sums[i].count[t];
	return most;
}

static unsigned int draw_classes(FILE *out, const struct content *c)
{
	const struct snapshot_recording *r = c->recording;
	struct sums sums[PGWALK_FAULT_CLASS_NR] = { 0 };
	unsigned int y = 0;
	uint64_t most;
	size_t i;

	for (i = 0; i < r->nr_series; i++)
		add_series(&sums[r->series[i].class], &r->series[i]);
	most = most_of(sums, PGWALK_FAULT_CLASS_NR);
	for (i = 0; i < PGWALK_FAULT_CLASS_NR; i++) {
		const char *word = names__class((uint32_t)i);

		if (!sums[i].total)
			continue;
		fprintf(out, "<g class=\"class\" data-class=\"%s\">", word);
		svg__title(out, "%s: %llu faults", word, (unsigned long long)sums[i].total);
		svg__label(out, 4, y + 12, "", "%s", word);
		svg__label(out, CELL_X - 8, y + 12, "small quiet end", "%llu", (unsigned long long)sums[i].total);
		draw_cells(out, r, sums[i].count, most, y);
		fputs("</g>", out);
		y += ROW;
	}
	return draw_axis(out, r, most, y + 2);
}

const struct picture classes_picture = {
	.name = "classes",
	.title = "Faults by class and time",
	.has_parts = true,
	.has = has_faults,
	.draw = draw_classes,
};

struct ranked {
	const struct snapshot_recording_row *row;
	uint32_t index;
};

static int most_first(const void *a, const void *b)
{
	const uint64_t x = ((const struct ranked *)a)->row->faults, y = ((const struct ranked *)b)->row->faults;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* By address; rows without an address come last */
static int by_address(const void *a, const void *b)
{
	const struct snapshot_recording_row *x = ((const struct ranked *)a)->row;
	const struct snapshot_recording_row *y = ((const struct ranked *)b)->row;

	if (!x->end != !y->end)
		return x->end ? -1 : 1;
	return x->start > y->start ? 1 : x->start < y->start ? -1 : 0;
}

static const char *short_name(const struct snapshot_recording_row *row, uint32_t index)
{
	const char *slash = strrchr(row->name, '/');

	if (!index)
		return "(without a row)";
	if (row->name[0] == '/' && slash[1])
		return slash + 1;
	return row->name[0] ? row->name : "(anonymous)";
}

static void draw_row(FILE *out, const struct snapshot_recording *r, const struct ranked *of, const struct sums *sums,
		     uint64_t most, unsigned int y)
{
	char range[DIGITS_RANGE_MAX] = "", name[64];

	if (of->row->end)
		digits__range(range, of->row->start, of->row->end);
	snprintf(name, sizeof(name), "%.20s", short_name(of->row, of->index));
	fprintf(out, "<g class=\"mapping\" data-row=\"%u\">", of->index);
	svg__title(out, "%s %s: %llu faults", range, short_name(of->row, of->index),
		   (unsigned long long)of->row->faults);
	if (of->row->id > 0)
		svg__label(out, 4, y + 12, "small", "%d %s", of->row->id, name);
	else
		svg__label(out, 4, y + 12, "small", "%s", name);
	svg__label(out, CELL_X - 8, y + 12, "small quiet end", "%llu", (unsigned long long)of->row->faults);
	draw_cells(out, r, sums->count, most, y);
	fputs("</g>", out);
}

static unsigned int draw_heat(FILE *out, const struct content *c)
{
	const struct snapshot_recording *r = c->recording;
	struct ranked ranked[SNAPSHOT_RECORDING_ROWS];
	struct sums sums[ROWS] = { 0 };
	unsigned int y = 0;
	size_t i, k, nr = 0, shown;
	uint64_t most;

	for (i = 0; i < r->nr_rows; i++)
		if (r->row[i].faults)
			ranked[nr++] = (struct ranked){ &r->row[i], (uint32_t)i };
	qsort(ranked, nr, sizeof(ranked[0]), most_first);
	shown = nr < ROWS ? nr : ROWS;
	qsort(ranked, shown, sizeof(ranked[0]), by_address);
	for (i = 0; i < r->nr_series; i++)
		for (k = 0; k < shown; k++)
			if (ranked[k].index == r->series[i].row)
				add_series(&sums[k], &r->series[i]);
	most = most_of(sums, shown);
	for (k = 0; k < shown; k++) {
		draw_row(out, r, &ranked[k], &sums[k], most, y);
		y += ROW;
	}
	if (shown < nr) {
		svg__label(out, 4, y + 12, "small quiet", "and %zu rows with fewer faults", nr - shown);
		y += ROW;
	}
	return draw_axis(out, r, most, y + 2);
}

const struct picture heat_picture = {
	.name = "heat",
	.title = "Faults by mapping, in order of addresses, and time",
	.has_parts = true,
	.has = has_faults,
	.draw = draw_heat,
};

#define BUCKET_X	150
#define BUCKET_WIDTH	3
#define BUCKETS		160
#define HEIGHT		46

_Static_assert(BUCKETS == PGWALK_HIST_BUCKETS, "width of the histograms");

static bool has_latency(const struct content *c)
{
	size_t i;

	for (i = 0; c->recording && i < c->recording->nr_classes; i++)
		if (c->recording->class[i].faults.latency.samples)
			return true;
	return false;
}

/* "1.5us", "2.0s" */
static const char *time_text(char buf[QUANTITY_MAX], uint64_t ns)
{
	const size_t len = strlen(units__time(buf, QUANTITY_MAX - 1, ns));

	if (buf[len - 1] != 's')
		strcpy(buf + len, "s");
	return buf;
}

static void draw_histogram(FILE *out, const struct snapshot_class *c, unsigned int y)
{
	const struct snapshot_latency *l = &c->faults.latency;
	char p50[QUANTITY_MAX], p99[QUANTITY_MAX], max[QUANTITY_MAX];
	uint64_t most = 1;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++)
		if (l->bucket[i] > most)
			most = l->bucket[i];
	time_text(p50, l->p50_ns);
	time_text(p99, l->p99_ns);
	time_text(max, l->max_ns);
	fprintf(out, "<g class=\"latency\" data-class=\"%s\">", names__class(c->class));
	svg__title(out, "%s: %llu faults measured, median %s, 99 %% below %s, longest %s", names__class(c->class),
		   (unsigned long long)l->samples, p50, p99, max);
	svg__label(out, 4, y + 14, "", "%s", names__class(c->class));
	svg__label(out, 4, y + 29, "small quiet", "p50 %s, p99 %s", p50, p99);
	svg__label(out, 4, y + 43, "small quiet", "max %s, %llu faults", max, (unsigned long long)l->samples);
	for (i = 0; i < BUCKETS; i++) {
		const double height = (double)l->bucket[i] * (HEIGHT - 6) / (double)most;

		if (l->bucket[i])
			svg__rect(out, BUCKET_X + BUCKET_WIDTH * i, y + HEIGHT - (height < 1.5 ? 1.5 : height),
				  BUCKET_WIDTH, height < 1.5 ? 1.5 : height, "unique");
	}
	svg__line(out, BUCKET_X, y + HEIGHT, BUCKET_X + BUCKET_WIDTH * BUCKETS, y + HEIGHT);
	fputs("</g>", out);
}

/* Return the x of a duration of a power of two: four buckets for each */
static unsigned int x_of_power(unsigned int power)
{
	return BUCKET_X + BUCKET_WIDTH * 4 * (power - 1);
}

static unsigned int draw_latency(FILE *out, const struct content *c)
{
	const struct snapshot_recording *r = c->recording;
	unsigned int power, y = 0;
	char text[QUANTITY_MAX];
	size_t i;

	for (i = 0; i < r->nr_classes; i++) {
		if (!r->class[i].faults.latency.samples)
			continue;
		draw_histogram(out, &r->class[i], y);
		y += HEIGHT + 10;
	}
	for (power = 5; power < 41; power += 5) {
		time_text(text, 1ULL << power);
		svg__line(out, x_of_power(power), y - 10, x_of_power(power), y - 5);
		svg__label(out, x_of_power(power), y + 8, "small quiet middle", "%s", text);
	}
	return y + 18;
}

const struct picture latency_picture = {
	.name = "latency",
	.title = "Latencies by class",
	.has = has_latency,
	.draw = draw_latency,
};
