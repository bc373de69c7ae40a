// SPDX-License-Identifier: GPL-2.0
/*
 * Takes single faults from the ring that programs put them in. Which ones they
 * put there they decide by the range given here.
 */
#include <errno.h>

#include "probes.h"

static int event_take(void *ctx, void *data, size_t size)
{
	const struct probes *p = ctx;

	if (size == sizeof(struct pgwalk_fault_event))
		p->event_fn(p->event_ctx, data);
	return 0;
}

/**
 * probes__open_events - be ready to take single faults
 * @p:		loaded
 *
 * Return: 0 or -errno.
 */
int probes__open_events(struct probes *p)
{
	p->events = ring_buffer__new(bpf_map__fd(p->skel->maps.single_events),
				     event_take, p, NULL);
	return p->events ? 0 : -errno;
}

int probes__look_into(struct probes *p, __u64 start, __u64 end)
{
	volatile struct fault_bpf__bss *bss = p->skel->bss;

	if (end < start || (end == start && end))
		return -EINVAL;
	bss->look_size = 0;	/* never one's start and another's size */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	bss->look_start = start;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	bss->look_size = end - start;
	return 0;
}

int probes__events(struct probes *p, probes_event_fn fn, void *ctx)
{
	p->event_fn = fn;
	p->event_ctx = ctx;
	return ring_buffer__consume(p->events);
}
