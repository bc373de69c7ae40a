// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Prints what pgwalk diff found. */
#include <string.h>

#include "../collect/record/record.h"
#include "../lib/i18n.h"
#include "../lib/text.h"
#include "../lib/units.h"
#include "../model/page_diff.h"
#include "../names/names.h"
#include "../present/inspect_columns.h"
#include "diff_text.h"

#define FLUSH_ROWS	256

/** diff_text__page - print a run of pages with like changes. Return 0, or -1 to stop */
int diff_text__page(void *ctx, const struct inspect_page_change *row)
{
	struct diff_text *t = ctx;

	report__row(&t->run->report, row);
	if (++t->rows % FLUSH_ROWS)
		return 0;
	return run__flush(t->run) || t->run->closed ? -1 : 0;
}

/* "appeared 4K, gone 8K": the changes of which there are pages */
static void print_sums(struct run *run, const char *first, const char *next, const struct inspect_mapping_change *sum)
{
	char line[160], part[64], bytes[QUANTITY_MAX];
	bool any = false;
	unsigned int i;
	size_t at;

	at = (size_t)snprintf(line, sizeof(line), "%s", first);
	for (i = 0; i < INSPECT_CHANGE_NR; i++) {
		size_t len;

		if (!sum->bytes[i])
			continue;
		report__bytes(&run->report, bytes, sizeof(bytes), sum->bytes[i]);
		len = (size_t)snprintf(part, sizeof(part), " %s %s", names__change(i), bytes);
		if (any && at + len > 78) {
			report__text(&run->report, line);
			report__text(&run->report, "\n");
			at = (size_t)snprintf(line, sizeof(line), "%s", next);
		}
		at += (size_t)snprintf(line + at, sizeof(line) - at, "%s", part);
		any = true;
	}
	if (any) {
		report__text(&run->report, line);
		report__text(&run->report, "\n");
	}
}

/** diff_text__mapping - print a mapping and its sums, in lines that begin with =. Return 0 */
int diff_text__mapping(void *ctx, const struct inspect_mapping_change *m)
{
	struct diff_text *t = ctx;
	struct report *r = &t->run->report;
	char words[NAMES_MAX], name[4 * 240 + 1], before[5], after[5], line[2048];

	if (!t->run->options->all && !page_diff__is_changed(m))
		return 0;
	if (r->json) {
		report__record(r, &mapping_change_columns, m);
		return 0;
	}
	names__mapping_changes(words, sizeof(words), m->mapping);
	names__perms(before, m->prot[0]);
	names__perms(after, m->prot[m->mappings[1] ? 1 : 0]);
	text__fit(name, sizeof(name), m->name ? m->name : "", r->width > 52 ? r->width - 52 : 1);
	snprintf(line, sizeof(line), "= %08llx-%08llx %s %s%s%s%s%s\n", (unsigned long long)m->start,
		 (unsigned long long)m->end, after, names__kind(m->kind) ? names__kind(m->kind) : "-", *name ? " " : "", name,
		 *words ? ": " : "", words);
	report__text(r, line);
	if (m->mapping >> INSPECT_MAPPING_REMAPPED & 1) {
		snprintf(line, sizeof(line), "=   in A at %08llx\n", (unsigned long long)m->from);
		report__text(r, line);
	}
	if (m->mapping >> INSPECT_MAPPING_PROTECTION & 1 && strcmp(before, after)) {
		snprintf(line, sizeof(line), "=   in A %s\n", before);
		report__text(r, line);
	}
	print_sums(t->run, "=  ", "=  ", m);
	return 0;
}

static void print_relation(struct diff_text *t)
{
	struct report *r = &t->run->report;

	switch (t->diff->relation) {
	case INSPECT_RELATION_EXECUTED:
		report__comment(r, "the process executed another program between A and B: its memory is new,");
		report__comment(r, "and pages at one address have nothing in common");
		break;
	case INSPECT_RELATION_PROCESSES:
		report__comment(r, "A and B are of two processes: changes are differences, not events;");
		report__comment(r, "a page that is unchanged is one frame, which both processes map");
		break;
	case INSPECT_RELATION_BOOTS:
		report__comment(r, "A and B are of two boots or machines: changes are differences, not events;");
		report__comment(r, "frame numbers, nodes and places in swap cannot be compared, and are not");
		break;
	}
}

/**
 * diff_text__begin - print the processes of the readings, and the heading of the rows
 * @t: the state
 */
void diff_text__begin(struct diff_text *t)
{
	struct report *r = &t->run->report;
	unsigned int i;
	char comm[64], span[QUANTITY_MAX];

	if (r->json) {
		report__record(r, &diff_readings_columns, t->diff);
		return;
	}
	for (i = 0; i < 2; i++) {
		const struct inspect_reading_of *of = &t->diff->of[i];

		text__fit(comm, sizeof(comm), of->comm, 15);
		report__comment(r, "%c: %d %s, %s", "AB"[i], of->pid, comm, of->time);
	}
	if (t->diff->span_ns && t->diff->relation != INSPECT_RELATION_BOOTS)
		report__comment(r, "from A to B: %s", units__time(span, sizeof(span), t->diff->span_ns));
	print_relation(t);
	if (t->has_range)
		report__comment(r, "only the pages of %08llx-%08llx, with their mappings", (unsigned long long)t->diff->range.start,
				(unsigned long long)t->diff->range.end);
	for (i = 0; i < 2; i++)
		if (t->diff->changed[i])
			report__comment(r, "mappings changed while %c was read, in %llu ranges (stop the process first)", "AB"[i],
					(unsigned long long)t->diff->changed[i]);
	for (i = 0; i < 2; i++)
		if (t->ended[i])
			report__comment(r, t->ended[i] & RECORD_PAGES_EXECUTED ?
					N_("the process executed another program while %c was read") :
					N_("the process exited while %c was read"), "AB"[i]);
	if (t->diff->until != ~0ULL)
		report__comment(r, "compared up to %llx; the rest was not read", (unsigned long long)t->diff->until);
	if (t->diff->not_searched)
		report__comment(r, "not searched for moves: %llu ranges, which appear as unmapped and new",
				(unsigned long long)t->diff->not_searched);
	report__header(r);
}

/**
 * diff_text__end - print the sums
 * @t: the state
 */
void diff_text__end(struct diff_text *t)
{
	char unchanged[QUANTITY_MAX], a[QUANTITY_MAX], b[QUANTITY_MAX];
	struct report *r = &t->run->report;
	const struct inspect_mapping_change *sum = &t->diff->sum;

	if (r->json) {
		report__record(r, &diff_columns, t->diff);
		return;
	}
	print_sums(t->run, "# total", "#      ", sum);
	report__bytes(r, unchanged, sizeof(unchanged), sum->unchanged);
	report__bytes(r, a, sizeof(a), sum->resident[0]);
	report__bytes(r, b, sizeof(b), sum->resident[1]);
	report__comment(r, "unchanged %s; resident in A %s, in B %s", unchanged, a, b);
	report__comment(r, "A B size of a present page, or kind of its entry  = mapping, with its sums");
}
