// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Sets the traced range, and reads single faults from the ring buffer that the programs fill. */
#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "probes.h"

static int event_take(void *ctx, void *data, size_t size)
{
	const struct probes *p = ctx;

	if (size == sizeof(struct pgwalk_fault_event))
		p->event_fn(p->event_ctx, data);
	return 0;
}

/*
 * Create the ring, which is large, when the first range is traced, and pass it to the programs,
 * whose map holds the reference to it. Return 0 or -errno.
 */
static int ring_open(struct probes *p)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "single_events", 0, 0, p->events_bytes, NULL);
	struct ring_buffer *ring = NULL;
	__u32 zero = 0;
	int err = 0;

	if (fd < 0)
		return -errno;
	ring = ring_buffer__new(fd, event_take, p, NULL);
	if (!ring || bpf_map_update_elem(bpf_map__fd(p->skel->maps.event_rings), &zero, &fd, BPF_ANY))
		err = -errno;
	if (err) {
		ring_buffer__free(ring);
		close(fd);
		return err;
	}
	p->events = ring;
	p->events_fd = fd;
	return 0;
}

/** probes__close_ring - free the ring, if there is one; the programs are still loaded */
void probes__close_ring(struct probes *p)
{
	if (!p->events)
		return;
	ring_buffer__free(p->events);
	close(p->events_fd);
}

int probes__trace(struct probes *p, __u64 start, __u64 end)
{
	volatile struct fault_bpf__bss *bss = p->skel->bss;
	int err;

	if (end < start || (end == start && end))
		return -EINVAL;
	err = end && !p->events ? ring_open(p) : 0;
	if (err)
		return err;
	bss->trace_size = 0;	/* avoid one range's start with another's size */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	bss->trace_start = start;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	bss->trace_size = end - start;
	return 0;
}

int probes__events(struct probes *p, probes_event_fn fn, void *ctx)
{
	p->event_fn = fn;
	p->event_ctx = ctx;
	return p->events ? ring_buffer__consume(p->events) : 0;
}
