// SPDX-License-Identifier: GPL-2.0
/* The screen of what the kernel did meanwhile, so that a burst of faults has a cause. */
#include <stddef.h>

#include "view.h"

static const char *const titles[] = { "RATE/s", "NUMBER", "WHAT", NULL };

#define AT(field)	offsetof(struct snapshot_system, field)

static const struct {
	size_t at;
	const char *what;
} counts[] = {
	{ AT(scan_kswapd), "pages kswapd looked at, to free them" },
	{ AT(steal_kswapd), "pages kswapd freed" },
	{ AT(scan_direct), "pages looked at by processes that wanted memory (direct reclaim)" },
	{ AT(steal_direct), "pages freed by these" },
	{ AT(swap_in), "pages read from swap" },
	{ AT(swap_out), "pages written to swap" },
	{ AT(thp_collapse), "huge pages made of small ones" },
	{ AT(thp_split), "huge pages taken apart" },
	{ AT(thp_split_pmd), "2M leaves replaced by a table" },
	{ AT(migrated), "pages moved" },
	{ AT(numa_migrated), "pages moved by NUMA balancing" },
};

static const struct {
	size_t at;
	const char *what;
} flushes[] = {
	{ AT(tlb_target[PGWALK_TLB_TASK_SWITCH]), "TLB flushes of the target: another address space was switched to" },
	{ AT(tlb_target[PGWALK_TLB_REMOTE]), "TLB flushes of the target: told by another CPU" },
	{ AT(tlb_target[PGWALK_TLB_LOCAL]), "TLB flushes of the target: all of it, on this CPU" },
	{ AT(tlb_target[PGWALK_TLB_LOCAL_MM]), "TLB flushes of the target: a range, on this CPU" },
	{ AT(tlb_target[PGWALK_TLB_SEND_IPI]), "TLB flushes of the target: other CPUs were told" },
	{ AT(tlb_target[PGWALK_TLB_OTHER]), "TLB flushes of the target: other reasons" },
	{ AT(tlb[PGWALK_TLB_TASK_SWITCH]), "TLB flushes of all: another address space was switched to" },
	{ AT(tlb[PGWALK_TLB_REMOTE]), "TLB flushes of all: told by another CPU" },
	{ AT(tlb[PGWALK_TLB_LOCAL]), "TLB flushes of all: all of an address space, on this CPU" },
	{ AT(tlb[PGWALK_TLB_LOCAL_MM]), "TLB flushes of all: a range, on this CPU" },
	{ AT(tlb[PGWALK_TLB_SEND_IPI]), "TLB flushes of all: other CPUs were told" },
	{ AT(tlb[PGWALK_TLB_OTHER]), "TLB flushes of all: other reasons" },
};

static int add(struct tui *t, size_t at, const char *what, uint64_t id)
{
	const char *system = (const char *)&t->snapshot->system;
	struct row *row = view__add(t, NULL, id, ROW_NO_CLASS);

	if (!row)
		return -1;
	row->what = what;
	row->number = *(const uint64_t *)(system + at);
	return 0;
}

static int fill(struct tui *t)
{
	bool one = t->snapshot->target->scope == SNAPSHOT_PROCESS;
	size_t i;

	for (i = 0; t->snapshot->system.known &&
		    i < sizeof(counts) / sizeof(counts[0]); i++)
		if (add(t, counts[i].at, counts[i].what, i))
			return -1;
	for (i = one ? 0 : PGWALK_TLB_NR; t->snapshot->system.tlb_known &&
		    i < sizeof(flushes) / sizeof(flushes[0]); i++)
		if (add(t, flushes[i].at, flushes[i].what, 100 + i))
			return -1;
	return 0;
}

static const char *empty(const struct tui *t)
{
	return t->filter[0] && t->found ? "no row has what the filter asks for" :
		"what the kernel did is not known: neither /proc/vmstat nor TLB flushes were read";
}

const struct view system_view = {
	.name = "system",
	.titles = titles,
	.keys = "",
	.fill = fill,
	.above = view__tabs,
	.empty = empty,
};
