// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Formats the lines that begin with '#': target, quality of the counts, activity of
 * the kernel. Lines without content are left out.
 */
#include <stdbool.h>
#include <string.h>

#include "../lib/units.h"
#include "../lib/text.h"
#include "../lib/wall_clock.h"
#include "../names/names.h"
#include "footer.h"

typedef unsigned long long ull;

/** footer__title - write the target and the number of faults */
void footer__title(FILE *out, const struct snapshot *s)
{
	char name[4 * 32 + 1];

	fputs("# pgtop ", out);
	switch (s->target->scope) {
	case SNAPSHOT_PROCESS:
		text__fit(name, sizeof(name), s->target->comm, 15);
		fprintf(out, "%d %s", s->target->pid, name);
		break;
	case SNAPSHOT_CGROUP:
		text__fit(name, sizeof(name), s->target->cgroup, 20);
		fprintf(out, "cgroup %s", name);
		break;
	case SNAPSHOT_ALL:
		fputs("all processes", out);
		break;
	}
	fprintf(out, "  %.2f s  faults %llu  minor %llu  major %llu\n",
		s->seconds, (ull)s->total.count,
		(ull)(s->total.count - s->total.major), (ull)s->total.major);
}

/** footer__host - write the machine, if there are streams of several */
void footer__host(FILE *out, const struct snapshot *s)
{
	char name[4 * SNAPSHOT_HOST + 1];

	if (!s->target->host[0])
		return;
	text__fit(name, sizeof(name), s->target->host, SNAPSHOT_HOST);
	fprintf(out, "# host %s\n", name);
}

/** footer__time - write the time of day at the end of the interval */
void footer__time(FILE *out, const struct snapshot *s)
{
	char text[WALL_CLOCK_MAX];

	if (s->wall_ns)
		fprintf(out, "# time %s\n",
			wall_clock__format(text, sizeof(text), s->wall_ns, WALL_CLOCK_DATE));
}

/** footer__coverage - write the share of faults that have a mapping */
void footer__coverage(FILE *out, const struct snapshot *s)
{
	uint64_t attributed = s->total.count - s->unattributed.count;
	char share[QUANTITY_MAX];

	units__coverage(share, sizeof(share), attributed, s->total.count);
	fprintf(out, "# coverage %llu of %llu (%s)  preempt %s\n",
		(ull)attributed, (ull)s->total.count, share, s->target->preempt);
}

/* Write "  LABEL N" if N is not 0; the first one begins the line */
static void put_count(FILE *out, bool *started, const char *label, uint64_t n)
{
	if (!n)
		return;
	fprintf(out, "%s %s %llu", *started ? " " : "#", label, (ull)n);
	*started = true;
}

static void end_line(FILE *out, bool started)
{
	if (started)
		fputc('\n', out);
}

/** footer__missed - write the counts of lost and incomplete records */
void footer__missed(FILE *out, const struct snapshot *s)
{
	bool started = false;

	put_count(out, &started, "LOST", s->lost);
	put_count(out, &started, "missed exits", s->total.missed_exit);
	put_count(out, &started, "missed runs", s->missed_runs);
	put_count(out, &started, "folded", s->folded);
	put_count(out, &started, "events lost", s->pages.lost);
	end_line(out, started);
}

/** footer__details - write further counts of the faults */
void footer__details(FILE *out, const struct snapshot *s)
{
	char time[QUANTITY_MAX];
	bool started = false;

	put_count(out, &started, "retries", s->total.retries);
	if (s->total.retry_ns)
		fprintf(out, " (%s)", units__time(time, sizeof(time),
						  s->total.retry_ns));
	put_count(out, &started, "mapped around", s->total.around);
	put_count(out, &started, "no huge page", s->total.thp_fallback);
	put_count(out, &started, "got 2M", s->total.leaf_2m);
	put_count(out, &started, "got 1G", s->total.leaf_1g);
	put_count(out, &started, "remote", s->total.remote);
	end_line(out, started);
}

/** footer__signals - write the faults that ended in a signal */
void footer__signals(FILE *out, const struct snapshot *s)
{
	bool started = false;
	size_t i;

	for (i = 0; i < s->nr_classes; i++)
		if (s->class[i].class >= PGWALK_FAULT_SIGNAL_FIRST)
			put_count(out, &started, names__class(s->class[i].class),
				  s->class[i].faults.count);
	end_line(out, started);
}

