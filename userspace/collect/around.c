// SPDX-License-Identifier: GPL-2.0
/*
 * Tells, interval by interval, what the kernel did around the faults. What cannot be
 * had here is marked as such; it is nothing to fail for.
 */
#include <errno.h>
#include <stdlib.h>

#include "around.h"
#include "tell.h"
#include "vmstat.h"

/**
 * struct around - where it comes from
 * @vmstat: NULL: it cannot be read
 * @probes: count the flushes; NULL: they do not
 * @told: flushes that were told
 */
struct around {
	struct vmstat *vmstat;
	struct probes *probes;
	struct probes_tlb told;
};

/**
 * around__create - count from now on
 * @out: filled; untouched on failure
 * @probes: to outlive this
 * @tlb: count TLB flushes too, if this kernel tells of them
 *
 * Return: 0 or -ENOMEM.
 */
int around__create(struct around **out, struct probes *probes, bool tlb)
{
	struct around *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	vmstat__create(&a->vmstat);
	if (tlb && !probes__tlb_watch(probes, true) &&
	    !probes__tlb(probes, &a->told))
		a->probes = probes;
	*out = a;
	return 0;
}

/** around__destroy - let go of it; NULL is fine */
void around__destroy(struct around *a)
{
	if (!a)
		return;
	vmstat__destroy(a->vmstat);
	if (a->probes)
		probes__tlb_watch(a->probes, false);
	free(a);
}

/**
 * around__tell - tell what was done since the last time
 * @a: from around__create()
 * @sink: takes the record
 *
 * Return: what the sink returned.
 */
int around__tell(struct around *a, const struct sink *sink)
{
	struct record_system r = { .flags = 0 };
	struct probes_tlb now;
	int i;

	if (a->vmstat)
		vmstat__take(a->vmstat, &r);
	if (a->probes && !probes__tlb(a->probes, &now)) {
		r.flags |= RECORD_SYSTEM_TLB;
		for (i = 0; i < PGWALK_TLB_NR; i++) {
			r.tlb[i] = now.all[i] - a->told.all[i];
			r.tlb_target[i] = now.target[i] - a->told.target[i];
		}
		a->told = now;
	}
	return sink__put(sink, &r.head, RECORD_SYSTEM, sizeof(r));
}
