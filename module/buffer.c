// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Allocates the memory that an open file keeps between two calls, and counts it for
 * PGWALK_IOC_INFO: a reader may keep its files open, and with them this memory, for any time.
 */
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "buffer.h"

static atomic64_t total;

/**
 * pgwalk_buffer_create - allocate memory for an open file
 * @size: in bytes
 * @zero: __GFP_ZERO or 0
 *
 * The memory is charged to the memory cgroup of the caller.
 *
 * Context: process context, may sleep.
 * Return: the memory; NULL: no memory.
 */
void *pgwalk_buffer_create(size_t size, gfp_t zero)
{
	void *buffer = kvmalloc(size, GFP_KERNEL_ACCOUNT | zero);

	if (buffer)
		atomic64_add(size, &total);
	return buffer;
}

/**
 * pgwalk_buffer_destroy - free memory of an open file
 * @buffer: may be NULL
 * @size: as it was allocated
 *
 * Context: process context.
 */
void pgwalk_buffer_destroy(void *buffer, size_t size)
{
	if (buffer)
		atomic64_sub(size, &total);
	kvfree(buffer);
}

/**
 * pgwalk_buffer_total - return the memory that all open files have
 *
 * Context: any.
 * Return: sum of the sizes, in bytes.
 */
u64 pgwalk_buffer_total(void)
{
	return atomic64_read(&total);
}
