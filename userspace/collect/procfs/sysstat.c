// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Emits a record per interval with counts of the kernel: reclaim, swap, migration, TLB flushes.
 * Counts that are not available are marked as such.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sysstat.h"
#include "../probes/events.h"
#include "vmstat.h"

/**
 * struct sysstat - sources of the counts
 * @vmstat: NULL: not available
 * @probes: counter of TLB flushes; NULL: not available
 * @last: flushes at the last report
 * @system: counts read for the next report
 */
struct sysstat {
	struct vmstat *vmstat;
	struct probes *probes;
	struct probes_tlb last;
	struct record_system system;
};

/**
 * sysstat__create - start counting
 * @out: filled; untouched on failure
 * @probes: must outlive the object; NULL: TLB flushes are not counted
 * @tlb: count TLB flushes, if the kernel supports it
 *
 * Return: 0 or -ENOMEM.
 */
int sysstat__create(struct sysstat **out, struct probes *probes, bool tlb)
{
	struct sysstat *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	vmstat__create(&a->vmstat);
	if (tlb && probes && !probes__tlb_watch(probes, true) &&
	    !probes__tlb(probes, &a->last))
		a->probes = probes;
	*out = a;
	return 0;
}

/** sysstat__destroy - stop counting; NULL is fine */
void sysstat__destroy(struct sysstat *a)
{
	if (!a)
		return;
	vmstat__destroy(a->vmstat);
	if (a->probes)
		probes__tlb_watch(a->probes, false);
	free(a);
}

/**
 * sysstat__read - read the counts of /proc/vmstat since the last call, for sysstat__report()
 * @a: the counts
 */
void sysstat__read(struct sysstat *a)
{
	memset(&a->system, 0, sizeof(a->system));
	if (a->vmstat)
		vmstat__take(a->vmstat, &a->system);
}

static bool is_any(__u64 n)
{
	return n && n != RECORD_NOT_KNOWN;
}

/**
 * sysstat__has_moves - test if pages were swapped, or huge pages collapsed or split
 * @a: the counts, after sysstat__read()
 *
 * Return: of any process; true if it is not known.
 */
bool sysstat__has_moves(const struct sysstat *a)
{
	const struct record_system *r = &a->system;

	return !(r->flags & RECORD_SYSTEM_VMSTAT) || is_any(r->swap_in) || is_any(r->swap_out) ||
	       is_any(r->thp_collapse) || is_any(r->thp_split) || is_any(r->thp_split_pmd);
}

/**
 * sysstat__report - emit the counts since the last call
 * @a: the counts, after sysstat__read()
 * @sink: record sink
 *
 * Return: the value of the sink.
 */
int sysstat__report(struct sysstat *a, const struct sink *sink)
{
	struct record_system r = a->system;
	struct probes_tlb now;
	int i;

	if (a->probes && !probes__tlb(a->probes, &now)) {
		r.flags |= RECORD_SYSTEM_TLB;
		for (i = 0; i < PGWALK_TLB_NR; i++) {
			r.tlb[i] = now.all[i] - a->last.all[i];
			r.tlb_target[i] = now.target[i] - a->last.target[i];
		}
		a->last = now;
	}
	return sink__put(sink, &r.head, RECORD_SYSTEM, sizeof(r));
}
