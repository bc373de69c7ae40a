/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Samples the target's mappings repeatedly, within a share of one CPU. */
#ifndef PGWALK_COLLECT_VMA_SAMPLER_H
#define PGWALK_COLLECT_VMA_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "device.h"

/**
 * struct vma_sink - consumer of samples; a function that returns other than 0 stops the sample
 * @begin: a sample begins at this address and time
 * @vma: a mapping; mappings come by address. VMA_SAMPLER_MORE: the sample ends before this mapping, and @more continues it
 * @more: continues to read the mapping, within the CPU budget; VMA_SAMPLER_MORE: again; 0: a sample has begun at the mapping
 *	and contains it. NULL: @vma does not return VMA_SAMPLER_MORE
 * @end: the sample is complete up to this address
 * @ctx: argument of each function
 */
struct vma_sink {
	int (*begin)(void *ctx, uint64_t start, uint64_t now_ns);
	int (*vma)(void *ctx, const struct pgwalk_vma *vma);
	int (*more)(void *ctx, uint64_t now_ns);
	int (*end)(void *ctx, uint64_t end);
	void *ctx;
};

/* Return value of a sink */
#define VMA_SAMPLER_MORE	1

/* Events that can change pages while the counters of the target stay equal */
enum {
	VMA_SAMPLER_FAULTS = 1,	/* the target had faults */
	VMA_SAMPLER_MOVES = 2,	/* the kernel has swapped pages, or collapsed or split huge pages */
};

struct vma_sampler;

int vma_sampler__create(struct vma_sampler **out, pid_t pid, struct device *device,
			const struct vma_sink *sink, uint64_t now_ns);
void vma_sampler__destroy(struct vma_sampler *l);
uint64_t vma_sampler__spent_ns(const struct vma_sampler *l);

uint64_t vma_sampler__tables_bytes(const struct vma_sampler *l);

int vma_sampler__sample_all(struct vma_sampler *l, unsigned int disturbed, uint64_t now_ns);
void vma_sampler__count_frames(struct vma_sampler *l, bool on);
void vma_sampler__repeat(struct vma_sampler *l);
int vma_sampler__sample_range(struct vma_sampler *l, uint64_t start, uint64_t end, uint64_t now_ns);

#endif
