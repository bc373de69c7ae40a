// SPDX-License-Identifier: GPL-2.0
/*
 * The lines behind a '#': whom an interval is about, how good the figures are, what
 * happened around. Lines that would say nothing are left out. No state, no tables.
 */
#include <stdbool.h>
#include <string.h>

#include "../lib/quantity.h"
#include "../lib/text.h"
#include "../words.h"
#include "remark.h"

typedef unsigned long long ull;

/** remark__title - whom it is about, and how many faults there were */
void remark__title(FILE *out, const struct snapshot *s)
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

/** remark__coverage - how many faults were given to a place */
void remark__coverage(FILE *out, const struct snapshot *s)
{
	uint64_t attributed = s->total.count - s->unattributed.count;
	char share[QUANTITY_MAX];

	quantity__coverage(share, sizeof(share), attributed, s->total.count);
	fprintf(out, "# coverage %llu of %llu (%s)  preempt %s\n",
		(ull)attributed, (ull)s->total.count, share, s->target->preempt);
}

/* "  what N", if there are any; the first of a line opens it */
static void put_count(FILE *out, bool *begun, const char *what, uint64_t n)
{
	if (!n)
		return;
	fprintf(out, "%s %s %llu", *begun ? " " : "#", what, (ull)n);
	*begun = true;
}

static void end_line(FILE *out, bool begun)
{
	if (begun)
		fputc('\n', out);
}

/** remark__missed - what is not as it should be */
void remark__missed(FILE *out, const struct snapshot *s)
{
	bool begun = false;

	put_count(out, &begun, "LOST", s->lost);
	put_count(out, &begun, "missed exits", s->total.missed_exit);
	put_count(out, &begun, "missed runs", s->missed_runs);
	put_count(out, &begun, "folded", s->folded);
	put_count(out, &begun, "events lost", s->pages.lost);
	end_line(out, begun);
}

/** remark__details - what else the faults did */
void remark__details(FILE *out, const struct snapshot *s)
{
	char time[QUANTITY_MAX];
	bool begun = false;

	put_count(out, &begun, "retries", s->total.retries);
	if (s->total.retry_ns)
		fprintf(out, " (%s)", quantity__time(time, sizeof(time),
						     s->total.retry_ns));
	put_count(out, &begun, "mapped around", s->total.around);
	put_count(out, &begun, "no huge page", s->total.thp_fallback);
	put_count(out, &begun, "got 2M", s->total.leaf_2m);
	put_count(out, &begun, "got 1G", s->total.leaf_1g);
	put_count(out, &begun, "faulted in by others", s->total.remote);
	end_line(out, begun);
}

/** remark__signals - faults that ended in a signal */
void remark__signals(FILE *out, const struct snapshot *s)
{
	bool begun = false;
	size_t i;

	for (i = 0; i < s->nr_classes; i++)
		if (s->class[i].class >= PGWALK_FAULT_SIGNAL_FIRST)
			put_count(out, &begun, words__class(s->class[i].class),
				  s->class[i].faults.count);
	end_line(out, begun);
}

static void put_rate(FILE *out, const char *what, uint64_t n, double seconds)
{
	char rate[QUANTITY_MAX] = "-";

	if (n != SNAPSHOT_NOT_KNOWN && seconds > 0)
		quantity__rate(rate, sizeof(rate), (double)n / seconds);
	fprintf(out, "%s%s", what, rate);
}

static uint64_t flushes(const uint64_t tlb[PGWALK_TLB_NR])
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < PGWALK_TLB_NR; i++)
		if (i != PGWALK_TLB_SEND_IPI)	/* the others were told: they count */
			sum += tlb[i];
	return sum;
}

static bool is_any(uint64_t n)
{
	return n && n != SNAPSHOT_NOT_KNOWN;
}

/** remark__system - what the kernel did around the faults, a second */
void remark__system(FILE *out, const struct snapshot *s)
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

/** remark__cost - what pgtop itself takes, and how large the target's tables are */
void remark__cost(FILE *out, const struct snapshot *s)
{
	double ns = s->seconds * 1e9;
	char tables[QUANTITY_MAX];

	if (!s->self_ns || ns <= 0)
		return;
	fprintf(out, "# self %.1f%% of a CPU", 100 * (double)s->self_ns / ns);
	if (s->walk_ns)
		fprintf(out, " (looks %.1f%%)", 100 * (double)s->walk_ns / ns);
	if (s->tables_bytes)
		fprintf(out, "  page tables %s",
			quantity__bytes(tables, sizeof(tables), s->tables_bytes));
	if (s->nr_threads)
		fprintf(out, "  threads %u", s->nr_threads);
	fputc('\n', out);
}

static void put_plural(FILE *out, size_t n, const char *what)
{
	fprintf(out, "# %zu %s%s", n, what, n == 1 ? "" : "s");
}

/** remark__state - what there is to look at, and whether it is at an end */
void remark__state(FILE *out, const struct snapshot *s)
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
