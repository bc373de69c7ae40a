// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes tell beside their rows, prepared, opened and closed together.
 * Each is taken in a file of its own: tell_stack.c, tell_event.c, tell_tlb.c.
 */
#include "probes.h"

#define EVENTS_BYTES	(1U << 20)

/**
 * probes__size_tell - make room for what was asked for, and none for the rest
 * @p:		opened, not loaded
 * @cfg:	what was asked for
 */
void probes__size_tell(struct probes *p, const struct probes_cfg *cfg)
{
	__u32 bytes = cfg->events_bytes ? cfg->events_bytes : EVENTS_BYTES;

	probes__size_stacks(p, cfg->stacks);
	bpf_map__set_max_entries(p->skel->maps.single_events, bytes);
	bpf_program__set_autoattach(p->skel->progs.on_tlb_flush, false);
}

/**
 * probes__open_tell - make it ready to be taken
 * @p:		loaded
 *
 * Return: 0 or -errno; probes__close_tell() undoes it in either case.
 */
int probes__open_tell(struct probes *p)
{
	int err = probes__map_stacks(p);

	return err ? err : probes__open_events(p);
}

/**
 * probes__close_tell - the reverse; before the skeleton goes
 * @p:		however far it came
 */
void probes__close_tell(struct probes *p)
{
	bpf_link__destroy(p->tlb);
	ring_buffer__free(p->events);
	probes__unmap_stacks(p);
}
