/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Counts the distinct page frames of a mapping. */
#ifndef PGWALK_COLLECT_VMA_FRAMES_H
#define PGWALK_COLLECT_VMA_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"

/**
 * typedef vma_frames_fn - add frames to the set of frames of the mappings before
 * @ctx: argument of vma_frames__count() or vma_frames__continue()
 * @pfn: first frame
 * @nr: number of frames
 *
 * Return: number of frames that were not in the set; or -errno.
 */
typedef int64_t (*vma_frames_fn)(void *ctx, uint64_t pfn, uint64_t nr);

/**
 * struct vma_frames - a count that is not complete
 * @at: next address to scan
 * @bytes: bytes of the frames that were found so far
 */
struct vma_frames {
	uint64_t at;
	uint64_t bytes;
};

void vma_frames__begin(struct vma_frames *f, const struct pgwalk_vma *vma);
bool vma_frames__is_complete(const struct vma_frames *f, const struct pgwalk_vma *vma);
int vma_frames__continue(struct vma_frames *f, struct device *d, const struct pgwalk_vma *vma, vma_frames_fn add, void *ctx);
int vma_frames__count(struct device *d, const struct pgwalk_vma *vma, vma_frames_fn add, void *ctx, uint64_t *bytes);

#endif
