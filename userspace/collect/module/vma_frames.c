// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts the frames of a mapping that no mapping before it maps. Only pages with several mappings can be
 * mapped elsewhere in the process, so only mappings that have some are scanned.
 */
#include "../../lib/page_size.h"
#include "query.h"
#include "vma_frames.h"

#define ROOM	512

/* Kinds of pages that are resident */
#define RESIDENT_KINDS	(1U << PGWALK_KIND_PRESENT | 1U << PGWALK_KIND_PROTNONE | 1U << PGWALK_KIND_NUMA_HINT | \
			 1U << PGWALK_KIND_UFFD_RWP | 1U << PGWALK_KIND_MIGRATION | 1U << PGWALK_KIND_HWPOISON | \
			 1U << PGWALK_KIND_DEVICE)

/* Count the frames of the part of a run that is inside of the mapping */
static int add_run(const struct pgwalk_vma *vma, const struct pgwalk_frame_run *run, vma_frames_fn add, void *ctx,
		   uint64_t *bytes)
{
	const uint64_t start = run->run.start > vma->start ? run->run.start : vma->start;
	const uint64_t end = run->run.end < vma->end ? run->run.end : vma->end;
	int64_t added;

	if (start >= end || run->run.flags & (PGWALK_F_SPECIAL | PGWALK_F_DEVMAP))
		return 0;
	added = (int64_t)((end - start) >> page_shift());
	if (run->mapcount != 1)
		added = add(ctx, run->run.pfn + ((start - run->run.start) >> page_shift()), (uint64_t)added);
	if (added < 0)
		return (int)added;
	*bytes += (uint64_t)added << page_shift();
	return 0;
}

/**
 * vma_frames__begin - begin to count the frames of a mapping that no mapping before it maps
 * @f: filled
 * @vma: the mapping, with its frames counted (PGWALK_VMAS_FRAMES)
 */
void vma_frames__begin(struct vma_frames *f, const struct pgwalk_vma *vma)
{
	*f = (struct vma_frames){
		.at = vma->shared ? vma->start : vma->end,
		.bytes = vma->shared ? 0 : vma->exclusive,
	};
}

/** vma_frames__is_complete - is the mapping scanned up to its end? */
bool vma_frames__is_complete(const struct vma_frames *f, const struct pgwalk_vma *vma)
{
	return f->at >= vma->end;
}

/**
 * vma_frames__continue - count by one call of the module
 * @f: the count, not complete
 * @d: the device, attached
 * @vma: the mapping
 * @add: adds to the set of frames that are mapped more than once
 * @ctx: argument of @add
 *
 * Return: 0; the error of @add; or an error of query__scan().
 */
int vma_frames__continue(struct vma_frames *f, struct device *d, const struct pgwalk_vma *vma, vma_frames_fn add, void *ctx)
{
	static struct pgwalk_frame_run found[ROOM];
	struct pgwalk_scan scan = { .start = f->at, .end = vma->end, .kinds = RESIDENT_KINDS };
	int err = query__scan(d, &scan, found, ROOM);
	unsigned int i;

	for (i = 0; !err && i < scan.filled; i++)
		err = add_run(vma, &found[i], add, ctx, &f->bytes);
	f->at = scan.resume;
	return err;
}

/**
 * vma_frames__count - count the frames of a mapping that no mapping before it maps
 * @d: the device, attached
 * @vma: the mapping, with its frames counted (PGWALK_VMAS_FRAMES)
 * @add: adds to the set of frames that are mapped more than once
 * @ctx: argument of @add
 * @bytes: filled
 *
 * Return: 0; the error of @add; or an error of query__scan().
 */
int vma_frames__count(struct device *d, const struct pgwalk_vma *vma, vma_frames_fn add, void *ctx, uint64_t *bytes)
{
	struct vma_frames f;
	int err = 0;

	vma_frames__begin(&f, vma);
	while (!err && !vma_frames__is_complete(&f, vma))
		err = vma_frames__continue(&f, d, vma, add, ctx);
	*bytes = f.bytes;
	return err;
}
