// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Sets up the optional data of the probes: call stacks, single faults, TLB flushes. */
#include "probes.h"

#define EVENTS_BYTES	(1U << 20)

/**
 * probes__size_events - reserve memory for the requested data only
 * @p:		opened, not loaded
 * @cfg:	configuration
 */
void probes__size_events(struct probes *p, const struct probes_cfg *cfg)
{
	__u32 bytes = cfg->events_bytes ? cfg->events_bytes : EVENTS_BYTES;

	probes__size_stacks(p, cfg->stacks);
	p->events_bytes = bytes;
	bpf_program__set_autoattach(p->skel->progs.on_tlb_flush, false);
}

/**
 * probes__open_events - open call stacks
 * @p:		loaded
 *
 * Return: 0 or -errno; probes__close_events() cleans up in both cases.
 */
int probes__open_events(struct probes *p)
{
	return probes__map_stacks(p);
}

/**
 * probes__close_events - undo probes__open_events(); before the skeleton is destroyed
 * @p:		the probes, also after a failed probes__open_events()
 */
void probes__close_events(struct probes *p)
{
	bpf_link__destroy(p->tlb);
	probes__close_ring(p);
	probes__unmap_stacks(p);
}