static void put_rate(FILE *out, const char *label, uint64_t n, double seconds)
{
	char rate[QUANTITY_MAX] = "-";

	if (n != SNAPSHOT_NOT_KNOWN && seconds > 0)
		units__rate(rate, sizeof(rate), (double)n / seconds);
	fprintf(out, "%s%s", label, rate);
}

static uint64_t flushes(const uint64_t tlb[PGWALK_TLB_NR])
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < PGWALK_TLB_NR; i++)
		if (i != PGWALK_TLB_SEND_IPI)	/* counted by the receivers */
			sum += tlb[i];
	return sum;
}

static bool is_any(uint64_t n)
{
	return n && n != SNAPSHOT_NOT_KNOWN;
}

/** footer__system - write the activity of the kernel, per second */
void footer__system(FILE *out, const struct snapshot *s)
{
	const struct snapshot_system *v = &s->system;

	if (!v->known && !v->tlb_known)
		return;
	fputs("# vm/s", out);
	if (v->known) {
		put_rate(out, "  kswapd ", v->scan_kswapd, s->seconds);
		put_rate(out, "  direct ", v->scan_direct, s->seconds);
		put_rate(out, "  swapin ", v->swap_in, s->seconds);
		put_rate(out, "  swapout ", v->swap_out, s->seconds);
	}
	if (v->tlb_known)
		put_rate(out, "  tlb ", flushes(v->tlb), s->seconds);
	fputc('\n', out);
	if (!v->known || !(is_any(v->thp_collapse) || is_any(v->thp_split) ||
			   is_any(v->thp_split_pmd) || is_any(v->migrated)))
		return;
	put_rate(out, "# vm/s  thp +", v->thp_collapse, s->seconds);
	put_rate(out, " -", v->thp_split, s->seconds);
	put_rate(out, "  pmd split ", v->thp_split_pmd, s->seconds);
	put_rate(out, "  migrated ", v->migrated, s->seconds);
	put_rate(out, " (numa ", v->numa_migrated, s->seconds);
	fputs(")\n", out);
}

/** footer__cost - write the CPU time of pgtop, and the size of the target's tables */
void footer__cost(FILE *out, const struct snapshot *s)
{
	double ns = s->seconds * 1e9;
	char tables[QUANTITY_MAX];

	if (!s->self_ns || ns <= 0)
		return;
	fprintf(out, "# self %.1f%% of a CPU", 100 * (double)s->self_ns / ns);
	if (s->walk_ns)
		fprintf(out, " (sampling %.1f%%)", 100 * (double)s->walk_ns / ns);
	if (s->tables_bytes)
		fprintf(out, "  page tables %s",
			units__bytes(tables, sizeof(tables), s->tables_bytes));
	if (s->nr_threads)
		fprintf(out, "  threads %u", s->nr_threads);
	fputc('\n', out);
}

static void put_plural(FILE *out, size_t n, const char *label)
{
	fprintf(out, "# %zu %s%s", n, label, n == 1 ? "" : "s");
}

/** footer__state - write the number of rows, the age of the counts, and the target's exit */
void footer__state(FILE *out, const struct snapshot *s)
{
	if (s->target->scope != SNAPSHOT_PROCESS) {
		fprintf(out, "# %zu process%s with faults", s->nr_tasks,
			s->nr_tasks == 1 ? "" : "es");
	} else {
		put_plural(out, s->nr_mappings, "mapping");
		if (s->complete && s->quiet)
			fprintf(out, " (%zu quiet one%s hidden)", s->quiet,
				s->quiet == 1 ? "" : "s");
		if (!s->target->module)
			fputs("  pgwalk.ko not loaded: no RES, HUGE", out);
		else if (s->counted || (s->regions && s->nr_mappings))
			fprintf(out, "  RES and HUGE %.1f s old", s->age_seconds);
	}
	if (s->exited)
		fputs(s->target->scope == SNAPSHOT_CGROUP ? "  removed" :
							    "  exited", out);
	fputc('\n', out);
}
