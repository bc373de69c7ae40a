// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The screen of the kernel's activity, to find the cause of a burst of faults. */
#include <stddef.h>

#include "../../lib/i18n.h"
#include "view.h"

static const char *const titles[] = { "RATE/s", "NUMBER", "WHAT", NULL };

#define AT(field)	offsetof(struct snapshot_system, field)

static const struct {
	size_t at;
	const char *text;
} counts[] = {
	{ AT(scan_kswapd), N_("pages scanned by kswapd") },
	{ AT(steal_kswapd), N_("pages freed by kswapd") },
	{ AT(scan_direct), N_("pages scanned by direct reclaim") },
	{ AT(steal_direct), N_("pages freed by direct reclaim") },
	{ AT(swap_in), N_("pages read from swap") },
	{ AT(swap_out), N_("pages written to swap") },
	{ AT(thp_collapse), N_("huge pages collapsed from small pages") },
	{ AT(thp_split), N_("huge pages split") },
	{ AT(thp_split_pmd), N_("2M leaves replaced by a table") },
	{ AT(migrated), N_("pages migrated") },
	{ AT(numa_migrated), N_("pages migrated by NUMA balancing") },
};

static const struct {
	size_t at;
	const char *text;
} flushes[] = {
	{ AT(tlb_target[PGWALK_TLB_TASK_SWITCH]), N_("TLB flushes of the target: switch of the address space") },
	{ AT(tlb_target[PGWALK_TLB_REMOTE]), N_("TLB flushes of the target: requested by another CPU") },
	{ AT(tlb_target[PGWALK_TLB_LOCAL]), N_("TLB flushes of the target: all addresses, on this CPU") },
	{ AT(tlb_target[PGWALK_TLB_LOCAL_MM]), N_("TLB flushes of the target: a range, on this CPU") },
	{ AT(tlb_target[PGWALK_TLB_SEND_IPI]), N_("TLB flushes of the target: requested from other CPUs") },
	{ AT(tlb_target[PGWALK_TLB_OTHER]), N_("TLB flushes of the target: other reasons") },
	{ AT(tlb[PGWALK_TLB_TASK_SWITCH]), N_("TLB flushes of all tasks: switch of the address space") },
	{ AT(tlb[PGWALK_TLB_REMOTE]), N_("TLB flushes of all tasks: requested by another CPU") },
	{ AT(tlb[PGWALK_TLB_LOCAL]), N_("TLB flushes of all tasks: all addresses, on this CPU") },
	{ AT(tlb[PGWALK_TLB_LOCAL_MM]), N_("TLB flushes of all tasks: a range, on this CPU") },
	{ AT(tlb[PGWALK_TLB_SEND_IPI]), N_("TLB flushes of all tasks: requested from other CPUs") },
	{ AT(tlb[PGWALK_TLB_OTHER]), N_("TLB flushes of all tasks: other reasons") },
};

static int add(struct tui *t, size_t at, const char *text, uint64_t id)
{
	const char *system = (const char *)&t->snapshot->system;
	struct row *row = view__add(t, NULL, id, ROW_NO_CLASS);

	if (!row)
		return -1;
	row->text = text;
	row->number = *(const uint64_t *)(system + at);
	return 0;
}

static int fill(struct tui *t)
{
	bool one = t->snapshot->target->scope == SNAPSHOT_PROCESS;
	size_t i;

	for (i = 0; t->snapshot->system.known &&
		    i < sizeof(counts) / sizeof(counts[0]); i++)
		if (add(t, counts[i].at, _(counts[i].text), i))
			return -1;
	for (i = one ? 0 : PGWALK_TLB_NR; t->snapshot->system.tlb_known &&
		    i < sizeof(flushes) / sizeof(flushes[0]); i++)
		if (add(t, flushes[i].at, _(flushes[i].text), 100 + i))
			return -1;
	return 0;
}

static const char *empty(const struct tui *t)
{
	return t->filter[0] && t->found ? _("no row matches the filter") :
		_("unknown: neither /proc/vmstat nor TLB flushes were read");
}

const struct view system_view = {
	.name = N_("system"),
	.titles = titles,
	.keys = "",
	.fill = fill,
	.above = view__tabs,
	.empty = empty,
};
