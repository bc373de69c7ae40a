// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Allocates tables that stay in small pages: a huge page would make 2 MiB resident at the first use. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sparse.h"

/**
 * sparse__alloc - allocate a table of zeroes; only the parts that are written take memory
 * @size: bytes
 *
 * Return: memory for free(); NULL: no memory.
 */
void *sparse__alloc(size_t size)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	char *memory = calloc(1, size);
	uintptr_t start = ((uintptr_t)memory + page - 1) / page * page;
	uintptr_t end = ((uintptr_t)memory + size) / page * page;

	if (memory && end > start)
		madvise((void *)start, end - start, MADV_NOHUGEPAGE);
	return memory;
}
